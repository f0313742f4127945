"""The habit: what is to be expected, and how much that varies."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesmon.alerts.belief import Belief
from sesmon.alerts.exposure import Exposure
from sesmon.alerts.habit import BLOCK, LEARNING_BLOCKS, Habit
from sesmon.alerts.kinds import KINDS, Kind
from sesmon.alerts.rates import Rates
from sesmon.alerts.rows import Rows
from sesmon.alerts.trails import Trails
from sesmon.model import Metric
from tests.alerts.senders import DAY, WEEKS, Sender, Trait, campaigns, day_and_night, during, few

Slot = tuple[int, int, bool]
SLOTS = st.lists(
    st.tuples(st.integers(0, 3000) | st.integers(0, 2**63 - 1), st.integers(0, 50) | st.integers(0, 2**63 - 1))
    .map(lambda pair: (*pair, True))
    .flatmap(lambda pair: st.booleans().map(lambda usual: (pair[0], pair[1], usual))),
    max_size=4 * BLOCK,
)


def lived(slots: list[Slot], metric: Metric = Metric.COMPLAINTS) -> Habit:
    """A habit that has lived through some slots."""
    habit = Habit(KINDS[metric], Trails())
    live(habit, slots)
    return habit


def live(habit: Habit, slots: list[Slot]) -> None:
    """Live through some slots, one by one."""
    for sends, count, usual in slots:
        habit.trails.live([sends])
        habit.live([count], is_usual=usual)


def forget_from(habit: Habit, slot: int) -> None:
    """Take back the mail and what was learned of it."""
    habit.trails.forget_from(slot)
    habit.forget_from(slot)


def habit_of(sender: Sender, metric: Metric = Metric.COMPLAINTS, seed: object = 0, slots: int = WEEKS) -> Habit:
    """The habit of a simulated sender."""
    return lived([(counts.attempts, counts.of(metric), True) for counts in sender.counts(seed, slots)], metric)


def memory(of: object) -> object:
    """All that a habit knows."""
    if isinstance(of, Rows):
        return of.columns
    return (
        {name: memory(known) for name, known in vars(of).items()}
        if isinstance(of, Habit | Trails | Exposure | Belief | Rates)
        else of
    )


# What is learned


def test_nothing_is_expected_within_the_first_day() -> None:
    """With less than a day of past there is no expectation; with a day there is."""
    habit = habit_of(Sender(day_and_night(1000)), slots=LEARNING_BLOCKS * BLOCK - 1)
    assert habit.expectation(len(habit) - 1, len(habit)) is None
    live(habit, [(1000, 0, True)] * 2)
    assert habit.expectation(len(habit) - 1, len(habit)) is not None


@pytest.mark.parametrize(("metric", "rate"), [(Metric.COMPLAINTS, 0.0004), (Metric.BOUNCES, 0.015)])
def test_the_usual_rate_is_learned(metric: Metric, rate: float) -> None:
    """After two weeks the usual rate is the sender's own, whatever was assumed before."""
    habit = habit_of(Sender(day_and_night(2000)), metric)
    assert habit.usual_rate(WEEKS, WEEKS) == pytest.approx(rate, rel=0.1)


def test_what_is_expected_is_what_comes() -> None:
    """The means of a habit's slots sum up to about what they count."""
    habit = habit_of(Sender(day_and_night(2000)), Metric.BOUNCES)
    expected = [habit.expectation(slot, slot + 1) for slot in range(7 * DAY, WEEKS)]
    assert sum(one.mean for one in expected if one) == pytest.approx(habit.count(7 * DAY, WEEKS), rel=0.1)


def test_an_old_incident_does_not_become_the_habit() -> None:
    """Three hours at 30 times the rate leave the usual rate about where it was."""
    calm = Sender(day_and_night(2000))
    struck = Sender(day_and_night(2000), complaints=Trait(0.0004, times=during(9 * DAY + 30, 12, 30)))
    usual = habit_of(calm).usual_rate(WEEKS, WEEKS)
    assert usual <= habit_of(struck).usual_rate(WEEKS, WEEKS) <= usual * 1.25


def test_varying_rates_are_allowed_for() -> None:
    """A sender whose rate varies from slot to slot has a wider habit than one whose rate stays."""
    wide = habit_of(Sender(day_and_night(4000), bounces=Trait(0.02, 0.6)), Metric.BOUNCES)
    narrow = habit_of(Sender(day_and_night(4000), bounces=Trait(0.02, 0.0)), Metric.BOUNCES)
    there = (WEEKS - 1, WEEKS)
    (wider, narrower) = (habit.expectation(*there) for habit in (wide, narrow))
    assert wider is not None
    assert narrower is not None
    assert wider.variance > 4 * narrower.variance


