"""How far the sending quota reaches. Pure.

The quota counts the mail of the last 24 hours, a window that moves: what was sent a day ago drops out of it again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sesmon.model import SLOT, Quota
from sesmon.series import Series

_DAY = timedelta(hours=24)
PACE = timedelta(hours=1)
"""The stretch of the newest mail that tells the pace."""


def exhausted_at(quota: Quota, series: Series, now: datetime) -> datetime | None:
    """When the quota is used up if mail goes on as in the last hour; None where it is not within a day.

    What drops out of the 24 hours meanwhile is taken from the data points.
    """
    if quota.max_24_hours < 0:
        return None
    pace = series.total(now - PACE, now).attempts / (PACE / SLOT)
    for step in range(_DAY // SLOT + 1):
        ahead = SLOT * step
        dropped = series.total(now - _DAY, now - _DAY + ahead).attempts
        if quota.sent_24_hours + pace * step - dropped >= quota.max_24_hours:
            return now + ahead
    return None


def peak_rate(series: Series, now: datetime) -> float:
    """Mails a second in the busiest 15 minutes of the last 24 hours: the peak within them can only be higher."""
    seconds = SLOT.total_seconds()
    return max((point.attempts / seconds for point in series.between(now - _DAY, now)), default=0.0)
