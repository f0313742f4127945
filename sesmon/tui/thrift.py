"""Frames made small for a slow link: only cells that differ from what stands there, and styles that change. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

_TOKEN = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;]*)m|(\r?\n)|([^\x00-\x1f\x7f\x1b]+)")

_NARROW = re.compile(r"[\x20-\x7e\u2500-\u259f]*")
"""Text of one cell a character: ASCII, lines and blocks."""

_WORTH_JOINING = 5
"""Cells that stand already, between two that do not, which are cheaper written again than jumped over."""


_FORES = frozenset(map(str, [*range(30, 38), 39, *range(90, 98)]))
_BACKS = frozenset(map(str, [*range(40, 48), 49, *range(100, 108)]))
"""SGR's parameters for the sixteen colours and the terminal's own."""


class Style(NamedTuple):
    """What SGR says: attributes, and the parameters of the two colours; '' is the terminal's own."""

    attributes: str = ""
    fore: str = ""
    back: str = ""


PLAIN = Style()

Run = tuple[int, int, Style, str]
"""A stretch of text: its row and column (from 1), its style, and itself."""


class Cell(NamedTuple):
    """One character as it stands; the second half of a wide one is ''."""

    char: str
    style: Style


class Thrift:
    """Knows what stands on the terminal. `reduced` makes a frame of Textual's smaller; `forget` after all else."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], Cell] = {}
        self._style: Style | None = None
        self._unread: list[Run] = []
        self._has_wide = False

    def forget(self) -> None:
        """Know nothing: the terminal was resized, left, or did not get what was written."""
        self._cells.clear()
        self._style, self._unread = None, []

    def reduced(self, frame: str) -> str | None:
        """The same picture in fewer bytes; None for what is no frame of moves, styles and text alone."""
        runs = _parsed(frame)
        if runs is None:
            return None
        if not self._cells and not self._unread:
            # What it leaves on the terminal is worked out when that is asked: the first frame is waited for.
            self._unread = runs
            return "".join(self._replayed(runs))
        if self._unread:
            first, self._unread = self._laid(self._unread), []
            if first is None:
                return None
            self._cells = first
        changed = self._laid(runs)
        if changed is None:
            return None
        new = {place for place, cell in changed.items() if self._cells.get(place) != cell}
        if self._has_wide:
            self._join_halves(new, changed)
        self._cells.update(changed)
        return "".join(self._written(sorted(new)))

    def _laid(self, runs: list[Run]) -> dict[tuple[int, int], Cell] | None:
        """The cells that runs of text make; None for a mark over the character before it, which has none of its own."""
        out: dict[tuple[int, int], Cell] = {}
        for row, column, style, text in runs:
            if _NARROW.fullmatch(text):
                out.update({(row, place): Cell(char, style) for place, char in enumerate(text, column)})
                continue
            place = column
            for char in text:
                width = 1 if char.isascii() else cell_len(char)
                if not width:
                    return None
                out[row, place] = Cell(char, style)
                if width == 2:
                    self._has_wide = True
                    out[row, place + 1] = Cell("", style)
                place += width
        return out

    def _join_halves(self, new: set[tuple[int, int]], changed: Mapping[tuple[int, int], Cell]) -> None:
        """Add the other halves of wide characters to what is new: they come and go together."""
        for row, column in list(new):
            for half in ((row, column), (row, column - 1)):
                cell = changed.get(half) or self._cells.get(half)
                if cell is not None and cell.char and cell_len(cell.char) == 2:
                    new |= {half, (half[0], half[1] + 1)} & changed.keys()

    def _replayed(self, runs: list[Run]) -> Iterator[str]:
        """A first frame: all of it, with the shortest moves and turns."""
        at: tuple[int, int] | None = None
        for row, column, style, text in runs:
            if at != (row, column):
                yield f"\x1b[{row};{column}H"
            if self._style != style:
                yield _turn(self._style, style)
                self._style = style
            yield text
            at = (row, column + cell_len(text))

    def _written(self, places: list[tuple[int, int]]) -> Iterator[str]:
        at: tuple[int, int] | None = None
        for row, column in places:
            if at != (row, column):
                gap = self._between(at, (row, column))
                if gap is None:
                    yield f"\x1b[{row};{column}H"
                else:
                    yield gap
            cell = self._cells[row, column]
            if self._style != cell.style:
                yield _turn(self._style, cell.style)
                self._style = cell.style
            yield cell.char
            at = (row, column + 1)

    def _between(self, at: tuple[int, int] | None, to: tuple[int, int]) -> str | None:
        """The cells from one place to another of its row, where they are few and of the style in use."""
        if at is None or at[0] != to[0] or to[1] - at[1] > _WORTH_JOINING:
            return None
        cells = [self._cells.get((at[0], column)) for column in range(at[1], to[1])]
        if any(cell is None or cell.style != self._style or not cell.char.isascii() for cell in cells):
            return None
        return "".join(cell.char for cell in cells if cell)


def _parsed(frame: str) -> list[Run] | None:
    """The runs of text of a frame; None where there is anything else."""
    out: list[Run] = []
    row, column, style, place = 0, 1, PLAIN, 0
    while place < len(frame):
        match = _TOKEN.match(frame, place)
        if match is None:
            return None
        place = match.end()
        to_row, to_column, sgr, line, text = match.groups()
        if text is not None:
            if not row:
                return None
            out.append((row, column, style, text))
            column += cell_len(text)
        elif sgr is not None:
            made = _styled(sgr)
            if made is None:
                return None
            style = made
        elif line is not None:
            row, column = row + 1, 1
        else:
            row, column = int(to_row), int(to_column)
    return out


@lru_cache(4096)
def _styled(sgr: str) -> Style | None:
    """A style from SGR parameters as Rich writes them, each time in full; None for others."""
    attributes: list[str] = []
    fore = back = ""
    parts = iter(sgr.split(";"))
    for part in parts:
        if part in {"", "0"}:
            attributes, fore, back = [], "", ""
        elif part in {"38", "48"}:
            kind = next(parts, "")
            count = {"5": 1, "2": 3}.get(kind)
            if count is None:
                return None
            colour = ";".join([part, kind, *(next(parts, "") for _ in range(count))])
            fore, back = (colour, back) if part == "38" else (fore, colour)
        elif part in _FORES:
            fore = "" if part == "39" else part
        elif part in _BACKS:
            back = "" if part == "49" else part
        elif len(part) == 1:
            attributes.append(part)
        else:
            return None
    return Style(";".join(attributes), fore, back)


@lru_cache(4096)
def _turn(before: Style | None, after: Style) -> str:
    """The shortest SGR from one style to another."""
    if before is None or before.attributes != after.attributes:
        parts = ["0", after.attributes, after.fore, after.back]
    else:
        parts = [
            "" if before.fore == after.fore else after.fore or "39",
            "" if before.back == after.back else after.back or "49",
        ]
    return f"\x1b[{';'.join(part for part in parts if part)}m"