@pytest.mark.parametrize(
    ("metric", "delay"), [(Metric.COMPLAINTS, 12), (Metric.COMPLAINTS, 24), (Metric.BOUNCES, 6), (Metric.BOUNCES, 12)]
)
def test_answers_that_trail_are_expected_after_the_mail(metric: Metric, delay: float) -> None:
    """Where answers come hours after a campaign, they are expected in those hours, from the mail before."""
    starts = [day * DAY + 40 for day in (1, 3, 6, 9, 11)]
    trait = Trait(0.01, 0.0, delay)
    habit = habit_of(Sender(campaigns(20_000, starts, quiet=20), complaints=trait, bounces=trait), metric)
    window = (11 * DAY + 44, 11 * DAY + 56)
    expected = habit.expectation(*window)
    assert expected is not None
    assert expected.mean >= habit.count(*window) / 2
    assert habit.exposed(*window) > 10_000


def test_few_mails_are_a_habit_that_is_known_but_roughly() -> None:
    """With a few mails a slot the habit stays near what is assumed of anybody, and says how little it knows."""
    habit = habit_of(Sender(few(20)), slots=3 * DAY)
    expected = habit.expectation(3 * DAY - 4, 3 * DAY)
    assert expected is not None
    assert expected.mean < 0.1
    assert expected.variance > 0.3


def test_no_mail_at_all_is_a_habit() -> None:
    """Days without any mail expect nothing, and break nothing."""
    habit = lived([(0, 0, True)] * (2 * DAY))
    assert habit.expectation(DAY, 2 * DAY) is not None
    assert habit.exposed(DAY, 2 * DAY) == 0


# Taking back


@settings(max_examples=60)
@given(SLOTS, st.integers(0, 4 * BLOCK), SLOTS, st.sampled_from(sorted(KINDS)))
def test_what_is_taken_back_never_was(past: list[Slot], slot: int, other: list[Slot], metric: Metric) -> None:
    """Lived otherwise from a slot on and taken back, a habit that lives those slots again knows the same."""
    slot = min(slot, len(past))
    habit = lived(past[:slot] + other, metric)
    forget_from(habit, slot)
    assert memory(habit) == memory(lived(past[:slot], metric))
    live(habit, past[slot:])
    assert memory(habit) == memory(lived(past, metric))


@settings(max_examples=60)
@given(SLOTS, st.integers(0, 4 * BLOCK), st.booleans(), st.sampled_from(sorted(KINDS)))
def test_many_slots_are_lived_as_one_by_one(past: list[Slot], cut: int, usual: bool, metric: Metric) -> None:
    """However many slots are lived through at once, a habit knows the same after them."""
    habit = Habit(KINDS[metric], Trails())
    habit.trails.live([sends for sends, _, _ in past])
    for part in (past[:cut], past[cut:]):
        habit.live([count for _, count, _ in part], is_usual=usual)
    assert memory(habit) == memory(lived([(sends, count, usual) for sends, count, _ in past], metric))


def test_two_weeks_can_be_taken_back_anywhere() -> None:
    """Beyond the memory of the habit too, taking back and living again leads to the same."""
    counts = Sender(day_and_night(1000)).counts("back")
    slots = [(one.attempts, one.complaints, True) for one in counts]
    habit, known = lived(slots), memory(lived(slots))
    for slot in random.Random("back").sample(range(WEEKS), 6):
        forget_from(habit, slot)
        live(habit, slots[slot:])
        assert memory(habit) == known


def test_a_kernel_answers_all_of_the_mail() -> None:
    """Each assumed way to trail shares the whole of the answers out, and no metric's assumptions are empty."""
    for kind in KINDS.values():
        assert isinstance(kind, Kind)
        assert kind.kernels
        for kernel in kind.kernels:
            assert sum(kernel) == pytest.approx(1)


def test_longer_windows_expect_more() -> None:
    """What a window expects grows with its length."""
    habit = habit_of(Sender(day_and_night(1000)))
    means = [one.mean for length in (1, 4, 16, 64) if (one := habit.expectation(WEEKS - length, WEEKS))]
    assert len(means) == 4
    assert all(shorter < longer for shorter, longer in pairwise(means))
