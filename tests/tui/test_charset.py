"""Characters for terminals that have fewer of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

import sesmon.tui
from sesmon.tui.charset import (
    ASCII,
    ASCII_REPERTOIRE,
    AUTO,
    BLOCK_REPERTOIRE,
    BLOCKS,
    SUBSTITUTES,
    UNICODE,
    Substitution,
    chosen,
)
from sesmon.tui.look import Look
from tests.tui.harness import stage
from tests.tui.scenes import ALERT, STALE

REPERTOIRES = {ASCII: ASCII_REPERTOIRE, BLOCKS: BLOCK_REPERTOIRE}


@pytest.mark.parametrize("charset", [ASCII, BLOCKS])
@pytest.mark.parametrize("size", [(200, 50), (120, 40), (80, 24), (60, 15), (40, 8)])
@pytest.mark.parametrize("keys", ["", "question_mark", "enter", "z", "ctrl+p", "A"])
async def test_no_text_leaves_the_character_set(charset: str, size: tuple[int, int], keys: str) -> None:
    """With --charset ascii no cell holds a byte over 0x7F, with blocks none beyond code page 437, whatever is open."""
    async with stage(ALERT, size=size, look=Look(theme="dark", charset=charset)) as on:
        if keys:
            await on.press(keys)
        text = on.screen_text()
        await on.publish(STALE)
        text += on.screen_text()
    assert set(text) - {"\n"} <= REPERTOIRES[charset]


@given(st.text(), st.sampled_from([ASCII, BLOCKS]))
def test_substitutes_are_as_wide_as_what_they_stand_for(text: str, charset: str) -> None:
    """Any text from outside keeps its width in cells, and nothing outside the character set is left."""
    (segment,) = Substitution(charset).apply([Segment(text)], Color.parse("black"))
    if not text.isascii():
        assert cell_len(segment.text) == cell_len(text)
        assert {char for char in segment.text if not char.isascii()} <= REPERTOIRES[charset]


def test_every_sign_of_the_screen_has_its_substitutes() -> None:
    """No character in the program's own texts becomes a question mark."""
    sources = (
        path.read_text(encoding="utf-8")
        for path in Path(sesmon.tui.__file__).parents[1].rglob("*.py")
        if path.name != "charset.py"
    )
    used = {char for source in sources for char in re.sub(r"(?m)#.*$", "", source) if not char.isascii()}
    assert used <= SUBSTITUTES.keys()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "en_GB.UTF-8", "TERM": "xterm-256color"}, UNICODE),
        ({"LANG": "de_DE.utf8", "TERM": "tmux"}, UNICODE),
        ({"TERM": "xterm"}, UNICODE),
        ({"LANG": "C", "TERM": "xterm"}, ASCII),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "POSIX", "TERM": "xterm"}, ASCII),
        ({"LC_CTYPE": "de_DE.ISO-8859-1", "LANG": "en_GB.UTF-8", "TERM": "xterm"}, ASCII),
        ({"LANG": "en_GB.UTF-8", "TERM": "linux"}, BLOCKS),
        ({"LANG": "en_GB.UTF-8", "TERM": "vt220"}, ASCII),
    ],
)
def test_auto_goes_by_locale_and_term(environ: dict[str, str], expected: str) -> None:
    """The locale decides first, and then what kind of terminal it is."""
    assert chosen(AUTO, environ) == expected


def test_what_is_asked_for_is_taken() -> None:
    """A character set that is named is used, whatever the locale says."""
    assert chosen(UNICODE, {"LANG": "C", "TERM": "vt100"}) == UNICODE
