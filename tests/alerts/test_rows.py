"""Rows of numbers that can be taken back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sesmon.alerts.rows import Rows, summed_on

NUMBERS = st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)).map(list)


@given(st.lists(NUMBERS, min_size=1, max_size=9), st.data())
def test_rows_are_what_was_put_in(numbers: list[list[float]], data: st.DataObject) -> None:
    """Each row comes back to the last bit, and what is taken back was never there."""
    kept = data.draw(st.integers(1, len(numbers)))
    rows, fewer = Rows(numbers[0]), Rows(numbers[0])
    for row in numbers[1:]:
        rows.append(row)
    for row in numbers[1:kept]:
        fewer.append(row)
    assert [rows.row(place) for place in range(len(numbers))] == numbers
    rows.forget_from(kept)
    assert rows.columns == fewer.columns
    assert rows.row(-1) == numbers[kept - 1]


@given(st.lists(st.integers(0, 2**63), max_size=9), st.lists(st.integers(0, 2**63), max_size=9))
def test_running_totals_go_on(past: list[int], more: list[int]) -> None:
    """What is summed on is what would have been summed in one go."""
    sums = [0]
    summed_on(sums, past)
    summed_on(sums, more)
    assert sums == [sum([*past, *more][:slots]) for slots in range(len(past) + len(more) + 1)]
