"""The overview's parts: a line for all, and a line for each target."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sesmon.model import Metric
from sesmon.tui.fleet import (
    CONDITION_ROLES,
    FLEET_COLUMNS,
    SIGNS,
    WORST,
    Condition,
    FleetColumn,
    TargetRow,
    fitting,
    folded,
    ordered,
)
from sesmon.tui.render.blocks import Bar, Run, bar_rows, spread
from sesmon.tui.themes import METRIC_ROLES, NOT_LIVE, SEVERITY_ROLES
from sesmon.tui.widgets.drawn import Drawn, Sheet, bring_in_sight
from sesmon.tui.widgets.quota import quota_role

_SPARK = 16
_LEAST_SPARK = 6
_STATE_WIDTH = 3
_SCROLLBAR = 2
"""Columns left free, so that headings and lines agree whether there is a scrollbar or not."""
_CURSOR = Style(reverse=True)
_LOUD = frozenset({"warning", "error", "error reverse"})

_WORDS = {
    Condition.DISABLED: "disabled",
    Condition.CRITICAL: "critical",
    Condition.FAILED: "not read",
    Condition.WARNING: "warning",
    Condition.WELL: "well",
    Condition.WAITING: "waiting",
    Condition.EMPTY: "without mail",
}


class FleetHeader(Sheet):
    """How many targets there are, and how they stand."""

    def __init__(self) -> None:
        super().__init__(id="fleet-header")
        self._rows: Sequence[TargetRow] = ()
        self._tag = ""

    def show(self, rows: Sequence[TargetRow], tag: str) -> None:
        """Show other rows; `tag` says what they are seen through."""
        self._rows, self._tag = rows, tag
        self.show_if_new((tuple((row.condition, row.board.snapshot.origin) for row in rows), tag))

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The line at this width: where there is no room, the best conditions go uncounted, and never the window."""
        counts = Counter(row.condition for row in self._rows)
        runs: list[Run] = [(" sesmon ", "accent reverse bold"), (f" {len(self._rows)} targets", " bold")]
        origins = {row.board.snapshot.origin for row in self._rows}
        runs += [(f" {word}", "warning") for origin, word in NOT_LIVE.items() if origin in origins]
        room = width - sum(len(text) for text, _ in runs) - len(self._tag) - 2
        for condition in sorted(counts, reverse=True):
            text = f"{SIGNS[condition]} {counts[condition]} {_WORDS[condition]}"
            if len(text) + 2 > room:
                break
            runs += [("  ", ""), (text, CONDITION_ROLES[condition])]
            room -= len(text) + 2
        return [[*runs, (" " * (room + 1), ""), (self._tag, "muted")]]


class FleetHeadings(Sheet):
    """The line of headings, with the order."""

    def __init__(self) -> None:
        super().__init__(id="fleet-headings")
        self._sort, self._descending = WORST, True

    def show(self, sort: str, *, descending: bool) -> None:
        """Show another order."""
        self._sort, self._descending = sort, descending
        self.show_if_new((sort, descending))

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The headings at this width."""
        arrow = "▼" if self._descending else "▲"
        runs: list[Run] = [(f" {arrow if self._sort == WORST else ''}".ljust(_STATE_WIDTH), "muted underline")]
        columns, spark = layout(width)
        for column in columns:
            chosen = column.name == self._sort
            text = f"{column.heading}{arrow if chosen else ''}"
            text = text.rjust(column.width) if column.right else text.ljust(column.width)
            runs.append((text, "accent bold underline" if chosen else "muted underline"))
        if spark:
            runs.append(
                (f"  {'attempts'[:spark].ljust(spark)}  {'complaints'[:spark].ljust(spark)}", "muted underline")
            )
        used = sum(len(text) for text, _ in runs)
        return [[*runs, (" " * max(0, width - used), "muted underline")]]


class FleetWhy(Sheet):
    """What is to be said of the chosen target, in two lines."""

    def __init__(self) -> None:
        super().__init__(id="fleet-why")
        self._row: TargetRow | None = None

    def show(self, row: TargetRow | None) -> None:
        """Tell of another target."""
        self._row = row
        self.show_if_new((row.region, row.condition, row.why) if row else None)

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The sentence, folded; nothing where all is well."""
        row = self._row
        if row is None or not row.why:
            return []
        text = f"{SIGNS[row.condition]} {row.region}: {row.why}"
        pieces = textwrap.wrap(
            text, max(10, width - 2), subsequent_indent="  ", max_lines=max(1, height), placeholder=" …"
        )
        return [[(f" {piece}", CONDITION_ROLES[row.condition])] for piece in pieces]


