"""Arithmetic over data points."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon.model import SLOT, Counts, DataPoint, Metric, Row
from sesmon.series import (
    Series,
    Step,
    Window,
    change,
    changed,
    floor,
    grid_end,
    ordered,
    rows,
    standing,
    window_end,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
COUNTERS = st.integers(0, 2**63 - 1)
TIMES = st.datetimes(datetime(2025, 10, 1), datetime(2026, 4, 30), timezones=st.just(UTC))  # noqa: DTZ001
POINTS = st.builds(DataPoint, TIMES, COUNTERS, COUNTERS, COUNTERS, COUNTERS)
LISTS = st.lists(POINTS, max_size=40)
SPANS = st.timedeltas(timedelta(minutes=1), timedelta(days=3))
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")]
)


def total(points: list[DataPoint] | tuple[DataPoint, ...]) -> Counts:
    """All of them together, the slow way."""
    return Counts(*(sum(getattr(point, metric.field) for point in points) for metric in Metric))


@given(LISTS, st.randoms(use_true_random=False))
def test_order_in_does_not_matter(points: list[DataPoint], chance: object) -> None:
    """Points come out oldest first, each time once, in whatever order and however often they went in."""
    out = ordered(points)
    times = [point.time for point in out]
    assert times == sorted({point.time for point in points})
    assert ordered(reversed(points)) == out == ordered([*out, *points])


@given(LISTS)
def test_a_time_listed_twice_keeps_the_greater_counters(points: list[DataPoint]) -> None:
    """Of twins each counter is the greatest that was listed."""
    for point in ordered(points):
        twins = [other for other in points if other.time == point.time]
        assert point.counts == Counts(*(max(values) for values in zip(*(twin.counts for twin in twins), strict=True)))


@given(LISTS, TIMES, TIMES)
def test_a_windows_total_is_the_sum_of_its_points(points: list[DataPoint], start: datetime, end: datetime) -> None:
    """The total counts the points from the start on and before the end; a window that ends first is empty."""
    series = Series(points)
    inside = [point for point in series.points if start <= point.time < end]
    assert series.total(start, end) == total(inside)
    assert list(series.between(start, end)) == inside


@given(LISTS, TIMES, SPANS, st.integers(1, 50))
def test_buckets_conserve_the_total(points: list[DataPoint], start: datetime, width: timedelta, count: int) -> None:
    """Buckets add up to their window, and a bucket is a gap exactly where no point began."""
    series = Series(points)
    buckets, grid = series.buckets(start, width, count), series.grid(start, width, count)
    assert len(buckets) == len(grid) == count
    whole = Counts()
    for bucket, inside in zip(buckets, grid, strict=True):
        assert (bucket is None) == (not inside)
        whole = whole.plus(bucket or Counts())
    assert whole == series.total(start, start + width * count)


@given(LISTS, ZONES, st.sampled_from(Step))
def test_rows_conserve_the_total(points: list[DataPoint], zone: ZoneInfo, step: Step) -> None:
    """Rows of any size in any zone are in order, hold each point once, and lie where their points do."""
    made = rows(ordered(points), step, zone)
    assert [row.start for row in made] == sorted({row.start for row in made})
    assert sum(row.points for row in made) == len(ordered(points))
    assert total([DataPoint(row.start, *row.counts) for row in made]) == total(ordered(points))
    for point in points:
        assert any(row.start <= point.time < row.end for row in made)


@given(TIMES, ZONES)
def test_days_and_hours_begin_where_they_do_in_the_zone(time: datetime, zone: ZoneInfo) -> None:
    """A day's row begins at the zone's midnight, an hour's row at its full hour, less than an hour before."""
    midnight = floor(time, Step.DAY, zone)
    assert midnight <= time
    assert (midnight.astimezone(zone).hour, midnight.astimezone(zone).minute) == (0, 0)
    assert midnight.astimezone(zone).date() == time.astimezone(zone).date()
    hour = floor(time, Step.HOUR, zone)
    assert timedelta(0) <= time - hour < timedelta(hours=1)


def test_a_repeated_hour_is_two_rows() -> None:
    """Where a clock is set back, the hour that it shows twice is two rows."""
    first = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    points = [DataPoint(first, 1), DataPoint(first + timedelta(hours=1), 2)]
    made = rows(points, Step.HOUR, ZoneInfo("Europe/Berlin"))
    assert [row.counts.attempts for row in made] == [1, 2]
    assert {row.start.astimezone(ZoneInfo("Europe/Berlin")).hour for row in made} == {2}


