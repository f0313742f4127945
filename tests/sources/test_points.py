"""From dictionaries to data points."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sesmon.model import Metric
from sesmon.sources.points import LARGEST, validated

TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3), timezones=st.just(UTC))  # noqa: DTZ001 - aware by timezones
ANYTHING = st.one_of(st.none(), st.integers(-5, 2**64), st.text(max_size=3), st.floats(), st.booleans())
MESS = st.fixed_dictionaries(
    {}, optional={"Timestamp": st.one_of(TIMES, ANYTHING), **{metric.aws_name: ANYTHING for metric in Metric}}
)


@given(st.lists(MESS, max_size=30))
def test_any_mess_becomes_ordered_points(raw: list[dict[str, object]]) -> None:
    """Whatever is listed, points are ordered, each time once, with possible counters; nothing is raised."""
    points, _notes = validated(raw)
    times = [point.time for point in points]
    assert times == sorted(set(times))
    assert all(0 <= counter <= LARGEST for point in points for counter in point.counts)


@given(st.lists(TIMES, max_size=30, unique=True), st.randoms())
def test_good_points_are_all_kept_in_any_order(times: list[datetime], chance: object) -> None:
    """Points with a time and possible counters are kept, in whatever order they are listed."""
    raw = [{"Timestamp": time, "DeliveryAttempts": place} for place, time in enumerate(times)]
    points, notes = validated(reversed(raw))
    assert {(point.time, point.attempts) for point in points} == {(time, place) for place, time in enumerate(times)}
    assert notes == ()


def test_what_was_dropped_is_counted() -> None:
    """The notes tell how many points were dropped and why."""
    time = datetime(2026, 1, 1, tzinfo=UTC)
    raw: list[dict[str, object]] = [{}, {"Timestamp": "x"}, {"Timestamp": time, "Bounces": -1}, {"Timestamp": time}]
    points, notes = validated(raw)
    assert len(points) == 1
    assert notes == ("2 points dropped: no timestamp", "1 point dropped: impossible counter")


def test_a_time_of_an_impossible_year_is_dropped() -> None:
    """Times with which no sum can be made are left out and counted."""
    raw = [{"Timestamp": datetime(year, 12, 31, 23, 59, tzinfo=UTC)} for year in (1, 1999, 2000, 2199, 2200, 9999)]
    points, notes = validated(raw)
    assert [point.time.year for point in points] == [2000, 2199]
    assert notes == ("4 points dropped: impossible year",)


def test_a_little_ahead_is_not_the_future() -> None:
    """A clock's ordinary error is not told as a point in the future."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert validated([{"Timestamp": now + timedelta(minutes=1)}], now).notes == ()
    assert len(validated([{"Timestamp": now + timedelta(hours=1)}], now).notes) == 1