def layout(width: int) -> tuple[list[FleetColumn], int]:
    """The columns that fit, and how wide each of the two sparklines is; 0 where they do not fit."""
    room = width - _STATE_WIDTH - _SCROLLBAR
    columns = fitting(room)
    left = room - sum(column.width for column in columns) - 4
    spark = min(_SPARK, left // 2)
    return columns, spark if spark >= _LEAST_SPARK else 0


class FleetTable(Drawn, ScrollView, can_focus=False):
    """A line for each target. The cursor is held as the target, so that a new order never moves it to another."""

    DEFAULT_CSS = "FleetTable { height: 1fr; overflow-x: hidden; overflow-y: scroll; }"

    class Chosen(Message):
        """A target was clicked twice."""

    class Moved(Message):
        """The cursor is on another line, or the line says something else."""

    def __init__(self) -> None:
        super().__init__(id="fleet")
        self.rows: list[TargetRow] = []
        self.empty: list[TargetRow] = []
        self.cursor_target: int | None = None
        self._on_fold = False
        self._follows = True
        self.is_unfolded = False

    def show(self, rows: Sequence[TargetRow], sort: str, *, descending: bool) -> None:
        """Show other rows, in order. A cursor that was put at the top goes with what comes there."""
        shown, empty = (list(rows), []) if self.is_unfolded else folded(list(rows))
        self.rows, self.empty = ordered(shown, sort, descending=descending), empty
        if (self._follows or self.cursor_target is None) and self.rows:
            self.cursor_target, self._on_fold = self.rows[0].place, False
        self.virtual_size = Size(self.size.width, self.count)
        self.post_message(self.Moved())
        self.refresh()

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.rows) + bool(self.empty)

    @property
    def place(self) -> int:
        """Which line the cursor is on."""
        if self._on_fold and self.empty:
            return len(self.rows)
        return next((at for at, row in enumerate(self.rows) if row.place == self.cursor_target), 0)

    @property
    def chosen(self) -> TargetRow | None:
        """The target under the cursor; None on the line of those without mail."""
        place = self.place
        return self.rows[place] if place < len(self.rows) else None

    def move_to(self, place: int) -> None:
        """Put the cursor on a line, and scroll just so far that it is in sight."""
        if not self.count:
            return
        place = min(max(place, 0), self.count - 1)
        self._follows, self._on_fold = place == 0, place >= len(self.rows)
        if not self._on_fold:
            self.cursor_target = self.rows[place].place
        bring_in_sight(self, place)
        self.post_message(self.Moved())
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a line; a second one opens it."""
        place = round(self.scroll_offset.y) + event.y
        if place < self.count:
            self.move_to(place)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.virtual_size = Size(self.size.width, self.count)
        follows = self._follows
        self.move_to(self.place)
        self._follows = follows

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        place, width = round(self.scroll_offset.y) + y, self.size.width
        if place >= self.count:
            words = " No target matches." if not self.count and not y else ""
            return self.strip([(words, "muted")], width)
        runs = self._runs(self.rows[place], width) if place < len(self.rows) else self._fold(width)
        if place != self.place:
            return self.strip(runs, width)
        return self.strip([(text, role if role in _LOUD else "") for text, role in runs], width, _CURSOR)

    def _fold(self, width: int) -> list[Run]:
        names = ", ".join(row.region for row in self.empty)
        text = f" · {len(self.empty)} Regions without mail: {names}"
        return [(text if len(text) <= width else text[: width - 1] + "…", "muted")]

    def _runs(self, row: TargetRow, width: int) -> list[Run]:
        condition = row.condition
        role = CONDITION_ROLES[condition]
        columns, spark = layout(width)
        runs: list[Run] = [(f" {SIGNS[condition]} ", role)]
        is_told = condition in {Condition.FAILED, Condition.DISABLED} and row.board.snapshot.reading is None
        for column in FLEET_COLUMNS[:2] if is_told else columns:
            if column not in columns:
                continue
            text = column.text(row)[: column.width - 1]
            runs.append(
                (text.rjust(column.width) if column.right else text.ljust(column.width), self._role(row, column))
            )
        used = sum(len(text) for text, _ in runs)
        if is_told or (condition is Condition.DISABLED):
            why = f" {row.why}"[: max(0, width - used)]
            return [*runs, (why, role)]
        if spark:
            for metric in (Metric.SENDS, Metric.COMPLAINTS):
                runs += [("  ", ""), *self._spark(row, metric, spark)]
        return runs

    @staticmethod
    def _role(row: TargetRow, column: FleetColumn) -> str:
        if column.name in {"bounces", "complaints"}:
            severity = row.board.open_severity(Metric(column.name))
            return SEVERITY_ROLES[severity] if severity else ""
        if column.name == "quota":
            return quota_role(row.used)
        if column.name == "region":
            return " bold" if row.condition >= Condition.WARNING else ""
        if column.name == "alerts":
            return CONDITION_ROLES[row.condition] if row.board.open_alerts else "muted"
        if column.name == "age":
            return "error" if row.board.snapshot.failure else "muted"
        return ""

    @staticmethod
    def _spark(row: TargetRow, metric: Metric, width: int) -> list[Run]:
        own = METRIC_ROLES[metric]
        bars = [
            Bar(
                column.peak if column.points else None,
                f"{SEVERITY_ROLES[column.severity]} underline" if column.severity else own,
                column.filling,
            )
            for column in row.board.columns(metric, width)
        ]
        return bar_rows(spread(bars, width), 1)[0] if bars else [(" " * width, "")]


def tag(window: str, words: str) -> str:
    """What the rows are seen through: '24h', '24h · /prod/'."""
    return f"{window} · /{words}/" if words else window
