"""The table of data points: drawn line by line over the data, so that scrolling costs only what is visible."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sesmon import wording
from sesmon.model import Metric, Row, Severity
from sesmon.series import Step, rows
from sesmon.tui.columns import TIME, fitting, sort_key
from sesmon.tui.render.blocks import Run
from sesmon.tui.themes import GLYPHS, METRIC_ROLES, SEVERITY_ROLES
from sesmon.tui.view import Board
from sesmon.tui.widgets.drawn import Drawn, Sheet, bring_in_sight

TIME_WIDTH = 18
NARROW_TIME_WIDTH = 12
_NARROW = 90
_MARK_WIDTH = 3

_CURSOR = Style(reverse=True)
"""Reverse video is seen without colour."""

_STEP_WORDS = {Step.SLOT: "15 min", Step.HOUR: "hourly", Step.DAY: "daily"}

_ALERT_ROLES = frozenset(SEVERITY_ROLES.values())


def time_width(width: int) -> int:
    """How wide the time column is in a table of that width."""
    return TIME_WIDTH if width >= _NARROW else NARROW_TIME_WIDTH


class Mark(NamedTuple):
    """What a row's last column says."""

    severities: dict[Metric, Severity]
    is_filling: bool
    is_revised: bool

    @property
    def severity(self) -> Severity | None:
        """The worst of them."""
        return max(self.severities.values(), default=None)

    def runs(self, room: int) -> list[Run]:
        """Glyph and metrics in words as far as they fit in `room` characters."""
        if self.severities:
            worst = max(self.severities.values())
            words = " ".join(f"{GLYPHS[severity]} {metric.value}" for metric, severity in self.severities.items())
            text = words if len(words) <= room else GLYPHS[worst]
            return [(text, SEVERITY_ROLES[worst])]
        words = "… filling" if self.is_filling else "Δ revised" if self.is_revised else ""
        return [(words if len(words) <= room else words[:1], "muted")]


