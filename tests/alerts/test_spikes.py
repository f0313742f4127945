"""Against the sender's own habit: what is plainly unusual is found, and what is usual is left alone."""

from __future__ import annotations

import math
import random
from statistics import median

import pytest

from sesmon.alerts.habit import LEARNING_BLOCKS, Habit
from sesmon.alerts.judge import Judge
from sesmon.alerts.kinds import KINDS
from sesmon.alerts.spikes import WINDOWS, Finding, findings
from sesmon.alerts.trails import Trails
from sesmon.model import SLOT, AlertKind, Counts, Metric
from tests.alerts.senders import (
    DAY,
    WEEKS,
    Sender,
    Trait,
    at,
    campaigns,
    day_and_night,
    doubling,
    during,
    few,
    growing,
    office,
    points,
    raised,
)

SEEDS = range(4)
ACCOUNTS = range(8)
"""Healthy accounts of two weeks: 3.7 account-months."""

STRUCK = 11 * DAY + 45
"""When incidents begin: Friday, about noon."""

CAMPAIGNS = [day * DAY + 40 for day in (1, 4, 8)]
LEARNED = LEARNING_BLOCKS * 12


def scattered(seed: int) -> random.Random:
    """What puts the timestamps of a seed off the grid."""
    return random.Random(f"jitter {seed}")


def wave(days: float, depth: float) -> Trait:
    """Complaints whose rate drifts up and down, over so many days."""
    return Trait(0.0004, 0.1, times=lambda slot: 1 + depth * math.sin(slot / DAY / days * 2 * math.pi))


