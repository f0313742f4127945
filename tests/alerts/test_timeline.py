"""Points in slots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sesmon.alerts.timeline import Timeline
from sesmon.alerts.trails import SLOWEST
from sesmon.model import SLOT, Counts, DataPoint, Metric

START = datetime(2026, 3, 2, 0, 7, 13, tzinfo=UTC)
COUNTS = st.builds(Counts, *[st.integers(0, 2**63 - 1)] * 4)


def at(slot: float) -> datetime:
    """When a slot begins."""
    return START + SLOT * slot


def lived(counts: list[Counts]) -> Timeline:
    """A timeline that has lived through counts."""
    out = Timeline(START)
    out.live(counts)
    return out


def test_a_point_lies_in_the_nearest_slot() -> None:
    """Timestamps minutes off the grid belong to the slot that they are nearest to."""
    line = Timeline(START)
    assert [line.slot(at(3) + timedelta(minutes=off)) for off in (-7, 0, 7)] == [3, 3, 3]
    assert line.slot(at(4) - timedelta(minutes=7)) == 4
    assert line.when(3) == at(3)
    half = timedelta(minutes=7, seconds=30)
    assert [line.slot(at(slot) + half) for slot in range(-2, 3)] == [-1, 0, 1, 2, 3]


def test_missing_points_are_slots_without_mail() -> None:
    """Slots that are not listed count nothing, up to the newest point and to now."""
    points = [DataPoint(at(1), 5), DataPoint(at(3), 7, 1)]
    line = Timeline(START)
    assert line.laid_out(points, at(3)) == (1, [Counts(5), Counts(), Counts(7, 1)])
    assert line.laid_out(points, at(6)) == (1, [Counts(5), Counts(), Counts(7, 1), Counts(), Counts()])
    assert line.laid_out(points, at(-50)) == (1, [Counts(5), Counts(), Counts(7, 1)])


def test_points_that_share_a_slot_are_added_up() -> None:
    """Nothing that was counted is lost where two points lie nearest to one slot."""
    points = [DataPoint(at(0), 5, 1), DataPoint(at(0.3), 7, 0, 2)]
    assert Timeline(START).laid_out(points, START) == (0, [Counts(12, 1, 2)])


def test_a_clock_that_is_years_off_does_not_fill_the_memory() -> None:
    """Two weeks are laid out at the most."""
    first, counts = Timeline(START).laid_out([DataPoint(START, 5)], START + timedelta(days=10_000))
    assert (first, len(counts)) == (0, 14 * 96)


def test_a_slot_is_over_after_a_quarter_of_an_hour() -> None:
    """A slot that began less than 15 minutes ago is not over."""
    line = Timeline(START)
    assert [line.over(at(when)) for when in (0, 0.99, 1, 4.5)] == [0, 0, 1, 4]


def test_agreement_ends_where_the_counts_differ() -> None:
    """The first slot that differs is found; what is further than either reaches agrees so far."""
    line = lived([Counts(1), Counts(2), Counts(3)])
    assert line.agreement(0, [Counts(1), Counts(9), Counts(3)]) == 1
    assert line.agreement(1, [Counts(2), Counts(3), Counts(4)]) == 3
    assert line.agreement(0, [Counts(1)]) == 1


@given(st.lists(COUNTS, max_size=12), st.integers(0, 12), st.lists(COUNTS, max_size=4))
def test_totals_are_what_the_slots_counted(counts: list[Counts], slot: int, other: list[Counts]) -> None:
    """After any past was taken back and lived again, each stretch counts what its slots count."""
    slot = min(slot, len(counts))
    line = lived(counts[:slot] + other)
    line.forget_from(slot)
    line.live(counts[slot:])
    assert len(line) == len(counts)
    straight = lived(counts)
    assert line.sums == straight.sums
    assert line.agreement(0, counts) == len(counts)
    assert [line.trails.of(place, 0, len(line)) for place in range(SLOWEST + 1)] == [
        straight.trails.of(place, 0, len(line)) for place in range(SLOWEST + 1)
    ]
    for start in range(len(counts)):
        total = line.total(start, len(counts))
        assert total == Counts(*(sum(column) for column in zip(*counts[start:], strict=True)))
        assert line.sent(start, len(counts)) == total.of(Metric.SENDS)