class TableHeader(Sheet):
    """The line of headings, with the order."""

    def __init__(self) -> None:
        super().__init__(id="table-header")
        self.board: Board | None = None

    def show(self, board: Board, rows: int) -> None:
        """Show the order of another board, and how many rows it has."""
        only = " with alerts" if board.view.alerts_only else ""
        summary = f"{rows:,} × {_STEP_WORDS[board.view.row_step]}{only}"
        self.board, self._summary = board, summary
        self.show_if_new(
            (
                board.view.sort,
                board.view.descending,
                board.view.row_step,
                board.view.row_zone,
                board.view.alerts_only,
                summary,
            )
        )

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The headings at this width, underlined across the whole line."""
        if self.board is None:
            return []
        view = self.board.view
        arrow = "↓" if view.descending else "↑"
        first = time_width(width)
        heading = (
            f" Time{' (UTC)' if view.row_zone is UTC and width >= _NARROW else ''}{arrow if view.sort == TIME else ''}"
        )
        runs: list[Run] = [(heading.ljust(first), self._role(chosen=view.sort == TIME))]
        used = first
        for column in fitting(width - first - _MARK_WIDTH):
            chosen = view.sort == column.name
            text = f"{column.heading}{arrow if chosen else ''}"
            runs.append((text.rjust(column.width), self._role(chosen=chosen)))
            used += column.width
        room = width - used
        text = f"  {self._summary}"
        return [[*runs, ((text if len(text) <= room else "").ljust(room), "muted underline")]]

    @staticmethod
    def _role(*, chosen: bool) -> str:
        return "accent bold underline" if chosen else "muted underline"


class PointTable(Drawn, ScrollView, can_focus=False):
    """Rows of data points. The cursor is held as a time, so that new rows never move it to another record."""

    DEFAULT_CSS = "PointTable { height: 1fr; overflow-x: hidden; overflow-y: scroll; }"

    class Chosen(Message):
        """A row was clicked twice."""

    def __init__(self) -> None:
        super().__init__(id="points")
        self.board: Board | None = None
        self.rows: Sequence[Row] = ()
        self.cursor_time: datetime | None = None
        self._places: dict[datetime, int] | None = None
        self._key: object = None

    # What is shown

    def show(self, board: Board) -> None:
        """Show another board: the reader's cursor and scroll stay on the same records."""
        view, snapshot = board.view, board.snapshot
        key = (
            snapshot.reading,
            snapshot.alerts,
            snapshot.changed,
            snapshot.days if view.is_long else (),
            view.row_zone,
            view.row_step,
            view.sort,
            view.descending,
            view.alerts_only,
        )
        if key == self._key:
            return
        self._key, self.board = key, board
        follows, is_in_sight = self.follows, self._is_in_sight(self.cursor_place)
        anchor = self._row_time(round(self.scroll_offset.y))
        self._set_rows(board)
        if follows or self.cursor_time is None:
            self.cursor_time = self.rows[0].start if self.rows else None
            self.scroll_to(y=0, animate=False, immediate=True)
        elif anchor is not None and self.rows:
            self.cursor_time = self.rows[self.place_of(self.cursor_time)].start
            self.scroll_to(y=self.place_of(anchor), animate=False, immediate=True)
            if is_in_sight:
                # Another order, or other rows, can take the two far apart.
                self.move_to(self.cursor_place)
        self.refresh()

    def _set_rows(self, board: Board) -> None:
        view = board.view
        made: Sequence[Row] = board.snapshot.days if view.is_long else rows(board.series.points, view.step, view.zone)
        if view.alerts_only:
            made = [row for row in made if board.severity(row.start, row.end) is not None]
        if view.sort == TIME:
            self.rows = made[::-1] if view.descending else made
        else:
            self.rows = sorted(made, key=sort_key(view.sort), reverse=view.descending)
        self._places = None
        self.virtual_size = Size(self.size.width, len(self.rows))

    @property
    def follows(self) -> bool:
        """Whether the cursor sits on the first row in sight, and so goes with what comes in there."""
        return self.cursor_place == 0 and round(self.scroll_offset.y) == 0

    @property
    def cursor_place(self) -> int:
        """Which row the cursor is on, 0 the first."""
        return self.place_of(self.cursor_time) if self.cursor_time else 0

    @property
    def cursor_row(self) -> Row | None:
        """The row that the cursor is on."""
        return self.rows[self.cursor_place] if self.rows else None

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def _row_time(self, place: int) -> datetime | None:
        return self.rows[place].start if 0 <= place < len(self.rows) else None

    @property
    def places(self) -> dict[datetime, int]:
        """The place of each row, by when it begins."""
        if self._places is None:
            self._places = {row.start: place for place, row in enumerate(self.rows)}
        return self._places

    def place_of(self, time: datetime | None) -> int:
        """The place of the row that begins at `time`, or of the one nearest to it in time."""
        if time is None or not self.rows:
            return 0
        if time == self.rows[0].start:
            return 0
        if time in self.places:
            return self.places[time]
        return min(range(len(self.rows)), key=lambda place: abs(self.rows[place].start - time))

    def _is_in_sight(self, place: int) -> bool:
        top = round(self.scroll_offset.y)
        return top <= place < top + max(1, self.size.height)

    # Moving about

    def move_to(self, place: int) -> None:
        """Put the cursor on a row, and scroll just so far that it is in sight."""
        if not self.rows:
            return
        before = self.cursor_place
        place = min(max(place, 0), len(self.rows) - 1)
        self.cursor_time = self.rows[place].start
        bring_in_sight(self, place)
        for changed in filter(self._is_in_sight, {before, place}):
            self.refresh(Region(0, changed - round(self.scroll_offset.y), self.size.width, 1))

    def move(self, step: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.cursor_place + step)

    def page(self, step: int) -> None:
        """Move the cursor by pages."""
        self.move_to(self.cursor_place + step * max(1, self.size.height - 1))

    def jump(self, length: timedelta) -> None:
        """Move the cursor in time, to the nearest row at least so far away, or the last there is."""
        if self.cursor_time is None or not self.rows:
            return
        by_time = sorted(self.places)
        wanted = self.cursor_time + length
        index = bisect_left(by_time, wanted)
        if length < timedelta(0) and (index == len(by_time) or by_time[index] != wanted):
            index -= 1
        self.move_to(self.places[by_time[min(max(index, 0), len(by_time) - 1)]])

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a row; a second one opens its details."""
        place = round(self.scroll_offset.y) + event.y
        if place < len(self.rows):
            self.move_to(place)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.size.width, len(self.rows))
        self.move_to(self.cursor_place)

    # Drawing

    def mark(self, row: Row) -> Mark:
        """What is to be said of a row."""
        board = self.board
        if board is None:
            return Mark({}, is_filling=False, is_revised=False)
        last = board.series.last
        filling = board.is_filling and last is not None and row.start <= last < row.end
        revised = board.view.row_step is Step.SLOT and row.start in board.snapshot.changed and row.start != last
        return Mark(board.marks(row.start, row.end), is_filling=filling, is_revised=revised)

    def render_line(self, y: int) -> Strip:
        """One visible row."""
        place, width = round(self.scroll_offset.y) + y, self.size.width
        board = self.board
        if board is None or not 0 <= place < len(self.rows):
            words = "" if place or board is None or board.snapshot.reading is None else self._empty_words(board)
            return self.strip([(f" {words}", "muted")], width)
        row = self.rows[place]
        runs = self._row_runs(row, width, board)
        if place != self.cursor_place:
            return self.strip(runs, width)
        # Under the cursor only an alert keeps its colour: a row of many reversed colours reads as none.
        return self.strip([(text, role if role in _ALERT_ROLES else "") for text, role in runs], width, _CURSOR)

    @staticmethod
    def _empty_words(board: Board) -> str:
        return "No row has an alert; f shows all rows." if board.view.alerts_only else "No data points."

    def _row_runs(self, row: Row, width: int, board: Board) -> list[Run]:
        mark, first = self.mark(row), time_width(width)
        runs: list[Run] = [(f" {self._time(row, first, board)}".ljust(first), _weighted("", mark.severity))]
        used = first
        for column in fitting(width - first - _MARK_WIDTH):
            severity = mark.severities.get(column.metric) if column.metric else None
            text = column.text(row)
            role = SEVERITY_ROLES[severity] if severity else self._cell_role(column.metric, text)
            runs.append((text.rjust(column.width), role))
            used += column.width
        return [*runs, (" ", ""), *mark.runs(width - used - 2)]

    @staticmethod
    def _cell_role(metric: Metric | None, text: str) -> str:
        if text in {"0", "0.00 %", wording.NONE}:
            return "muted"
        return METRIC_ROLES[metric] if metric is Metric.SENDS else ""

    @staticmethod
    def _time(row: Row, width: int, board: Board) -> str:
        local = row.start.astimezone(board.view.row_zone)
        wide = width >= TIME_WIDTH
        if board.view.row_step is Step.DAY:
            return local.strftime("%a %Y-%m-%d" if wide else "%a %m-%d")
        return local.strftime("%Y-%m-%d %H:%M" if wide else "%m-%d %H:%M")


def _weighted(role: str, severity: Severity | None) -> str:
    return f"{role} bold" if severity else role
