"""How long a failing service is left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sesmon.backoff import LONGEST_BACKOFF, Backoff
from sesmon.pacing import CALL_SPACING


@given(st.floats(1, 86_400), st.integers(1, 10_000), st.floats(0, 1))
def test_backoff_is_bounded(interval: float, failures: int, chance: float) -> None:
    """Any back-off lies between the spacing and the longest wait."""
    delay = Backoff(interval).delay(failures, chance)
    assert CALL_SPACING <= delay <= LONGEST_BACKOFF
