"""The usual rate over blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon.alerts.kinds import KINDS
from sesmon.alerts.rates import Rates
from sesmon.alerts.residues import MEMORY_BLOCKS
from sesmon.model import Metric

KIND = KINDS[Metric.REJECTS]
MAIL = st.sampled_from([0.0, 800.0, 1000.0, 1300.0, 9000.0]) | st.floats(0, 1e6)
BLOCKS = st.lists(st.tuples(st.sampled_from([0, 0, 1, 2, 5, 40, 900]), MAIL), min_size=1, max_size=3 * MEMORY_BLOCKS)


def learned(blocks: list[tuple[int, float]]) -> tuple[list[float], list[float]]:
    """The rate, and what is known behind it, after blocks of so many counts and so much mail."""
    rates = Rates(KIND)
    return [rates.learn(count, [exposed], 0.05) for count, exposed in blocks][-1]


@given(BLOCKS)
def test_what_is_older_than_a_week_says_nothing(blocks: list[tuple[int, float]]) -> None:
    """The rate is that of the newest blocks alone, to the last bit, whatever peaks came before."""
    assert learned(blocks) == learned(blocks[-MEMORY_BLOCKS:])


def test_an_excess_is_cut_off() -> None:
    """One block that counts fifty times the usual moves the rate by no more than a quarter."""
    usual = [(2, 10_000.0)] * 40
    (calm,), _ = learned(usual)
    (struck,), _ = learned([*usual, (100, 10_000.0), *usual[:5]])
    assert calm == pytest.approx(0.0002, rel=0.05)
    assert calm < struck < calm * 1.25
