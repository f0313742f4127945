"""Sending that stopped where this sender always sends, and pauses that are usual."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest

from sesmon.alerts.judge import Judge
from sesmon.alerts.silence import LEAST, QUIET, Rhythm, Silence
from sesmon.model import SLOT, AlertKind, Change, Counts, Event, Metric, Severity
from tests.alerts.senders import (
    DAY,
    WEEKS,
    Mail,
    Sender,
    at,
    campaigns,
    day_and_night,
    few,
    growing,
    office,
    points,
    told,
)

SEEDS = range(3)
NOON = 10 * DAY + 48
"""Thursday noon of the second week."""


def silences(mail: Mail, seed: object = 0, slots: int = WEEKS) -> list[tuple[int, Event]]:
    """What became of silences of a simulated sender, with the slots."""
    counts = Sender(mail).counts(seed, slots)
    return [(slot, event) for slot, event in told(counts) if event.alert.kind is AlertKind.SILENCE]


def scaled(mail: Mail, first: int, slots: int, times: float = 0.0) -> Mail:
    """The same mail, with so much of it left for so many slots."""
    return lambda slot, chance: mail(slot, chance) * (times if first <= slot < first + slots else 1)


STOPPED = {
    "steady": day_and_night(2000),
    "small": day_and_night(60),
    "office hours": office(900),
    "uneven": day_and_night(1500, 0.5),
    "growing": growing(800, 3),
}


@pytest.mark.parametrize("name", STOPPED)
@pytest.mark.parametrize(("left", "severity"), [(0.0, Severity.CRITICAL), (0.02, Severity.WARNING)])
def test_sending_that_stops_is_told_after_an_hour(name: str, left: float, severity: Severity) -> None:
    """Where mail stays out, or all but, it is told with the fourth quiet point, and cleared when mail comes again."""
    for seed in SEEDS:
        found = silences(scaled(STOPPED[name], NOON, 16, left), f"{name}/{seed}")
        assert [(slot, event.change) for slot, event in found][:1] == [(NOON + QUIET - 1, Change.RAISED)]
        (raised, first), (cleared, last) = found
        assert first.alert.since == at(NOON)
        assert first.alert.metric is Metric.SENDS
        if left == 0 or name != "small":
            assert first.alert.severity is severity
        assert raised < NOON + 16 <= cleared <= NOON + 20
        assert last.change is Change.CLEARED


USUAL = {
    "steady": day_and_night(2000),
    "a few mails": few(20),
    "office hours": office(900),
    "campaigns": campaigns(50_000, [2 * DAY + 40, 9 * DAY + 40]),
    "a newsletter that stays out": campaigns(50_000, [2 * DAY + 40]),
    "uneven": day_and_night(800, 0.6),
    "half of it from one day on": scaled(day_and_night(1500), 10 * DAY, WEEKS, 0.5),
    "a day that begins half an hour late": scaled(office(900), 10 * DAY + 32, 2),
    "a day that ends an hour early": scaled(office(900), 10 * DAY + 68, 4),
    "three quiet quarters": scaled(day_and_night(2000), NOON, 3),
}


@pytest.mark.parametrize("name", USUAL)
def test_what_is_usual_is_no_silence(name: str) -> None:
    """Nights, weekends, mail that comes now and then, and less mail than before are no silence."""
    for seed in SEEDS:
        assert silences(USUAL[name], f"{name}/{seed}") == []


def test_a_working_day_without_mail_began_in_the_morning() -> None:
    """A silence that follows a night in which nothing is usual is as long as the mail is missed, and not the night."""
    for seed in SEEDS:
        found = silences(scaled(office(900), 10 * DAY + 32, 40), f"holiday/{seed}", 10 * DAY + 76)
        slot, event = found[0]
        assert event.alert.since == at(10 * DAY + 32)
        assert 10 * DAY + 35 <= slot <= 10 * DAY + 40
        assert "since 08:07 UTC" in event.alert.message


def test_pauses_that_are_usual_are_waited_for() -> None:
    """Where sending has often paused for an hour and a half, such a pause is no silence, but half a day is."""

    def pausing(slot: int, chance: random.Random) -> float:
        day = slot // DAY
        return 0 if 40 + day % 5 * 2 <= slot % DAY < 46 + day % 5 * 2 else 500 * chance.lognormvariate(0, 0.1)

    assert silences(pausing) == []
    found = silences(scaled(pausing, NOON, 48))
    assert found
    assert found[0][1].alert.since < at(NOON + 8)


def test_one_outage_before_hides_no_other() -> None:
    """An outage at the same hour of another day is no habit."""
    twice = scaled(scaled(day_and_night(2000), NOON - 3 * DAY, 12), NOON, 12)
    assert [slot for slot, event in silences(twice) if event.change is Change.RAISED] == [
        NOON - 3 * DAY + QUIET - 1,
        NOON + QUIET - 1,
    ]


def test_a_week_is_needed() -> None:
    """In the first week nobody can say when this sender always sends."""
    assert silences(scaled(day_and_night(2000), 5 * DAY + 40, DAY), slots=6 * DAY) == []


def test_a_slot_that_is_not_over_is_not_missed_yet() -> None:
    """The fourth quiet slot tells of a silence once it is over, and not while it may still fill."""
    listed = points(Sender(scaled(day_and_night(2000), NOON, 16)).counts("late", NOON + 16))
    judge = Judge()
    for minutes in (46, 50, 59):
        assert judge.judge(listed, at(NOON) + SLOT * (minutes / 15)).alerts == ()
    (alert,) = judge.judge(listed, at(NOON + QUIET)).alerts
    assert (alert.kind, alert.is_open) == (AlertKind.SILENCE, True)


def test_points_that_are_listed_late_take_it_back() -> None:
    """Where SES lists the missing points after all, the silence is withdrawn."""
    counts = Sender(day_and_night(2000)).counts("revised", NOON + QUIET)
    judge = Judge()
    first = judge.judge(points([*counts[:NOON], *[Counts()] * QUIET]), at(NOON + QUIET))
    assert [event.change for event in first.events] == [Change.RAISED]
    second = judge.judge(points(counts), at(NOON + QUIET))
    assert [event.change for event in second.events] == [Change.WITHDRAWN]


# The rhythm


def rhythm(sends: list[int]) -> Rhythm:
    """The rhythm of some slots."""
    return Rhythm([*accumulate(sends, initial=0)])


def found(sends: list[int]) -> Silence | None:
    """The silence that the newest slots end with."""
    return rhythm(sends).find(len(sends))


def has_resumed(sends: list[int]) -> bool:
    """Whether the newest half hour saw mail again."""
    return rhythm(sends).has_resumed(len(sends))


def test_a_silence_says_what_is_usual_at_that_hour() -> None:
    """How many days are like this one, the least and the middle of what they saw, and what is left."""
    week = [100] * (10 * DAY)
    week[3 * DAY : 3 * DAY + 8] = [60] * 8
    assert found([*week, 2, 1, 0, 2]) == Silence(10 * DAY, 10 * DAY + 4, 5, 9, 400, 400)


def test_little_mail_is_never_missed() -> None:
    """An hour that usually sees fewer than fifty mails is not missed; one that sees as many is."""
    few_mails, enough = LEAST // QUIET, LEAST // QUIET + 1
    assert found([few_mails] * (10 * DAY) + [0] * QUIET) is None
    assert found([enough] * (10 * DAY) + [0] * QUIET) is not None


def test_more_than_a_twentieth_is_no_collapse() -> None:
    """Sending has all but stopped where at most a twentieth of it is left."""
    assert found([100] * (10 * DAY) + [5] * QUIET) is not None
    assert found([100] * (10 * DAY) + [6] * QUIET) is None


def test_a_quarter_of_the_usual_is_sending_again() -> None:
    """A silence is over once half an hour sees a quarter of what it usually does, and not by a trickle."""
    assert not has_resumed([100] * (10 * DAY) + [0] * 8 + [20, 20])
    assert has_resumed([100] * (10 * DAY) + [0] * 8 + [30, 30])


def test_a_pattern_that_no_second_week_shares_is_none() -> None:
    """Where the days of two weeks do not agree, no day is like this one, and nothing is missed."""
    busy = [0, 3, 4, 8, 9, 10, 12, 13]
    sends = [100 if slot // DAY in busy else 0 for slot in range(14 * DAY)]
    assert found([*sends, *[0] * QUIET]) is None
