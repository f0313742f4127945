"""What a terminal can show: the screen is drawn in Unicode, and told in fewer characters where there are fewer."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Mapping

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

UNICODE, BLOCKS, ASCII = "unicode", "blocks", "ascii"
AUTO = "auto"

SUBSTITUTES: Mapping[str, tuple[str, str]] = {
    # Bars, by eighths of a cell.
    "▁": ("_", "_"),
    "▂": ("_", "."),
    "▃": ("▄", ":"),
    "▄": ("▄", "-"),
    "▅": ("▄", "="),
    "▆": ("█", "+"),
    "▇": ("█", "%"),
    "█": ("█", "#"),
    "░": ("░", "."),
    "▒": ("▒", ":"),
    "▓": ("▓", "%"),
    # The chart's quarters of a cell.
    "▘": ("▀", "'"),
    "▝": ("▀", "'"),
    "▀": ("▀", "'"),
    "▖": ("▄", "."),
    "▗": ("▄", "."),
    "▌": ("▌", "|"),
    "▐": ("▐", "|"),
    "▞": ("▒", ":"),
    "▚": ("▒", ":"),
    "▛": ("█", "#"),
    "▜": ("█", "#"),
    "▙": ("█", "#"),
    "▟": ("█", "#"),
    # Lines and borders.
    "─": ("─", "-"),
    "━": ("═", "="),
    "┈": ("─", "-"),
    "│": ("│", "|"),
    "┃": ("║", "|"),
    "┌": ("┌", "+"),
    "┐": ("┐", "+"),
    "└": ("└", "+"),
    "┘": ("┘", "+"),
    "├": ("├", "+"),
    "┤": ("┤", "+"),
    "┬": ("┬", "+"),
    "┴": ("┴", "+"),
    "┼": ("┼", "+"),
    "╭": ("┌", "+"),
    "╮": ("┐", "+"),
    "╰": ("└", "+"),
    "╯": ("┘", "+"),
    "▏": ("│", "|"),
    "▎": ("▌", "|"),
    "▍": ("▌", "|"),
    "▋": ("█", "|"),
    "▊": ("█", "|"),
    "▉": ("█", "#"),
    "▔": ("▀", "-"),
    "▕": ("│", "|"),
    "🭶": ("─", "-"),
    "🭻": ("─", "-"),
    "▪": ("■", "*"),
    # Signs.
    "▲": ("▲", "!"),
    "◆": ("♦", "*"),
    "●": ("•", "o"),
    "○": ("○", "o"),
    "•": ("•", "*"),
    "■": ("■", "="),
    "‖": ("║", "|"),
    "✗": ("x", "x"),
    "✓": ("√", "v"),
    "▸": ("►", ">"),
    "▶": ("►", ">"),
    "▼": ("▼", "v"),
    "Δ": ("δ", "~"),
    "↑": ("↑", "^"),
    "↓": ("↓", "v"),
    "←": ("←", "<"),
    "→": ("→", ">"),
    "…": (".", "~"),
    "–": ("-", "-"),
    "—": ("-", "-"),
    "−": ("-", "-"),
    "·": ("·", "-"),
    "×": ("x", "x"),
    "±": ("±", "~"),
    "≥": ("≥", ">"),
    "≤": ("≤", "<"),
    "’": ("'", "'"),
    "‘": ("'", "'"),
    "“": ('"', '"'),
    "”": ('"', '"'),
    "\u00a0": (" ", " "),
    "🔎": ("/ ", "/ "),
}
"""Each character that the screen draws, as the characters of `blocks` and of `ascii`, as wide as itself."""

BLOCK_REPERTOIRE = frozenset(bytes(range(0x20, 0x7F)).decode("ascii")) | frozenset(
    bytes(range(0x80, 0xFF)).decode("cp437") + "•○♦►◄↑↓→←▲▼"
)
"""Code page 437 with the signs in its control positions: what text consoles have in their fonts."""

ASCII_REPERTOIRE = frozenset(map(chr, range(0x20, 0x7F)))

_COERCED = {"C.UTF-8", "C.utf8", "UTF-8"}
"""What Python puts into LC_CTYPE where the locale is C."""

_CONSOLES = ("linux", "cons25", "vt220-pc", "pcvt")
"""Terminals with the characters of code page 437, and hardly more."""

_PLAIN_TERMINALS = ("vt", "ansi", "wyse", "xterm-old", "sun")


def chosen(wanted: str, environ: Mapping[str, str] | None = None) -> str:
    """The characters to draw with: those wanted, or for `auto` what locale and TERM allow.

    A locale that names no UTF-8 (C, POSIX, de_DE.ISO-8859-1) gets ASCII; none at all says nothing about the terminal.
    """
    if wanted != AUTO:
        return wanted
    env = os.environ if environ is None else environ
    term = env.get("TERM", "")
    locale = _locale(env)
    if locale and "utf8" not in locale.replace("-", "").lower():
        return ASCII
    if term.startswith(_CONSOLES):
        return BLOCKS
    return ASCII if term.startswith(_PLAIN_TERMINALS) else UNICODE


def _locale(env: Mapping[str, str]) -> str:
    """The locale of characters as the user set it; '' where nobody did."""
    coerced = sys.flags.utf8_mode and "PYTHONUTF8" not in env and env.get("LC_CTYPE") in _COERCED
    return env.get("LC_ALL") or ("" if coerced else env.get("LC_CTYPE", "")) or env.get("LANG", "")


class _Table(dict[int, str]):
    """Fills itself for `str.translate`: what is not in the table goes to its base letter, or to question marks."""

    def __init__(self, column: int, repertoire: frozenset[str]) -> None:
        super().__init__({ord(char): pair[column] for char, pair in SUBSTITUTES.items()})
        self._repertoire = repertoire

    def __missing__(self, code: int) -> str:
        char = chr(code)
        width = cell_len(char)
        base = unicodedata.normalize("NFKD", char)[:1]
        made = next(
            (form for form in (char, base) if form in self._repertoire and cell_len(form) == width), "?" * width
        )
        self[code] = made
        return made


TABLES = {BLOCKS: _Table(0, BLOCK_REPERTOIRE), ASCII: _Table(1, ASCII_REPERTOIRE)}


class Substitution(LineFilter):
    """Puts a smaller character set in the place of Unicode, in everything that reaches the terminal as text."""

    def __init__(self, charset: str) -> None:
        super().__init__()
        self._table = TABLES[charset]

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, as wide as before."""
        table = self._table
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(table), segment.style, segment.control)
            for segment in segments
        ]
