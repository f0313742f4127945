"""Bars out of block characters, from a zero base: a few rows high, one column for each stretch of time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_SHADES = " ░▒"


class Bar(NamedTuple):
    """A value of 0 or more, or None for a gap; `role` names its colour; a filling one is drawn as a shade."""

    value: float | None
    role: str
    filling: bool = False


Run = tuple[str, str]
"""Characters, and the role they are drawn in."""


def spread(bars: Sequence[Bar], width: int) -> list[Bar]:
    """The bars made to fill `width` columns, which are as many or more; where it does not divide, some are wider."""
    return [bars[column * len(bars) // width] for column in range(width)] if bars else []


def bar_rows(bars: Sequence[Bar], height: int, top: float | None = None) -> list[list[Run]]:
    """`height` rows, the upper one first, each as runs of one role; `top` is the value that fills the height.

    A gap is blank. A zero has a thin foot, so that it is told from a gap; so has a value too small to see.
    """
    highest = top or max((bar.value or 0 for bar in bars), default=0)
    levels = [_level(bar, highest, height) for bar in bars]
    return [
        merge((_char(bar, level - 8 * (height - 1 - row)), bar.role) for bar, level in zip(bars, levels, strict=True))
        for row in range(height)
    ]


def _level(bar: Bar, highest: float, height: int) -> int:
    """How many eighths of a row a bar is high."""
    if bar.value is None:
        return 0
    if not highest:
        return 1
    return min(8 * height, max(1, round(bar.value / highest * 8 * height)))


def _char(bar: Bar, eighths: int) -> str:
    if bar.filling:
        return _SHADES[0 if eighths <= 0 else 1 if eighths < 4 else 2]
    return _EIGHTHS[min(8, max(0, eighths))]


def merge(cells: Iterable[Run]) -> list[Run]:
    """Neighbouring characters of one role put together."""
    return [("".join(char for char, _ in group), role) for role, group in groupby(cells, key=lambda cell: cell[1])]
