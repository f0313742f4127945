"""Simulated senders, small and seeded, for the judge's tests.

Counts are negative binomial: a gamma-distributed rate for each slot, and for each answer a delay of its own.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sesmon.alerts.judge import Judge
from sesmon.alerts.settings import Settings
from sesmon.model import SLOT, AlertKind, Change, Counts, DataPoint, Event, Metric

START = datetime(2026, 3, 2, 0, 7, 13, tzinfo=UTC)
"""A Monday, off the grid of the clock's quarters."""

DAY = 96
"""Slots in a day."""

WEEKS = 14 * DAY
"""Slots that SES remembers."""

Mail = Callable[[int, random.Random], float]
"""How many mails a sender sends in a slot."""


def at(slot: int) -> datetime:
    """When a slot begins."""
    return START + SLOT * slot


@dataclass(frozen=True)
class Trait:
    """How one counter answers the mail: its usual rate, its relative variance from slot to slot, its mean delay.

    `times` is what the rate is multiplied with in a slot: an incident. The delay is in slots.
    """

    rate: float
    variance: float = 0.0
    delay: float = 0.0
    times: Callable[[int], float] = lambda _slot: 1.0


@dataclass(frozen=True)
class Sender:
    """What somebody sends, and what comes of it."""

    mail: Mail
    complaints: Trait = field(default_factory=lambda: Trait(0.0004))
    bounces: Trait = field(default_factory=lambda: Trait(0.015, 0.02))
    rejects: Trait = field(default_factory=lambda: Trait(0.0001))

    def counts(self, seed: object, slots: int = WEEKS) -> list[Counts]:
        """What each slot counts."""
        chance = random.Random(f"{seed}")
        sent = [max(0, round(self.mail(slot, chance))) for slot in range(slots)]
        return [
            Counts(*four)
            for four in zip(
                sent,
                *(answers(sent, trait, chance) for trait in (self.bounces, self.complaints, self.rejects)),
                strict=True,
            )
        ]


def answers(sent: Sequence[int], trait: Trait, chance: random.Random) -> list[int]:
    """How often each slot's mail is answered, and when."""
    out = [0] * len(sent)
    for slot, mails in enumerate(sent):
        rate = trait.rate * trait.times(slot)
        if trait.variance:
            rate *= chance.gammavariate(1 / trait.variance, trait.variance)
        for _ in range(min(mails, poisson(mails * rate, chance))):
            there = slot + int(chance.expovariate(1 / trait.delay)) if trait.delay else slot
            if there < len(sent):
                out[there] += 1
    return out


def poisson(mean: float, chance: random.Random) -> int:
    """A Poisson number, by the waiting times between events; for a great mean by its normal limit."""
    if mean > 200:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    count, left = 0, mean - chance.expovariate(1)
    while left > 0:
        count, left = count + 1, left - chance.expovariate(1)
    return count


def during(first: int, slots: int, times: float) -> Callable[[int], float]:
    """An incident: so many times the rate, for so many slots."""
    return lambda slot: times if first <= slot < first + slots else 1.0


def points(counts: Sequence[Counts], jitter: random.Random | None = None) -> list[DataPoint]:
    """What SES lists of it: no point for a slot in which nothing happened, and times up to 3 minutes off the grid."""
    return [
        DataPoint(at(slot) + timedelta(seconds=jitter.randint(-180, 180) if jitter else 0), *four)
        for slot, four in enumerate(counts)
        if any(four)
    ]


def told(
    counts: Sequence[Counts], settings: Settings | None = None, jitter: random.Random | None = None
) -> list[tuple[int, Event]]:
    """Every event that the judge would have told, with its slot."""
    listed = points(counts, jitter)
    events = Judge(settings).walk(listed, listed[-1].time + SLOT)
    return [(round((event.time - START) / SLOT), event) for event in events]


def raised(
    counts: Sequence[Counts],
    metric: Metric | None = None,
    kind: AlertKind | None = None,
    settings: Settings | None = None,
    jitter: random.Random | None = None,
) -> list[int]:
    """The slots in which an alert of that metric and kind was raised."""
    return [
        slot
        for slot, event in told(counts, settings, jitter)
        if event.change is Change.RAISED and metric in {None, event.alert.metric} and kind in {None, event.alert.kind}
    ]


# Who sends


def day_and_night(mails: float, spread: float = 0.15) -> Mail:
    """More by day than by night, seven days a week."""
    return lambda slot, chance: (
        mails * (1 + 0.7 * math.sin((slot / DAY - 0.4) * 2 * math.pi)) * chance.lognormvariate(0, spread)
    )


def few(most: int = 20) -> Mail:
    """Between no mail and a few."""
    return lambda _slot, chance: chance.randint(0, most) if chance.random() < 0.6 else 0


def office(mails: float, spread: float = 0.3) -> Mail:
    """Monday to Friday from 8 to 18 h, and next to nothing else."""

    def mail(slot: int, chance: random.Random) -> float:
        is_open = slot // DAY % 7 < 5 and 32 <= slot % DAY < 72
        return mails * chance.lognormvariate(0, spread) if is_open else chance.random() * 3

    return mail


def campaigns(size: float, starts: Sequence[int], quiet: float = 50, slots: int = 4) -> Mail:
    """A little transactional mail, and now and then a campaign of `size` mails a slot."""
    return lambda slot, chance: (
        quiet * chance.lognormvariate(0, 0.3)
        + (size * chance.uniform(0.7, 1.1) if any(start <= slot < start + slots for start in starts) else 0)
    )


def growing(mails: float, times: float) -> Mail:
    """So many times as much after two weeks."""
    steady = day_and_night(mails)
    return lambda slot, chance: steady(slot, chance) * times ** (slot / WEEKS)


def doubling(mails: float, slot: int, times: float = 2) -> Mail:
    """Twice the mail from one slot on."""
    steady = day_and_night(mails)
    return lambda now, chance: steady(now, chance) * (times if now >= slot else 1)
