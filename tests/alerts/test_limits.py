"""AWS's limits, and the bound that a rate must pass."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon.alerts.limits import LIMITS, Limit, forecast, headroom, own, surely_over
from sesmon.model import Counts, Metric, Severity


def test_limits_are_those_that_aws_publishes() -> None:
    """Bounces 5 % and 10 %, complaints 0.1 % and 0.5 %: review, then pause."""
    assert {(limit.metric, limit.severity): limit.rate for limit in LIMITS} == {
        (Metric.COMPLAINTS, Severity.WARNING): 0.001,
        (Metric.COMPLAINTS, Severity.CRITICAL): 0.005,
        (Metric.BOUNCES, Severity.WARNING): 0.05,
        (Metric.BOUNCES, Severity.CRITICAL): 0.10,
    }


@given(st.integers(0, 2**63), st.integers(0, 2**63), st.sampled_from(LIMITS))
def test_a_rate_is_surely_over_only_where_it_is_over(count: int, attempts: int, limit: Limit) -> None:
    """At any size, and with more counted than sent, doubt speaks for the rate."""
    assert not surely_over(limit, count, attempts, 1e-3) or count > limit.rate * attempts


@given(st.integers(1, 60), st.integers(1, 2000), st.sampled_from(LIMITS))
def test_what_is_surely_over_is_no_chance_at_the_limit(count: int, attempts: int, limit: Limit) -> None:
    """At the limit's rate, the exact binomial chance of so many or more is no greater than the doubt allowed."""
    count = min(count, attempts)
    below = sum(math.comb(attempts, k) * limit.rate**k * (1 - limit.rate) ** (attempts - k) for k in range(count))
    if surely_over(limit, count, attempts, 1e-2):
        assert 1 - below <= 1e-2 + 1e-9


def test_more_mail_at_the_same_rate_is_surer() -> None:
    """Twice the limit is sure of enough mail, and not of little."""
    pause = LIMITS[1]
    assert [surely_over(pause, size // 100, size, 1e-3) for size in (100, 1000, 10_000)] == [False, False, True]


def test_one_complaint_among_ten_mails_means_nothing() -> None:
    """A rate of 10 % over ten mails is not surely over a limit of 0.5 %."""
    assert not surely_over(LIMITS[1], 1, 10, 1e-3)


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.sampled_from([*LIMITS, *own(Metric.COMPLAINTS, 0.003, 0.07)]))
def test_the_room_is_what_reaches_the_limit(attempts: int, count: int, limit: Limit) -> None:
    """So many more in the same mail reach the limit, and one fewer does not, to the last mail."""
    rate = Fraction(str(limit.rate))
    room = headroom(limit, Counts(attempts, bounces=count, complaints=count))
    assert count + room >= rate * attempts
    assert room == 0 or count + room - 1 < rate * attempts


def hours_of(mail: int, count: int, hours: int) -> Counts:
    """So many hours of so much mail and so many complaints or bounces each."""
    return Counts(mail * hours, bounces=count * hours, complaints=count * hours)


def test_in_a_whole_window_what_comes_takes_the_place_of_the_oldest() -> None:
    """Of clean mail that leaves nothing is taken off: 41 more at 6 an hour are met in not quite seven hours."""
    soon = forecast(LIMITS[1], Counts(15_360, complaints=36), 15_360, hours_of(640, 6, 6), hours_of(640, 6, 1))
    assert soon is not None
    assert (soon.limit, soon.more) == (LIMITS[1], 41)
    assert soon.hours == pytest.approx(6.8)


def test_a_window_that_fills_is_met_later() -> None:
    """Ten complaints an hour in 1,000 mails an hour gain five an hour on 0.5 % while the window grows."""
    standing, recent, newest = Counts(20_000, complaints=60), hours_of(1000, 10, 6), hours_of(1000, 10, 1)
    soon = forecast(LIMITS[1], standing, math.inf, recent, newest)
    assert soon is not None
    assert soon.hours == pytest.approx(8)
    assert soon.more == 80


@given(
    st.sampled_from(LIMITS),
    st.integers(0, 10**5),
    st.integers(0, 10**4),
    st.integers(0, 10**4),
    st.integers(0, 10**3),
    st.one_of(st.integers(0, 10**6), st.just(math.inf)),
)
def test_at_that_pace_the_limit_is_met_then(
    limit: Limit, older: int, count: int, mail: int, pace: int, more: float
) -> None:
    """The window, moved on at the pace for the forecast's hours, has the limit's rate; without one it never has."""
    recent, newest = hours_of(mail, pace, 6), hours_of(mail, pace, 1)
    size, counted = older + recent.attempts, count + recent.of(limit.metric)
    soon = forecast(limit, Counts(size, bounces=counted, complaints=counted), size + more, recent, newest)
    if soon is None:
        assert counted >= limit.rate * size - 1e-6 or pace <= limit.rate * mail
        return
    come, room = mail * soon.hours, 0.0 if more == math.inf else max(0.0, mail * soon.hours - more)
    left = room * (count / older if older else counted / size)
    assert counted + pace * soon.hours - left == pytest.approx(limit.rate * (size + come - room), rel=1e-6, abs=1e-6)
    assert soon.more == pytest.approx(pace * soon.hours, abs=1.001)


def test_no_forecast_of_what_is_met_or_not_coming() -> None:
    """What has met the limit, or complains less than it in the last hours or in the newest, is forecast nothing."""
    pause = LIMITS[1]
    busy, newest = hours_of(1000, 10, 6), hours_of(1000, 10, 1)
    under = Counts(20_000, complaints=80)
    assert forecast(pause, under, 20_000, busy, newest) is not None
    assert forecast(pause, Counts(20_000, complaints=100), 20_000, busy, newest) is None
    assert forecast(pause, under, 20_000, Counts(), Counts()) is None
    assert forecast(pause, under, 20_000, hours_of(1000, 5, 6), newest) is None
    assert forecast(pause, under, 20_000, busy, hours_of(1000, 5, 1)) is None


def test_complaints_without_mail_still_have_a_pace() -> None:
    """After the mail has stopped, complaints that trail are forecast all the same."""
    soon = forecast(LIMITS[1], Counts(10_000, complaints=20), 10_000, hours_of(0, 2, 6), hours_of(0, 2, 1))
    assert soon is not None
    assert soon.hours == pytest.approx(15)
