"""How far the sending quota reaches."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sesmon.allowance import exhausted_at, peak_rate
from sesmon.model import SLOT, DataPoint, Quota
from sesmon.series import Series
from tests.fakes import START

DAY = 96


def quota(most: float, sent: float, rate: float = 14.0) -> Quota:
    """A quota that is used so far."""
    return Quota(most, sent, rate, START)


def steady(attempts: int, slots: int = DAY) -> Series:
    """So many attempts in each of the last slots."""
    return Series(DataPoint(START - SLOT * slot, attempts) for slot in range(1, slots + 1))


def test_a_steady_sender_never_meets_its_quota() -> None:
    """What is sent drops out of the 24 hours as fast as more is sent."""
    assert exhausted_at(quota(10_000, 9_600), steady(100), START) is None


def test_a_sender_that_began_an_hour_ago_meets_it_at_its_pace() -> None:
    """Nothing drops out yet: 400 an hour fill the 2,000 that are left in five hours."""
    assert exhausted_at(quota(10_000, 8_000), steady(100, 4), START) == START + timedelta(hours=5)


def test_a_quota_that_is_used_up_is_met_now() -> None:
    """At the limit the time is now."""
    assert exhausted_at(quota(200, 200), steady(0), START) == START


def test_no_limit_is_never_met() -> None:
    """-1 is no limit."""
    assert exhausted_at(quota(-1, 10**9), steady(10**6, 4), START) is None
    assert quota(-1, 5).used is None


def test_a_pace_that_takes_longer_than_a_day_is_not_told() -> None:
    """After a day the window has moved on, and a forecast means nothing."""
    assert exhausted_at(quota(10**9, 0), steady(1, 4), START) is None


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.lists(st.integers(0, 10**5), max_size=DAY))
def test_a_forecast_lies_within_a_day(most: int, sent: int, attempts: list[int]) -> None:
    """Whatever was sent, the time is now or within 24 hours, or none."""
    series = Series(DataPoint(START - SLOT * slot, count) for slot, count in enumerate(attempts, start=1))
    at = exhausted_at(quota(most, sent), series, START)
    assert at is None or START <= at <= START + timedelta(hours=24)


def test_the_peak_is_that_of_the_busiest_slot_of_a_day() -> None:
    """9,000 in 15 minutes are at least 10 a second; older slots count for nothing."""
    old = DataPoint(START - timedelta(hours=30), 90_000)
    assert peak_rate(Series([old, *steady(90).points, DataPoint(START - SLOT / 2, 9_000)]), START) == 10
    assert peak_rate(Series(), START) == 0


def test_the_sandbox_is_told_by_its_quota() -> None:
    """200 a day at one a second is the sandbox's."""
    assert quota(200, 5, 1).is_sandbox
    assert not quota(50_000, 5, 14).is_sandbox
    assert quota(200, 50).used == 0.25
