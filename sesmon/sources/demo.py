"""A simulated account: two weeks behind it, and it goes on live.

Everything follows from a seed, the start and the time of day asked for: each slot has a random stream of its own, so
that the order and number of readings change nothing.
"""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sesmon.clock import Clock, FastClock
from sesmon.model import MEMORY, SLOT, Counts, DataPoint, Metric, Origin, Quota, Reading, Target

SPEED = 75.0
"""Seconds of the simulated day in one of the host's: a slot takes 12 seconds."""

_START_OF_DAY = timedelta(hours=13, minutes=40)
"""The demo opens in the early afternoon, when there is mail to look at, on the day it is asked for."""

_GRID = timedelta(minutes=2)
"""Slots begin so much after the quarter hour, as the service's do not lie on it either."""

_WARM_UP = 192
"""Slots simulated before the two weeks, so that their first complaints have mail to trail."""

_SLOTS_A_DAY = 96
_COMPLAINT_LAG = 16.0
"""Slots that complaints trail the mail by, on average: four hours."""

_LATE_SHARE = 0.12
_LATE_AFTER = (timedelta(minutes=25), timedelta(hours=3))
"""So much of a slot's bounces and complaints is listed only later, between so long and so long after it began."""

_INCIDENT_EVERY = 44
"""Slots between two incidents once the demo goes on: eleven simulated hours, about nine minutes to watch."""


class Incident(NamedTuple):
    """A metric's rate in the slots from the `first` on, counted from the slot that the demo starts in."""

    metric: Metric
    first: int
    rates: tuple[float, ...]

    def rate(self, slot: int) -> float:
        """What it adds to the rate in a slot."""
        place = slot - self.first
        return self.rates[place] if 0 <= place < len(self.rates) else 0.0


_SPIKE = (0.004, 0.009, 0.013, 0.011, 0.006)
_BURST = (0.12, 0.22, 0.16)

_QUOTA = 250_000.0

PAST = (
    Incident(Metric.BOUNCES, -6 * _SLOTS_A_DAY + 3, _BURST),
    Incident(Metric.COMPLAINTS, -3 * _SLOTS_A_DAY - 7, _SPIKE),
)
FIRST_LIVE = Incident(Metric.COMPLAINTS, 1, _SPIKE)


