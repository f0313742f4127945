"""Snapshots that a screen can be tested with: always the same, and made without a source."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

from sesmon.model import (
    SLOT,
    Alert,
    AlertKind,
    Counts,
    DataPoint,
    ErrorKind,
    Failure,
    Metric,
    Origin,
    Phase,
    Reading,
    Row,
    Severity,
    Snapshot,
    Target,
)

NOW = datetime(2026, 3, 16, 14, 7, tzinfo=UTC)
TARGET = Target("us-east-1", "prod", "123456789012")
SPIKE = timedelta(hours=2)
GAP = (500, 520)
"""Which slots, counted from the oldest, saw no mail."""


def points(*, spike: bool = False, until: datetime = NOW) -> tuple[DataPoint, ...]:
    """Two weeks of a healthy sender, off the quarter hour, with a gap; or with complaints spiking in the last hours."""
    rng = random.Random("scenes")
    out = []
    for index in range(1344):
        time = NOW - timedelta(days=14) + timedelta(minutes=4) + SLOT * index
        hour = time.hour + time.minute / 60
        attempts = int(2500 * (1 + 0.8 * math.sin((hour - 9) / 24 * 2 * math.pi)) * rng.lognormvariate(0, 0.15))
        rate = 0.007 if spike and NOW - time < SPIKE else 0.0003
        complaints = int(attempts * rate + rng.random())
        bounces, rejects = int(attempts * 0.015 * rng.lognormvariate(0, 0.2)), int(rng.random() < 0.2)
        if not GAP[0] <= index < GAP[1] and time < until:
            out.append(DataPoint(time, attempts, bounces, complaints, rejects))
    return tuple(out)


HEALTHY = points()
SPIKING = points(spike=True)

SPIKE_ALERT = Alert(
    metric=Metric.COMPLAINTS,
    kind=AlertKind.SPIKE,
    severity=Severity.CRITICAL,
    since=next(point.time for point in SPIKING if NOW - point.time < SPIKE),
    until=None,
    raised=SPIKING[-8].time,
    peak=SPIKING[-2].time,
    counts=Counts(25_000, 300, 180, 1),
    message="180 complaints in 25,000 sends (0.72 %) since 12:11 UTC: over AWS's limit of 0.5 %.",
)
PAST_ALERT = Alert(
    metric=Metric.BOUNCES,
    kind=AlertKind.SPIKE,
    severity=Severity.WARNING,
    since=HEALTHY[700].time,
    until=HEALTHY[704].time,
    raised=HEALTHY[700].time,
    peak=HEALTHY[701].time,
    counts=Counts(9_000, 600, 2, 0),
    message="600 bounces in 9,000 sends (6.67 %): over AWS's limit of 5 %.",
)

STARTING = Snapshot(Target("us-east-1", "prod"), Phase.STARTING, Origin.SERVICE, now_mark=1000.0, interval=60.0)
LIVE = Snapshot(
    TARGET,
    Phase.LIVE,
    Origin.SERVICE,
    now_mark=1000.0,
    interval=60.0,
    reading=Reading(TARGET, NOW, HEALTHY),
    read_mark=1000.0,
    next_mark=1060.0,
    alerts=(PAST_ALERT,),
)
ALERT = LIVE._replace(reading=Reading(TARGET, NOW, SPIKING), alerts=(SPIKE_ALERT, PAST_ALERT))
DENIED = Failure(
    ErrorKind.DENIED,
    "AWS denies ses:GetSendStatistics in us-east-1 to profile prod.",
    "Allow ses:GetSendStatistics in its IAM policy.",
    transient=False,
)
YEAR_OF_DAYS = tuple(
    Row(day, day + timedelta(days=1), Counts(100_000 + number, 1_500, 40, 3), 96)
    for number, day in enumerate(NOW.replace(hour=0, minute=0) - timedelta(days=days) for days in range(400, -1, -1))
)
LONG = LIVE._replace(days=YEAR_OF_DAYS)
"""A history that reaches back more than a year."""

STALE = LIVE._replace(phase=Phase.STALE, failure=DENIED, failures=3, next_mark=1060.0)
EMPTY = LIVE._replace(reading=Reading(TARGET, NOW, ()), alerts=())


def later(snapshot: Snapshot, *new: DataPoint, changed: frozenset[datetime] = frozenset()) -> Snapshot:
    """The snapshot of the next reading, one slot later, with the oldest points dropped as the service does."""
    assert snapshot.reading is not None
    kept = {point.time: point for point in snapshot.reading.points[len(new) :]}
    kept.update({point.time: point for point in new})
    reading = snapshot.reading._replace(points=tuple(sorted(kept.values())), read_at=snapshot.reading.read_at + SLOT)
    return snapshot._replace(
        reading=reading, read_mark=1060.0, next_mark=1120.0, changed=changed | {point.time for point in new}
    )


def following(snapshot: Snapshot, count: int = 1) -> tuple[DataPoint, ...]:
    """The next points that the service would list."""
    assert snapshot.reading is not None
    last = snapshot.reading.points[-1].time
    return tuple(DataPoint(last + SLOT * step, 1000 + step, 10, 0, 0) for step in range(1, count + 1))
