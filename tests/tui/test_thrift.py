"""Frames made small."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st

from sesmon.tui.thrift import Thrift

WIDTH, HEIGHT = 30, 6
STYLES = ("0", "1;31", "38;2;1;2;3", "7;38;2;1;2;3;48;2;4;5;6", "4;38;5;9", "94;40", "97;104")
RUN = st.tuples(
    st.integers(1, HEIGHT), st.integers(1, 20), st.sampled_from(STYLES), st.text("ab▇ é", min_size=1, max_size=9)
)
FRAMES = st.lists(st.lists(RUN, min_size=1, max_size=8), min_size=1, max_size=6)


def frame(runs: list[tuple[int, int, str, str]]) -> str:
    """Runs as Textual writes them."""
    return "".join(f"\x1b[{row};{column}H\x1b[{style}m{text}\x1b[0m" for row, column, style, text in runs) + "\x1b[1;1H"


@given(FRAMES)
def test_a_reduced_frame_draws_the_same_picture(frames: list[list[tuple[int, int, str, str]]]) -> None:
    """After every frame the terminal shows, cell by cell, what the frame in full would have shown."""
    thrift = Thrift()
    whole, small = pyte.Screen(WIDTH, HEIGHT), pyte.Screen(WIDTH, HEIGHT)
    in_full, in_part = pyte.Stream(whole), pyte.Stream(small)
    for runs in frames:
        reduced = thrift.reduced(frame(runs))
        assert reduced is not None
        in_full.feed(frame(runs))
        in_part.feed(reduced)
        for row in range(HEIGHT):
            assert [whole.buffer[row][column] for column in range(WIDTH)] == [
                small.buffer[row][column] for column in range(WIDTH)
            ]


def test_what_stands_there_is_not_sent_again() -> None:
    """The same frame a second time costs nothing; after forgetting it costs all again."""
    thrift, once = Thrift(), frame([(1, 1, "1;31", "hello"), (2, 1, "0", "world")])
    first = thrift.reduced(once)
    assert first
    assert thrift.reduced(once) == ""
    thrift.forget()
    assert thrift.reduced(once) == first


def test_wide_characters_stay_whole() -> None:
    """A wide character that is half overwritten is written over wholly."""
    thrift, screen = Thrift(), pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for runs in ([(1, 1, "0", "日本語")], [(1, 1, "0", "a本語")], [(1, 1, "0", "日本語")]):
        reduced = thrift.reduced(frame([*runs, (1, 2, "0", " ")] if runs[0][3][0] == "a" else runs))
        stream.feed(reduced or "")
    assert screen.display[0].startswith("日")


def test_what_is_no_frame_is_left_alone() -> None:
    """Modes, erasures and marks without a cell are not touched."""
    for text in ("\x1b[?1049h", "\x1b[2J", "text without a place", "\x1b[1;1He\u0301"):
        thrift = Thrift()
        thrift.reduced(frame([(1, 1, "0", "hello")]))
        assert thrift.reduced(text) is None


def test_nothing_is_built_on_a_mark_without_a_cell() -> None:
    """A first frame that holds one is drawn as it is, and the next one is not made smaller on its ground."""
    thrift = Thrift()
    assert "e\u0301" in (thrift.reduced("\x1b[1;1He\u0301") or "")
    assert thrift.reduced(frame([(1, 1, "0", "hello")])) is None
