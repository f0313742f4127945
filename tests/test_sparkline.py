"""Numbers as characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sesmon import sparkline

VALUES = st.lists(st.none() | st.floats(0, 1e18), max_size=60)


@given(VALUES, st.booleans())
def test_each_value_is_one_character(values: list[float | None], ascii_only: bool) -> None:
    """A gap is a blank and nothing else is; the largest value is the highest block."""
    text = sparkline.line(values, ascii_only=ascii_only)
    assert len(text) == len(values)
    assert [char == " " for char in text] == [value is None for value in values]
    top = max((value for value in values if value is not None), default=0)
    if top:
        assert text[values.index(top)] == (sparkline.ASCII if ascii_only else sparkline.BLOCKS)[-1]


@given(st.text())
def test_plain_text_is_ascii(text: str) -> None:
    """Whatever the words, the plain form holds no byte over 0x7F."""
    assert sparkline.plain(text).isascii()