@pytest.mark.parametrize(("day", "hours"), [(25, 24), (26, 25), (27, 24)])
def test_a_day_is_as_long_as_the_zone_makes_it(day: int, hours: int) -> None:
    """The day on which clocks are set back has 25 hours."""
    (row,) = rows([DataPoint(datetime(2025, 10, day, 12, tzinfo=UTC), 1)], Step.DAY, ZoneInfo("Europe/Berlin"))
    assert row.end - row.start == timedelta(hours=hours)


def test_a_point_is_its_own_row() -> None:
    """15-minute rows lie where the points do, off the quarter hour too."""
    (row,) = rows([DataPoint(NOON + timedelta(minutes=7), 3)], Step.SLOT, UTC)
    assert (row.start, row.end) == (NOON + timedelta(minutes=7), NOON + timedelta(minutes=22))


def test_changed_tells_new_and_revised_points() -> None:
    """Points that are new or have other counters are changed; points that went are not told."""
    same, old = DataPoint(NOON, 1), DataPoint(NOON + SLOT, 2)
    revised, new = old._replace(complaints=1), DataPoint(NOON + 2 * SLOT, 3)
    assert changed([DataPoint(NOON - SLOT, 9), same, old], [same, revised, new]) == {revised.time, new.time}
    assert changed([same], [same]) == frozenset()


def test_no_rate_without_mail() -> None:
    """Where nothing was sent there is no rate, not 0 %."""
    assert Counts(0, 3, 2, 1).rate(Metric.BOUNCES) is None
    assert Counts(200, 3, 2, 1).rate(Metric.COMPLAINTS) == 0.01


@given(LISTS, TIMES)
def test_windows_end_at_the_reading_or_after_the_newest_point(points: list[DataPoint], read_at: datetime) -> None:
    """No point is left out of a window for lying in the future of this host's clock."""
    series = Series(points)
    end = window_end(series, read_at)
    assert end >= read_at
    assert series.total(datetime(2000, 1, 1, tzinfo=UTC), end) == total(series.points)


@given(LISTS, TIMES)
def test_the_grid_is_the_newest_points(points: list[DataPoint], end: datetime) -> None:
    """The grid ends at or after the end, less than a slot later, on the newest point's own quarter hours."""
    series = Series(points)
    out = grid_end(series, end)
    if series.last is None:
        assert out == end
    else:
        assert (out - series.last) % SLOT == timedelta(0)
        assert out >= min(end, series.last + SLOT)
        assert out > series.last
        assert out < max(end, series.last + SLOT) + SLOT


def test_the_window_before_is_as_long() -> None:
    """The window before ends where the window starts."""
    window = Window(NOON, NOON + timedelta(hours=6))
    assert window.before == Window(NOON - timedelta(hours=6), NOON)


def test_change_needs_something_before() -> None:
    """A change against nothing is none."""
    assert change(3, 0) is None
    assert change(3, 2) == 0.5


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 500)), max_size=60),
    st.integers(1, 20_000),
    st.integers(0, 3000),
)
def test_the_standing_over_days_is_that_over_points(sent: list[tuple[int, int]], volume: int, remembered: int) -> None:
    """Points of two weeks with days before them count what all points would, up to the day that meets the volume."""
    points = ordered(DataPoint(NOON + SLOT * slot, attempts, 0, attempts // 7) for slot, attempts in sent)
    until = NOON + SLOT * 3001
    days = rows(points, Step.DAY, UTC)
    recent = [point for point in points if point.time >= NOON + SLOT * remembered]
    found, exact = standing(recent, days, volume, until), standing(points, (), volume, until)
    if exact is None or found is None:
        assert found is exact is None
        return
    assert found.is_whole == exact.is_whole == (total(points).attempts >= volume)
    assert found.counts == total([point for point in points if point.time >= found.since])
    assert found.since <= exact.since
    assert exact.since - found.since < timedelta(days=1)


def test_the_standing_stops_at_the_volume() -> None:
    """No more mail is taken than whole points need to reach the volume, and its span is from there."""
    points = [DataPoint(NOON + SLOT * slot, 100, 5, 1) for slot in range(20)]
    found = standing(points, (Row(NOON - timedelta(days=1), NOON, Counts(9), 1),), 950, NOON + SLOT * 20)
    assert found is not None
    assert (found.counts, found.since, found.is_whole) == (Counts(1000, 50, 10), NOON + SLOT * 10, True)
    assert standing((), (), 1, NOON) is None