HEALTHY = {
    "steady": Sender(day_and_night(2000)),
    "a few mails": Sender(few(20)),
    "a few mails to bad addresses": Sender(few(20), bounces=Trait(0.04)),
    "office hours": Sender(office(900)),
    "office hours, trailing into the evening": Sender(
        office(900), complaints=Trait(0.0004, 0.2, 8), bounces=Trait(0.02, 0.05, 5)
    ),
    "campaigns": Sender(campaigns(100_000, [*CAMPAIGNS, STRUCK]), complaints=Trait(0.0003, 0.0, 16)),
    "campaigns, bounces trailing by an hour": Sender(
        campaigns(30_000, [*CAMPAIGNS, STRUCK]), bounces=Trait(0.02, 0.05, 5)
    ),
    "campaigns, bounces trailing by hours": Sender(
        campaigns(30_000, [*CAMPAIGNS, STRUCK]), bounces=Trait(0.02, 0.05, 14)
    ),
    "weekly newsletter": Sender(
        campaigns(30_000, [2 * DAY + 40, 9 * DAY + 40]), complaints=Trait(0.0004, 0.1, 20), bounces=Trait(0.02, 0.05, 3)
    ),
    "a first newsletter": Sender(
        campaigns(30_000, [9 * DAY + 40]), complaints=Trait(0.0004, 0.1, 20), bounces=Trait(0.02, 0.05, 2)
    ),
    "overdispersed": Sender(day_and_night(1500, 0.5), complaints=Trait(0.0003, 0.7), bounces=Trait(0.02, 0.15)),
    "drifting over days": Sender(day_and_night(2000), complaints=wave(3, 0.5)),
    "drifting over the day": Sender(day_and_night(2000), complaints=wave(1, 0.6)),
    "growing tenfold": Sender(growing(500, 10), complaints=Trait(0.0004, 0.2, 6)),
    "doubling overnight": Sender(doubling(1500, 10 * DAY), complaints=Trait(0.0004, 0.2, 16)),
    "tenfold from one slot on": Sender(
        doubling(1500, 10 * DAY + 37, 10), complaints=Trait(0.0004, 0.2, 12), bounces=Trait(0.02, 0.05, 3)
    ),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_sender_is_left_alone(name: str) -> None:
    """Whoever sends as usual is alarmed about less than once a month, whatever is usual with them."""
    alarms = [
        slot for seed in ACCOUNTS for slot in raised(HEALTHY[name].counts(f"{name}/{seed}"), jitter=scattered(seed))
    ]
    assert len(alarms) <= 3


def test_missing_points_alarm_nobody() -> None:
    """Where SES lists one slot in five not at all, and for hours nothing, nothing is unusual about the rest."""
    alarms = []
    for seed in SEEDS:
        lost = random.Random(f"lost {seed}")
        counts = Sender(day_and_night(2000)).counts(f"missing/{seed}")
        kept = [Counts() if lost.random() < 0.2 or 500 <= slot < 503 else one for slot, one in enumerate(counts)]
        alarms += raised(kept, jitter=scattered(seed))
    assert len(alarms) <= 1


def complaints(times: float, variance: float = 0.2, delay: float = 0.0, slots: int = 6) -> Trait:
    """Complaints that come so many times as often for an hour and a half."""
    return Trait(0.0004, variance, delay, during(STRUCK, slots, times))


def bounces(times: float, delay: float = 0.0) -> Trait:
    """Bounces that come so many times as often for an hour."""
    return Trait(0.015, 0.05, delay, during(STRUCK, 4, times))


C, B, R = Metric.COMPLAINTS, Metric.BOUNCES, Metric.REJECTS
INCIDENTS: dict[str, tuple[Sender, Metric, float]] = {
    "steady, x30": (Sender(day_and_night(2000), complaints=complaints(30)), C, 0),
    "steady, x10": (Sender(day_and_night(2000), complaints=complaints(10)), C, 2),
    "trailing, x30": (Sender(day_and_night(2000), complaints=complaints(30, delay=8)), C, 2),
    "trailing, x10": (Sender(day_and_night(2000), complaints=complaints(10, delay=8)), C, 6),
    "office hours, x30": (Sender(office(900), complaints=complaints(30)), C, 1),
    "office hours, x10": (Sender(office(900), complaints=complaints(10)), C, 5),
    "overdispersed, x30": (Sender(day_and_night(1500, 0.5), complaints=complaints(30, 0.7)), C, 2),
    "a bad campaign, x10": (
        Sender(campaigns(30_000, [*CAMPAIGNS, STRUCK]), complaints=complaints(10, 0.1, 20)),
        C,
        6,
    ),
    "a campaign to a bad list": (
        Sender(campaigns(30_000, [*CAMPAIGNS, STRUCK]), bounces=bounces(10, 3)),
        B,
        1,
    ),
    "after growth": (Sender(growing(500, 10), complaints=complaints(20)), C, 1),
    "bounces": (Sender(day_and_night(2000), bounces=bounces(12)), B, 0),
    "bounces that trail": (Sender(day_and_night(2000), bounces=bounces(12, 4)), B, 1),
    "bounces of a few mails": (
        Sender(few(20), bounces=Trait(0.015, times=during(STRUCK, 12, 30))),
        B,
        6,
    ),
    "rejects": (Sender(day_and_night(2000), rejects=Trait(0.0001, times=during(STRUCK, 4, 200))), R, 0),
}


@pytest.mark.parametrize("name", INCIDENTS)
def test_an_incident_is_found_in_time(name: str) -> None:
    """Every plain incident raises one spike of its metric, typically within the given number of points."""
    sender, metric, slots = INCIDENTS[name]
    delays = []
    for seed in SEEDS:
        found = raised(sender.counts(f"{name}/{seed}"), metric, AlertKind.SPIKE, jitter=scattered(seed))
        during_it = [slot - STRUCK for slot in found if STRUCK <= slot < STRUCK + 24]
        assert len(during_it) == 1
        delays += during_it
    assert median(delays) <= slots


@pytest.mark.parametrize("delay", [0.0, 16.0])
def test_a_slow_creep_is_found_before_its_top(delay: float) -> None:
    """A rate that climbs to ten times the usual over a day is found within half a day, trailing or not."""
    creep = Trait(0.0004, 0.2, delay, lambda slot: 1 + 9 * max(0, min(DAY, slot - STRUCK)) / DAY)
    for seed in SEEDS:
        counts = Sender(day_and_night(2000), complaints=creep).counts(f"creep/{seed}")
        found = [slot for slot in raised(counts, C, AlertKind.SPIKE) if slot >= STRUCK]
        assert found
        assert found[0] - STRUCK <= DAY / 2


def test_an_old_incident_does_not_hide_a_new_one() -> None:
    """A baseline that holds three hours at 25 times the rate still tells the next hour at that rate at once."""
    again = Trait(0.0004, 0.2, times=lambda slot: 25 if STRUCK - 400 <= slot < STRUCK - 388 or slot >= STRUCK else 1)
    for seed in SEEDS:
        counts = Sender(day_and_night(2000), complaints=again).counts(f"old/{seed}", STRUCK + 4)
        assert [slot for slot in raised(counts, C, AlertKind.SPIKE) if slot >= STRUCK] in ([STRUCK], [STRUCK + 1])


def test_an_incident_with_missing_points_is_found() -> None:
    """Where every third slot is not listed, a spike is told by those that are."""
    for seed in SEEDS:
        counts = Sender(day_and_night(2000), complaints=complaints(30)).counts(f"holes/{seed}")
        kept = [Counts() if slot % 3 == seed % 3 else one for slot, one in enumerate(counts)]
        found = [slot for slot in raised(kept, C, AlertKind.SPIKE) if slot >= STRUCK]
        assert found
        assert found[0] <= STRUCK + 2


def test_a_point_that_is_still_filling_alarms_nobody() -> None:
    """A newest point that shows but a part of its mail, or of its answers, is no incident in any of its states."""
    counts = Sender(day_and_night(2000)).counts("filling")
    judge, rng = Judge(), random.Random("filling")
    for slot in range(12 * DAY, 13 * DAY):
        before = points(counts[:slot])
        for part in (0.1, 0.4, 0.8):
            whole = counts[slot]
            now = Counts(round(whole.attempts * part), *(round(one * part * rng.random()) for one in whole[1:]))
            judged = judge.judge(points([*counts[:slot], now]), at(slot) + SLOT * part)
            assert not [alert for alert in judged.alerts if alert.is_open]
        assert before


def test_a_spike_in_a_point_that_is_still_filling_is_told() -> None:
    """What a point shows already is enough where it is plainly too much."""
    counts = Sender(day_and_night(2000)).counts("soon", STRUCK)
    half = Counts(1000, 15, 12, 0)
    judged = Judge().judge(points([*counts, half]), at(STRUCK) + SLOT / 2)
    assert any(alert.kind is AlertKind.SPIKE and alert.is_open for alert in judged.alerts)


def test_nothing_is_a_spike_while_learning() -> None:
    """Within the first day no spike is raised, however gross; the limits are held all the same."""
    counts = Sender(day_and_night(2000), complaints=Trait(0.0004, times=during(50, 8, 100))).counts("early", LEARNED)
    assert raised(counts, C, AlertKind.SPIKE) == []
    assert raised(counts, C, AlertKind.LIMIT)


# The windows


def habit(counts: list[int], sends: int = 1000) -> Habit:
    """Steady mail that was answered so."""
    trails = Trails()
    trails.live([sends] * len(counts))
    out = Habit(KINDS[Metric.REJECTS], trails)
    out.live(counts, is_usual=True)
    return out


def find(
    past: Habit, *, chance: float, least: int, ratio: float, first: int = 0, longest: int = WINDOWS[-1]
) -> Finding | None:
    """The finding that ends with the newest slot."""
    ends = range(len(past), len(past) + 1)
    found = findings(past, ends, chance=chance, least=least, ratio=ratio, first=first, longest=longest)
    return next(found, None)


def test_the_least_likely_window_is_told() -> None:
    """Of all windows that end now, the one that chance explains worst is the finding, and only if it is unlikely."""
    calm = [0] * WEEKS
    found = find(habit([*calm, 6, 7, 6]), chance=1e-4, least=3, ratio=2)
    assert found is not None
    assert (found.end - found.start, found.counted) == (3, 19)
    assert found.chance < 1e-4
    assert find(habit([*calm, 6, 7, 6]), chance=found.chance / 2, least=3, ratio=2) is None
    assert find(habit(calm), chance=1e-4, least=3, ratio=2) is None


def test_a_window_may_be_bounded() -> None:
    """No window begins before `first`, is longer than `longest`, or counts fewer than `least`."""
    past = habit([0] * WEEKS + [9, 0, 0])
    end = len(past)
    assert find(past, chance=1e-4, least=3, ratio=2) is not None
    assert find(past, chance=1e-4, least=3, ratio=2, first=end - 2) is None
    assert find(past, chance=1e-4, least=3, ratio=2, longest=2) is None
    assert find(past, chance=1e-4, least=10, ratio=2) is None


def test_a_spike_is_so_many_times_the_usual() -> None:
    """With much mail a small excess is unlikely, and still no spike below the ratio asked for."""
    past = habit([100] * WEEKS + [170, 170, 170, 170], sends=100_000)
    assert find(past, chance=1e-2, least=3, ratio=2) is None
    assert find(past, chance=1e-2, least=3, ratio=1.5) is not None


def test_the_mail_behind_a_finding_is_known() -> None:
    """A finding's expected count is its usual rate of the mail that it may answer."""
    found = find(habit([1, 0] * (WEEKS // 2) + [30]), chance=1e-4, least=3, ratio=2)
    assert found is not None
    assert found.exposed == pytest.approx(1000, rel=0.15)
    assert found.expected == pytest.approx(0.5, rel=0.2)


def test_windows_reach_from_a_point_to_a_day() -> None:
    """The shortest window is one point, for spikes, and the longest a day, for creep."""
    assert (WINDOWS[0], WINDOWS[-1]) == (1, DAY)
    assert list(WINDOWS) == sorted(WINDOWS)


@pytest.mark.parametrize("ratio", [1.0, 1.3, 2.0])
@pytest.mark.parametrize("mails", [40, 900, 20_000])
def test_a_look_at_many_slots_finds_what_a_look_at_each_finds(mails: float, ratio: float) -> None:
    """A day is judged in one go as slot by slot: no window that stands out is passed over."""
    sender = Sender(day_and_night(mails), rejects=Trait(0.003, 0.3, times=during(9 * DAY, 9, 5)))
    counts = sender.counts(f"look {mails}")
    trails = Trails()
    trails.live([one.attempts for one in counts])
    past = Habit(KINDS[Metric.REJECTS], trails)
    past.live([one.rejects for one in counts], is_usual=True)
    for start in range(0, WEEKS - DAY, DAY - 1):
        ends = range(start + 1, start + DAY + 1)
        each = [
            found for end in ends for found in findings(past, range(end, end + 1), chance=0.5, least=2, ratio=ratio)
        ]
        assert list(findings(past, ends, chance=0.5, least=2, ratio=ratio)) == each
