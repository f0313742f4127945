"""Rows of numbers that can be taken back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sesmon.alerts.rows import Rows

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
    assert rows == fewer
    assert rows.last == numbers[kept - 1]


def test_the_newest_row_can_be_another() -> None:
    """Only the newest is replaced."""
    rows = Rows([1.0, 2.0])
    rows.append([3.0, 4.0])
    rows.replace([5.0, 6.0])
    assert [rows.row(0), rows.row(1), rows.last] == [[1.0, 2.0], [5.0, 6.0], [5.0, 6.0]]
