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

PACE = timedelta(hours=6)
"""The last hours, whose pace a forecast takes."""

_BISECTIONS = 60


def lower_bound(count: int, attempts: int, doubt: float) -> float:
    """The least rate at which `count` or more in `attempts` would still come about with a chance of `doubt`.

    The one-sided lower confidence bound at a level of 1 - `doubt`, from the Chernoff bound of the binomial tail,
    exp(-n KL(k/n, p)): never above the exact (Clopper-Pearson) bound, at any size. A count over the attempts (bounces
    of earlier mail) counts as all of them. 0 where nothing was counted or sent.
    """
    if attempts <= 0 or count <= 0:
        return 0.0
    rate = min(1.0, count / attempts)
    enough = math.log(1 / doubt)
    low, high = 0.0, rate
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if attempts * divergence(rate, middle) >= enough:
            low = middle
        else:
            high = middle
    return low


def divergence(rate: float, base: float) -> float:
    """The Kullback-Leibler divergence of a coin of `rate` from one of `base`, in nats."""
    if base <= 0:
        return math.inf if rate > 0 else 0.0
    left = rate * math.log(rate / base) if rate > 0 else 0.0
    right = (1 - rate) * math.log((1 - rate) / (1 - base)) if rate < 1 else 0.0
    return left + right


def surely_over(limit: Limit, count: int, attempts: int, doubt: float) -> bool:
    """Whether the lower bound of the rate lies over the limit. Quick where the rate itself does not."""
    if attempts <= 0 or count <= attempts * limit.rate:
        return False
    rate = min(1.0, count / attempts)
    return attempts * divergence(rate, limit.rate) > math.log(1 / doubt)


class Forecast(NamedTuple):
    """When a limit will be met if things go on as in the last hours: so many more, in so many hours."""

    limit: Limit
    room: int
    hours: float


def forecast(limit: Limit, standing: Counts, recent: Counts, hours: float) -> Forecast | None:
    """When the rate over `standing` meets the limit at the pace of `recent`, which took so many hours.

    None where it has met it, or would not at that pace.
    """
    room = headroom(limit, standing)
    pace, mail = recent.of(limit.metric) / hours, recent.attempts / hours
    excess = pace - limit.rate * mail
    if not room or excess <= 0:
        return None
    return Forecast(limit, room, (limit.rate * standing.attempts - standing.of(limit.metric)) / excess)


def headroom(limit: Limit, counts: Counts) -> int:
    """How many more complaints or bounces fit in that mail before its rate reaches the limit; 0 where it has."""
    return max(0, math.ceil(limit.rate * counts.attempts) - counts.of(limit.metric))
