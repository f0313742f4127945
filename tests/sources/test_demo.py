"""The simulated account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from sesmon.alerts.judge import Judge
from sesmon.model import SLOT, DataPoint, Metric, Severity
from sesmon.series import Series
from sesmon.sources.demo import SPEED, DemoSource, demo_clock
from tests.fakes import FakeClock

OPENING = demo_clock(datetime(2026, 3, 11, 7, tzinfo=UTC)).now().replace(second=0, microsecond=0)


def watched(seconds: float) -> tuple[FakeClock, DemoSource]:
    """The demo after so many of the host's seconds of watching."""
    clock = FakeClock(OPENING)
    source = DemoSource(clock)
    clock.advance(seconds * SPEED)
    return clock, source


def test_the_same_seed_and_time_give_the_same_reading() -> None:
    """A reading depends on seed and time alone, not on how often was read before."""
    clock, often = watched(0)
    for _ in range(30):
        often.read()
        clock.advance(2 * SPEED)
    _, once = watched(60)
    assert often.read().points == once.read().points


def test_another_region_is_another_account() -> None:
    """Regions of the demo differ."""
    clock = FakeClock(OPENING)
    assert DemoSource(clock, region="eu-west-1").read().points != DemoSource(clock).read().points


def test_two_weeks_lie_behind_it() -> None:
    """The first reading reaches back two weeks, off the quarter hour, with gaps, and no further."""
    points = watched(0)[1].read().points
    assert OPENING - timedelta(days=14) <= points[0].time < OPENING - timedelta(days=13, hours=18)
    assert 1200 < len(points) < 1344
    assert {point.time.minute % 15 for point in points} == {2}
    assert any(after.time - before.time > SLOT for before, after in pairwise(points))


def test_it_looks_healthy_apart_from_its_incidents() -> None:
    """Over the day before the spike the rates lie well under AWS's review limits, with thousands of mails a slot."""
    points = Series(watched(0)[1].read().points)
    day = points.total(OPENING - timedelta(days=1), OPENING)
    assert 0.005 < (day.rate(Metric.BOUNCES) or 0) < 0.03
    assert 0.0001 < (day.rate(Metric.COMPLAINTS) or 0) < 0.0007
    assert max(point.attempts for point in points.points[-20:]) > 2000


def test_the_past_holds_a_bounce_burst_and_a_complaint_spike() -> None:
    """At the start two past incidents are over, and none is open."""
    _, source = watched(0)
    reading = source.read()
    alerts = Judge().judge(reading.points, reading.read_at).alerts
    critical = {alert.metric for alert in alerts if alert.severity is Severity.CRITICAL}
    assert critical == {Metric.BOUNCES, Metric.COMPLAINTS}
    assert not any(alert.is_open for alert in alerts)


@pytest.mark.parametrize("day", range(1, 15))
def test_a_spike_builds_up_within_a_minute_and_clears(day: int) -> None:
    """On any day the demo is opened, complaints turn critical within a minute and are over within five."""
    clock = FakeClock(demo_clock(datetime(2026, 3, day, 23, tzinfo=UTC)).now())
    source, judge = DemoSource(clock), Judge()
    seen: list[tuple[float, bool]] = []
    for second in range(0, 300, 2):
        reading = source.read()
        alerts = judge.judge(reading.points, reading.read_at).alerts
        seen.append((second, any(alert.is_open and alert.severity is Severity.CRITICAL for alert in alerts)))
        clock.advance(2 * SPEED)
    spiking = [second for second, is_critical in seen if is_critical]
    assert 10 <= spiking[0] <= 60
    assert not seen[-1][1]


def test_the_newest_slot_fills_and_older_ones_are_revised() -> None:
    """Counters of the newest slot only grow, and slots of the last hours gain late complaints or bounces."""
    clock, source = watched(120)
    before = {point.time: point for point in source.read().points}
    clock.advance(2 * 900)
    after = {point.time: point for point in source.read().points}
    common = [(before[time], after[time]) for time in before if time in after]
    assert all(new.attempts >= old.attempts and new.bounces >= old.bounces for old, new in common)
    revised = [new for old, new in common if new != old]
    assert any(point.time < max(before) - SLOT for point in revised)


def test_points_stay_possible() -> None:
    """Counters are never negative, and a day of watching keeps the two weeks full."""
    clock, source = watched(0)
    for _ in range(24):
        reading = source.read()
        assert all(counter >= 0 for point in reading.points for counter in point.counts)
        assert isinstance(reading.points[-1], DataPoint)
        clock.advance(3600)
    assert len(reading.points) > 1200
