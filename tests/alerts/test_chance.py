"""How unlikely a count is."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from sesmon.alerts.chance import Expectation, chance_of


def exact_tail(count: int, mean: float, variance: float) -> float:
    """The chance of so many or more, from a negative binomial's own terms."""
    shape = 1 / variance
    share = mean / (mean + shape)
    term = math.exp(shape * math.log1p(-share))
    for k in range(count):
        term *= share * (shape + k) / (k + 1)
    above, k = 0.0, count
    while term > 1e-18 * above and k < count + 100_000:
        above += term
        term *= share * (shape + k) / (k + 1)
        k += 1
    return above


MEANS = st.floats(0.01, 300)
VARIANCES = st.floats(0.01, 3)


@settings(max_examples=50)
@given(st.integers(1, 600), MEANS, VARIANCES)
def test_the_chance_is_never_below_the_exact_one(count: int, mean: float, variance: float) -> None:
    """The bound is an upper bound of the negative binomial's tail, and within reach of it far out."""
    found, exact = chance_of(count, Expectation(mean, variance)), exact_tail(count, mean, variance)
    assert exact * (1 - 1e-6) - 1e-300 <= found <= 1
    if count > 4 * mean * (1 + variance) + 4:
        assert found <= exact * 6 + 1e-300


@given(st.integers(0, 500), MEANS, VARIANCES)
def test_more_is_never_likelier(count: int, mean: float, variance: float) -> None:
    """One more counted is at most as likely, and a habit that expects more makes the same count likelier."""
    expected = Expectation(mean, variance)
    assert chance_of(count + 1, expected) <= chance_of(count, expected) * (1 + 1e-9)
    assert chance_of(count, Expectation(mean * 1.5, variance)) >= chance_of(count, expected) * (1 - 1e-9)


def test_what_is_expected_is_not_unlikely() -> None:
    """A count that is not above the mean has a chance of 1, and a count of what never happens has none."""
    assert chance_of(5, Expectation(5.0, 0.1)) == 1
    assert chance_of(0, Expectation(0.0, 0.1)) == 1
    assert chance_of(3, Expectation(0.0, 0.1)) == 0


@given(st.integers(0, 2**66), st.floats(0, 1e20), st.floats(1e-6, 100))
def test_the_chance_of_any_count_is_a_chance(count: int, mean: float, variance: float) -> None:
    """However large the numbers, the bound is a number between 0 and 1."""
    assert 0 <= chance_of(count, Expectation(mean, variance)) <= 1
