"""Bars out of block characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sesmon.tui.render.blocks import Bar, bar_rows, spread

VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1e18)), min_size=1, max_size=40)


def text(bars: list[Bar], height: int, top: float | None = None) -> list[str]:
    """The rows without roles."""
    return ["".join(chars for chars, _ in row) for row in bar_rows(bars, height, top)]


@given(VALUES, st.integers(1, 6))
def test_every_row_has_a_character_for_each_bar(values: list[float | None], height: int) -> None:
    """Rows are as wide as there are bars, and a gap is blank from top to bottom."""
    bars = [Bar(value, "x") for value in values]
    rows = text(bars, height)
    assert [len(row) for row in rows] == [len(bars)] * height
    for place, value in enumerate(values):
        assert (value is None) == all(row[place] == " " for row in rows)


def test_bars_stand_on_zero() -> None:
    """Half the highest is half as high, and zero has a foot that a gap has not."""
    assert text([Bar(8, "x"), Bar(4, "x"), Bar(0, "x"), Bar(None, "x")], 2) == ["█   ", "██▁ "]


def test_a_filling_bar_is_shaded() -> None:
    """The slot that is still filling is told without colour."""
    assert text([Bar(8, "x"), Bar(8, "x", filling=True)], 1) == ["█▒"]


def test_runs_are_of_one_role() -> None:
    """Neighbours of one role are one run."""
    assert bar_rows([Bar(1, "a"), Bar(1, "a"), Bar(1, "b")], 1) == [[("██", "a"), ("█", "b")]]


@given(st.integers(1, 60), st.integers(0, 60))
def test_spreading_keeps_every_bar_in_order(count: int, more: int) -> None:
    """Bars fill the width, none is lost, and their order stays."""
    wide = spread([Bar(place, "x") for place in range(count)], count + more)
    assert len(wide) == count + more
    assert [bar.value for bar in dict.fromkeys(wide)] == list(range(count))