def demo_clock(now: datetime) -> FastClock:
    """The demo's clock: it starts on the day of `now`, in the afternoon, and runs fast."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return FastClock(midnight + _START_OF_DAY, SPEED)


REGIONS: dict[str, tuple[float, bool]] = {
    "us-east-1": (1.0, False),
    "us-east-2": (0.35, True),
    "us-west-2": (0.6, True),
    "ca-central-1": (0.0, True),
    "sa-east-1": (0.02, True),
    "eu-west-1": (0.8, True),
    "eu-west-2": (0.1, True),
    "eu-central-1": (0.45, True),
    "eu-north-1": (0.0, True),
    "eu-south-1": (0.0, True),
    "ap-south-1": (0.25, True),
    "ap-southeast-1": (0.15, True),
    "ap-southeast-2": (0.0, True),
    "ap-northeast-1": (0.3, True),
    "ap-northeast-2": (0.0, True),
    "me-south-1": (0.0, True),
}
"""The Regions that `--region all` simulates: how much mail each has, and whether it is calm."""


class DemoSource:
    """A simulated account that is read like the service."""

    origin = Origin.DEMO
    live = True

    def __init__(
        self, clock: Clock, *, seed: str = "sesmon", region: str = "us-east-1", scale: float = 1.0, calm: bool = False
    ) -> None:
        """Simulate a Region whose mail is `scale` times the usual; a calm one has no incidents."""
        self._clock = clock
        self._scale, self._calm = scale, calm
        self._seed = f"{seed}/{region}"
        self.target = Target(region, "demo", "000000000000")
        start = clock.now()
        self._anchor = start - (start - datetime(2000, 1, 1, tzinfo=UTC) - _GRID) % SLOT
        self._first = -(MEMORY // SLOT) - _WARM_UP
        self._final: list[Counts] = []
        self._trailing = 0.0

    def quota(self) -> Quota:
        """A quota of which the day's mail uses a good part."""
        now = self._clock.now()
        sent = sum(point.attempts for point in self.read().points if now - point.time < timedelta(hours=24))
        return Quota(_QUOTA * max(0.01, self._scale), sent, 80 * max(0.05, self._scale), now)

    def sending_enabled(self) -> bool:
        """Always."""
        return True

    def read(self) -> Reading:
        """The two weeks before now. The newest slot is as full as its time has gone by."""
        now = self._clock.now()
        newest = (now - self._anchor) // SLOT
        oldest = newest - MEMORY // SLOT + 1
        while len(self._final) <= newest - self._first:
            self._final.append(self._simulate(self._first + len(self._final)))
        points = (self._seen(slot, now) for slot in range(max(oldest, self._first), newest + 1))
        return Reading(self.target, now, tuple(point for point in points if any(point.counts)), Origin.DEMO)

    def _random(self, slot: int, what: str) -> random.Random:
        return random.Random(f"{self._seed}/{self._anchor.date()}/{what}/{slot}")

    def _time(self, slot: int) -> datetime:
        return self._anchor + SLOT * slot

    def _simulate(self, slot: int) -> Counts:
        """What the slot comes to in the end."""
        rng = self._random(slot, "slot")
        attempts = self._attempts(slot, rng)
        self._trailing += (attempts - self._trailing) / _COMPLAINT_LAG
        rates = {Metric.BOUNCES: 0.014, Metric.COMPLAINTS: 0.0, Metric.REJECTS: 0.00008}
        for incident in () if self._calm else self._incidents(slot):
            rates[incident.metric] += incident.rate(slot)
        usual_complaints = self._trailing * 0.0003 * rng.gammavariate(8, 1 / 8)
        return Counts(
            attempts,
            min(attempts, poisson(rng, attempts * rates[Metric.BOUNCES] * rng.lognormvariate(0, 0.12))),
            poisson(rng, attempts * rates[Metric.COMPLAINTS] + usual_complaints),
            min(attempts, poisson(rng, attempts * rates[Metric.REJECTS])),
        )

    def _attempts(self, slot: int, rng: random.Random) -> int:
        time = self._time(slot)
        hour = time.hour + time.minute / 60
        if 1 <= hour < 5 and rng.random() < 0.3:
            return 0
        wave = 1 + 0.85 * math.sin((hour - 9) / 24 * 2 * math.pi)
        weekend = 0.55 if time.weekday() >= 5 else 1.0
        return round(self._scale * (1900 * wave * weekend * rng.lognormvariate(0, 0.13) + self._campaign(slot)))

    def _campaign(self, slot: int) -> float:
        """The mail that a day's newsletter adds to a slot; every third day or so has one, never the opening day."""
        day = slot // _SLOTS_A_DAY
        rng = self._random(day, "campaign")
        if rng.random() > 0.4 or -1 <= day <= 0:
            return 0.0
        first, length, size = rng.randint(4, 60), rng.randint(3, 6), rng.uniform(20_000, 60_000)
        return size / length if first <= slot - day * _SLOTS_A_DAY < first + length else 0.0

    @staticmethod
    def _incidents(slot: int) -> list[Incident]:
        """The incidents that a slot may be part of: the past ones, the first live one, and one every so often."""
        turn = slot // _INCIDENT_EVERY
        again = Incident(
            Metric.BOUNCES if turn % 2 else Metric.COMPLAINTS,
            turn * _INCIDENT_EVERY + 3,
            _BURST if turn % 2 else _SPIKE,
        )
        return [*PAST, FIRST_LIVE, *([again] if turn > 0 else [])]

    def _seen(self, slot: int, now: datetime) -> DataPoint:
        """What of a slot is listed by now: attempts as its time goes by, some bounces and complaints only later."""
        final, time = self._final[slot - self._first], self._time(slot)
        age = now - time
        if age > _LATE_AFTER[1]:
            return DataPoint(time, *final)
        share = min(1.0, age / SLOT)
        rng = self._random(slot, "late")
        shown = []
        for metric in Metric:
            whole = final.of(metric)
            late = round(whole * _LATE_SHARE) if metric in {Metric.BOUNCES, Metric.COMPLAINTS} else 0
            after = _LATE_AFTER[0] + (_LATE_AFTER[1] - _LATE_AFTER[0]) * rng.random()
            shown.append(int((whole - late) * share) + (late if age >= after else 0))
        return DataPoint(time, *shown)


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson variate; by the normal approximation where the mean is large."""
    if mean <= 0:
        return 0
    if mean > 60:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count
