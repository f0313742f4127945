"""AWS's published limits, and whether a rate is surely over one."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import NamedTuple

from sesmon.model import Counts, Metric, Severity


class Limit(NamedTuple):
    """A rate (a fraction of the delivery attempts) that AWS has published, and what it does there."""

    metric: Metric
    severity: Severity
    rate: float
    name: str
    consequence: str


class Breach(NamedTuple):
    """A rate that is surely over a limit, in the slots from `start` on and before `end`.

    `exposed` is the mail that the count may answer, which may have been sent before the window; it is never less than
    the window's own. `is_volume` tells that the window is the representative volume and not a length of time.
    """

    limit: Limit
    start: int
    end: int
    counts: Counts
    exposed: int
    is_volume: bool

    @property
    def rate(self) -> float:
        """The count as a fraction of the mail that it may answer."""
        return self.counts.of(self.limit.metric) / self.exposed


REVIEW, PAUSE = "AWS may review the account", "AWS may pause sending"

LIMITS = (
    Limit(Metric.COMPLAINTS, Severity.WARNING, 0.001, "review", REVIEW),
    Limit(Metric.COMPLAINTS, Severity.CRITICAL, 0.005, "pause", PAUSE),
    Limit(Metric.BOUNCES, Severity.WARNING, 0.05, "review", REVIEW),
    Limit(Metric.BOUNCES, Severity.CRITICAL, 0.10, "pause", PAUSE),
)
"""Lowest first within a metric. Source: Amazon SES Developer Guide, 'Reputation metrics messages'
(docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html): bounce rate under review at 5 %, sending may be
paused at 10 %; complaint rate under review at 0.1 %, sending may be paused at 0.5 %."""


def own(metric: Metric, warning: float, critical: float) -> tuple[Limit, Limit]:
    """A user's own limits of a metric, as fractions, to take the place of AWS's."""
    return (
        Limit(metric, Severity.WARNING, warning, "warning", "you want a warning"),
        Limit(metric, Severity.CRITICAL, critical, "critical", "you call it critical"),
    )


REPRESENTATIVE_VOLUME = 10_000
"""Delivery attempts over which a sender's standing is taken, unless told otherwise. AWS judges by a 'representative
volume' that it does not name; a notice that it published covered 10,192 mails."""

MINIMUM_MAIL = 50
"""Delivery attempts under which a rate is not held against a limit, unless told otherwise: it is mostly chance."""

PACE, NEWEST = timedelta(hours=6), timedelta(hours=1)
"""The last hours, whose pace a forecast takes, and the newest, without which a spike that is over would be in it."""


def divergence(rate: float, base: float) -> float:
    """The Kullback-Leibler divergence of a coin of `rate` from one of `base`, in nats."""
    if base <= 0:
        return math.inf if rate > 0 else 0.0
    left = rate * math.log(rate / base) if rate > 0 else 0.0
    right = (1 - rate) * math.log((1 - rate) / (1 - base)) if rate < 1 else 0.0
    return left + right


def surely_over(limit: Limit, count: int, attempts: int, doubt: float) -> bool:
    """Whether the lower bound of the rate lies over the limit. Quick where the rate itself does not.

    The one-sided lower confidence bound at a level of 1 - `doubt`, from the Chernoff bound of the binomial tail,
    exp(-n KL(k/n, p)): never above the exact (Clopper-Pearson) bound, at any size. A count over the attempts (bounces
    of earlier mail) counts as all of them.
    """
    if attempts <= 0 or count <= attempts * limit.rate:
        return False
    rate = min(1.0, count / attempts)
    return attempts * divergence(rate, limit.rate) > math.log(1 / doubt)


class Forecast(NamedTuple):
    """When a limit will be met if things go on as in the last hours: after so many more, in so many hours."""

    limit: Limit
    more: int
    hours: float


def forecast(limit: Limit, standing: Counts, whole: float, recent: Counts, newest: Counts) -> Forecast | None:
    """When the rate over `standing` meets the limit at the pace of `recent`, what the last `PACE` brought.

    A window of mail grows up to `whole` delivery attempts. From then on what comes takes the place of its oldest mail,
    which is taken to bear the rate that the window holds from before those hours.

    None where it has met it, or would not at that pace, or at that of `newest`, what the last `NEWEST` brought.
    """
    count, mail = standing.of(limit.metric), standing.attempts
    hours = PACE / timedelta(hours=1)
    pace, sent = recent.of(limit.metric) / hours, recent.attempts / hours
    if not headroom(limit, standing) or not all(_over(limit, counts) for counts in (recent, newest)):
        return None
    room, excess, growing = limit.rate * mail - count, pace - limit.rate * sent, max(0.0, whole - mail)
    time = room / excess
    if sent * time > growing:
        filled = growing / sent
        older_mail = mail - recent.attempts
        older = max(0, count - recent.of(limit.metric)) / older_mail if older_mail > 0 else count / mail
        time = filled + (room - excess * filled) / (pace - sent * older)
    return Forecast(limit, max(1, math.ceil(round(pace * time, 6))), time)


def _over(limit: Limit, counts: Counts) -> bool:
    return counts.of(limit.metric) > limit.rate * counts.attempts


def headroom(limit: Limit, counts: Counts) -> int:
    """How many more complaints or bounces fit in that mail before its rate reaches the limit; 0 where it has."""
    # Rounded, as 7 % of 100 is a trifle over 7 to a computer.
    return max(0, math.ceil(round(limit.rate * counts.attempts, 6)) - counts.of(limit.metric))
