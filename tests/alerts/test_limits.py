"""AWS's limits, and the bound that a rate must pass."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon.alerts.limits import LIMITS, Limit, forecast, headroom, lower_bound, surely_over
from sesmon.model import Counts, Metric, Severity


def test_limits_are_those_that_aws_publishes() -> None:
    """Bounces 5 % and 10 %, complaints 0.1 % and 0.5 %: review, then pause."""
    assert {(limit.metric, limit.severity): limit.rate for limit in LIMITS} == {
        (Metric.COMPLAINTS, Severity.WARNING): 0.001,
        (Metric.COMPLAINTS, Severity.CRITICAL): 0.005,
        (Metric.BOUNCES, Severity.WARNING): 0.05,
        (Metric.BOUNCES, Severity.CRITICAL): 0.10,
    }


@given(st.integers(0, 2**63), st.integers(0, 2**63))
def test_the_bound_lies_between_nought_and_the_rate(count: int, attempts: int) -> None:
    """At any size, and with more counted than sent, the bound is a rate no higher than the observed one."""
    bound = lower_bound(count, attempts, 1e-3)
    assert 0 <= bound <= (min(1.0, count / attempts) if attempts else 0)


@given(st.integers(1, 200), st.integers(1, 2000))
def test_the_bound_is_never_above_the_exact_one(count: int, attempts: int) -> None:
    """At the bound, the exact binomial chance of so many or more is no greater than the doubt allowed."""
    count = min(count, attempts)
    rate = lower_bound(count, attempts, 1e-2)
    below = sum(math.comb(attempts, k) * rate**k * (1 - rate) ** (attempts - k) for k in range(min(count, 60)))
    if count <= 60:
        assert 1 - below <= 1e-2 * 1.01 + 1e-9


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(LIMITS))
def test_surely_over_is_the_bound_over_the_limit(count: int, attempts: int, limit: object) -> None:
    """The quick test says what the bound says."""
    assert isinstance(limit, type(LIMITS[0]))
    assert surely_over(limit, count, attempts, 1e-3) == (lower_bound(count, attempts, 1e-3) > limit.rate + 1e-12)


def test_more_mail_at_the_same_rate_raises_the_bound() -> None:
    """The bound comes closer to the rate the more mail is behind it."""
    bounds = [lower_bound(size // 100, size, 1e-3) for size in (100, 1000, 10_000, 100_000)]
    assert all(more > less for less, more in pairwise(bounds))
    assert bounds[-1] == pytest.approx(0.01, rel=0.15)


def test_one_complaint_among_ten_mails_means_nothing() -> None:
    """A rate of 10 % over ten mails is not surely over a limit of 0.5 %."""
    assert not surely_over(LIMITS[1], 1, 10, 1e-3)


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.sampled_from(LIMITS))
def test_the_room_is_what_reaches_the_limit(attempts: int, count: int, limit: Limit) -> None:
    """So many more in the same mail reach the limit, and one fewer does not."""
    counts = Counts(attempts, bounces=count, complaints=count)
    room = headroom(limit, counts)
    assert count + room >= limit.rate * attempts
    assert room == 0 or count + room - 1 < limit.rate * attempts


def test_a_forecast_is_the_pace_of_the_last_hours() -> None:
    """Ten complaints an hour in 1,000 mails an hour gain five an hour on 0.5 %: fifty more are met in ten hours."""
    pause = LIMITS[1]
    soon = forecast(pause, Counts(20_000, complaints=50), Counts(6000, complaints=60), 6)
    assert soon is not None
    assert (soon.limit, soon.room) == (pause, 50)
    assert soon.hours == pytest.approx(10)


@given(
    st.sampled_from(LIMITS),
    st.integers(0, 10**6),
    st.integers(0, 10**4),
    st.integers(0, 10**5),
    st.integers(0, 10**4),
    st.floats(0.25, 24),
)
def test_at_that_pace_the_limit_is_met_then(
    limit: Limit, attempts: int, count: int, mail: int, more: int, hours: float
) -> None:
    """Going on at the pace for the forecast's hours brings the rate to the limit; without one, it is never met."""
    standing = Counts(attempts, bounces=count, complaints=count)
    recent = Counts(mail, bounces=more, complaints=more)
    soon = forecast(limit, standing, recent, hours)
    if soon is None:
        assert count >= limit.rate * attempts or more <= limit.rate * mail * (1 + 1e-9)
        return
    assert soon.hours > 0
    later = (attempts + mail / hours * soon.hours, count + more / hours * soon.hours)
    assert later[1] == pytest.approx(limit.rate * later[0], rel=1e-6, abs=1e-6)


def test_a_limit_that_is_met_has_no_forecast() -> None:
    """What has met the limit, or sends no more, or complains less than the limit, meets it at no time to come."""
    pause, hours = LIMITS[1], 6.0
    busy = Counts(6000, complaints=60)
    assert forecast(pause, Counts(10_000, complaints=50), busy, hours) is None
    assert forecast(pause, Counts(10_000, complaints=20), Counts(), hours) is None
    assert forecast(pause, Counts(10_000, complaints=20), Counts(6000, complaints=30), hours) is None


def test_complaints_without_mail_still_have_a_pace() -> None:
    """After the mail has stopped, complaints that trail are forecast all the same."""
    soon = forecast(LIMITS[1], Counts(10_000, complaints=20), Counts(complaints=12), 6)
    assert soon is not None
    assert soon.hours == pytest.approx(15)
