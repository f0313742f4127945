"""Colours by role."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.terminal_theme import TerminalTheme
from textual.color import Color
from textual.theme import Theme

import sesmon.tui
from sesmon.commands.options import CHARSETS
from sesmon.commands.options import THEMES as NAMES
from sesmon.tui import charset, themes
from sesmon.tui.look import Look
from sesmon.tui.themes import PLAIN, ROLES, THEMES
from tests.tui.harness import stage
from tests.tui.scenes import ALERT, LIVE

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3 (AA)."""

VGA = TerminalTheme(
    (0, 0, 0),
    (170, 170, 170),
    [(0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170)],
    [
        (85, 85, 85),
        (255, 85, 85),
        (85, 255, 85),
        (255, 255, 85),
        (85, 85, 255),
        (255, 85, 255),
        (85, 255, 255),
        (255, 255, 255),
    ],
)
"""The sixteen colours of a text console."""

TEXTS = (*ROLES, "foreground", "accent", "warning", "error", "success")
GROUNDS = ("background", "surface", "panel")


def colour(theme: Theme, role: str) -> Color:
    """A role's colour in a theme."""
    value = theme.variables.get(role) or getattr(theme, role)
    assert isinstance(value, str)
    if theme.ansi:
        number = RichColor.parse(value.removeprefix("ansi_")).number
        assert number is not None
        return Color(*VGA.ansi_colors[number])
    return Color.parse(value)


def luminance(shade: Color) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [part / 255 for part in shade.rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio by WCAG 2.2, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def in_256(shade: Color) -> Color:
    """The colour as a terminal of 256 shows it."""
    return Color.from_rich_color(shade.rich_color.downgrade(ColorSystem.EIGHT_BIT))


@pytest.mark.parametrize("role", TEXTS)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_role_can_be_read(theme: Theme, ground: str, role: str) -> None:
    """Each role stands out from each ground by 4.5:1 or more, in full colour and in 256."""
    text, back = colour(theme, role), colour(theme, ground)
    assert contrast(text, back) >= LEAST_CONTRAST
    assert contrast(in_256(text), in_256(back)) >= LEAST_CONTRAST


def test_no_colour_is_named_outside_the_themes() -> None:
    """Colours are roles: no widget, screen or style sheet holds a literal one."""
    folder = Path(sesmon.tui.__file__).parent
    for path in [*folder.rglob("*.py"), *folder.rglob("*.tcss")]:
        if path.name != "themes.py":
            source = path.read_text(encoding="utf-8")
            assert not re.search(r"[\"' ]#[0-9a-fA-F]{6}\b|[\"']ansi_|\brgb\(", source), path


def test_the_command_line_knows_the_names() -> None:
    """The options offer just the themes and character sets that there are."""
    assert (themes.AUTO, *THEMES) == NAMES
    assert (charset.AUTO, charset.UNICODE, charset.BLOCKS, charset.ASCII) == CHARSETS


@pytest.mark.parametrize(
    ("name", "environ", "expected"),
    [
        ("auto", {"TERM": "xterm-256color"}, "dark"),
        ("auto", {"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ("auto", {"TERM": "linux"}, "16"),
        ("light", {"TERM": "xterm-256color"}, "light"),
        ("light", {"TERM": "xterm-256color", "NO_COLOR": "1"}, "no-color"),
        ("light", {"TERM": "xterm-256color", "NO_COLOR": ""}, "light"),
    ],
)
def test_the_theme_goes_by_wish_and_terminal(name: str, environ: dict[str, str], expected: str) -> None:
    """A named theme is taken; auto goes by the terminal's colours; NO_COLOR, unless empty, goes before both."""
    assert themes.wanted(name, environ).name == expected


async def test_without_colour_nothing_is_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR no cell has a colour, and an alert still stands out by sign and reverse video."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage(ALERT, look=Look(charset="unicode")) as on:
        assert on.app.theme == PLAIN.name
        strips = on.app.screen._compositor.render_strips()
    segments = [segment for strip in strips for segment in strip if segment.style]
    for segment in segments:
        for shade in (segment.style.color, segment.style.bgcolor) if segment.style else ():
            assert shade is None or shade.is_default, segment
    assert any("◆" in segment.text and segment.style and segment.style.reverse for segment in segments)


@pytest.mark.parametrize("name", THEMES)
async def test_themes_change_while_it_runs(name: str) -> None:
    """The palette's themes take effect on an open screen."""
    async with stage(LIVE) as on:
        on.app.theme = name
        await on.pilot.pause()
        assert "LIVE" in on.screen_text()
