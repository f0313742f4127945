"""The large chart of one metric, as count or rate, with a time axis and AWS's limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isclose

from rich.color import Color, ColorType
from rich.text import Text
from textual.strip import Strip

from sesmon import wording
from sesmon.alerts.limits import Limit
from sesmon.model import Metric, Severity
from sesmon.series import Step, floor
from sesmon.tui.render.blocks import Run, merge
from sesmon.tui.render.plot import (
    SAMPLES_PER_CELL,
    Colour,
    Line,
    Plot,
    canvas_width,
    draw,
    is_ready,
    make_ready,
    round_steps,
)
from sesmon.tui.themes import GLYPHS, METRIC_ROLES, SEVERITY_ROLES
from sesmon.tui.view import Board, Column
from sesmon.tui.widgets.drawn import Sheet

_CEILING = 4
"""A rate chart reaches to so many times the highest limit at the most, so that one mail's rate hides no other."""

_HOURS_BETWEEN_TICKS = (0.25, 0.5, 1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 744, 1488, 2232, 4464, 8760)
_TICK_WIDTH = 12


class TrendChart(Sheet):
    """A title line, and plotext's drawing under it."""

    def __init__(self) -> None:
        super().__init__(id="trend")
        self.board: Board | None = None
        self.plot: Plot | None = None
        self._strips: list[Strip] = []

    def show(self, board: Board) -> None:
        """Show another board, if it looks different here."""
        self.board = board
        view, snapshot = board.view, board.snapshot
        self.show_if_new(
            (snapshot.reading, snapshot.alerts, view.window, view.metric, view.as_rate, view.utc, snapshot.days)
        )

    def title(self) -> str:
        """What is charted, in words."""
        if self.board is None:
            return ""
        view = self.board.view
        what = f"{view.metric.label}, {'rate' if view.shows_rate else 'count'}"
        return f"{what} · {wording.span(view.window)}{self._grain()}"

    def _grain(self) -> str:
        columns = self._columns(self.size.width - 8) if self.board else []
        if not columns:
            return ""
        span = columns[0].end - columns[0].start
        unit = "day" if self.board and self.board.view.is_long else "15 min"
        if self.board and span == self.board.unit:
            return f" · {unit} a bar"
        return f" · highest {unit} in each {wording.duration(span.total_seconds())}"

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The title; the plot's own lines come ready from plotext."""
        self._strips = []
        board = self.board
        if board is None or width < 20 or height < 4:
            return []
        title_line = self._title_line(board, width, f" {self.title()} ")
        if not board.drawn:
            words = (
                "waiting for data"
                if board.snapshot.reading is None
                else "no data points: SES counted no mail in two weeks"
            )
            return [title_line, [], [("  " + words, "muted")]]
        if not is_ready():
            # The figures beside it do not wait for the chart.
            self.call_after_refresh(self._draw_anew)
            return [title_line]
        plot = self._make_plot(board, width, height - 1)
        marks = self._mark_line(plot, width)
        self.plot = plot._replace(height=plot.height - 1) if marks else plot
        self._strips = [self._strip_of(line, width) for line in draw(self.plot).splitlines()]
        if marks:
            self._strips.insert(0, self.strip(marks, width))
        highest = max((value for value in plot.values if value is not None), default=0.0)
        if highest > plot.top:
            title_line = self._title_line(board, width, f" {self.title()} · up to {wording.percent(highest)} ")
        return [title_line]

    @staticmethod
    def _title_line(board: Board, width: int, title: str) -> list[Run]:
        return [
            ("─", "axis"),
            (title, f"{METRIC_ROLES[board.view.metric]} bold"),
            ("─" * (width - len(title) - 1), "axis"),
        ]

    def _draw_anew(self) -> None:
        make_ready()
        self.forget_lines()

    def _mark_line(self, plot: Plot, width: int) -> list[Run]:
        """The alerts' signs over their spans, so that they are seen without colour; nothing where there is none."""
        if not any(plot.marks):
            return []
        cells = canvas_width(width, plot.y_ticks)
        each = (plot.marks[cell * SAMPLES_PER_CELL : (cell + 1) * SAMPLES_PER_CELL] for cell in range(cells))
        worst = [max((mark for mark in marks if mark), default=None) for marks in each]
        signs: list[Run] = [(GLYPHS[mark], SEVERITY_ROLES[mark]) if mark else (" ", "") for mark in worst]
        return [(" " * (width - cells), ""), *merge(signs)]

    def _strip_of(self, line: str, width: int) -> Strip:
        text = Text.from_ansi(line, end="")
        return (
            Strip(text.render(self.app.console, end=""))
            .apply_style(self.role_style(""))
            .adjust_cell_length(width, self.role_style(""))
        )

    def render_line(self, y: int) -> Strip:
        """One line of title or plot."""
        strip = super().render_line(y)
        return self._strips[y - 1] if 0 < y <= len(self._strips) else strip

    def _columns(self, cells: int) -> list[Column]:
        return self.board.columns(self.board.view.metric, cells * SAMPLES_PER_CELL) if self.board else []

    def _make_plot(self, board: Board, width: int, height: int) -> Plot:
        rate = board.view.shows_rate
        # The labels' width decides the columns, the columns the top, and the top the labels: two rounds settle it.
        cells, top, rows = width - 8, 0.0, height - 2
        ticks: list[tuple[float, str]] = []
        for _ in range(2):
            columns = self._columns(cells)
            top = self._top(columns, rate=rate)
            steps = round_steps(top, max(1, min(5, height // 3)))
            # Half a mail is none.
            ticks = [(value, _tick_label(value, rate=rate)) for value in steps if rate or value.is_integer()]
            if rate:
                # The axis and its labels take two lines, and the alerts' signs one.
                rows = height - 2 - any(column.severity for column in columns)
                ticks = self._apart(ticks, top, rows)
            cells = canvas_width(width, ticks)
        samples = cells * SAMPLES_PER_CELL
        places = [sample * len(columns) // samples for sample in range(samples)]
        # Wide bars stand apart, so that each is seen as one slot.
        apart = samples >= 4 * len(columns)
        values: list[float | None] = []
        for sample, place in enumerate(places):
            column = columns[place]
            is_last = sample + 1 < samples and places[sample + 1] != place
            shown = column.peak_rate if rate else float(column.peak)
            values.append(None if not column.points or (apart and is_last) else shown)
        return Plot(
            values=tuple(values),
            colours=tuple(self._colour(columns[place]) for place in places),
            marks=tuple(columns[place].severity for place in places),
            top=top,
            y_ticks=tuple(ticks),
            x_ticks=tuple(_time_ticks(columns[0].start, columns[-1].end, cells, board)),
            lines=tuple(self._limit_lines(top, rows)) if rate else (),
            axis=self._role_colour("axis"),
            width=width,
            height=height,
        )

    def _apart(self, ticks: list[tuple[float, str]], top: float, rows: int) -> list[tuple[float, str]]:
        """Without those on the row of a limit's line whose words tell another rate than the tick."""
        limits = [limit.rate for limit in self._limits() if limit.rate < top]
        return [
            (value, label)
            for value, label in ticks
            if not value
            or all(isclose(value, limit) for limit in limits if _row(limit, top, rows) == _row(value, top, rows))
        ]

    def _top(self, columns: list[Column], *, rate: bool) -> float:
        if not rate:
            return max((column.peak for column in columns), default=0) * 1.1 or 1.0
        highest = max((column.peak_rate or 0.0 for column in columns), default=0.0) * 1.1
        limits = [limit.rate for limit in self._limits()]
        if not limits:
            return highest or 0.001
        return min(max(highest, min(limits) * 1.3), max(limits) * _CEILING)

    def _limits(self) -> list[Limit]:
        return self.board.view.limits_of(self.board.view.metric) if self.board else []

    def _limit_lines(self, top: float, rows: int) -> list[Line]:
        """Those of the limits, but for one that would fall on the foot, and make nought look like the limit."""
        return [
            Line(
                limit.rate,
                f"{limit.name} {limit.rate * 100:g} %",
                self._role_colour(SEVERITY_ROLES[limit.severity]),
                limit.severity is Severity.CRITICAL,
            )
            for limit in self._limits()
            if limit.rate < top and _row(limit.rate, top, rows)
        ]

    def _colour(self, column: Column) -> Colour:
        metric: Metric = self.board.view.metric if self.board else Metric.SENDS
        if column.severity:
            return self._role_colour(SEVERITY_ROLES[column.severity])
        return self._role_colour("muted" if column.filling else METRIC_ROLES[metric])

    def _role_colour(self, role: str) -> Colour:
        return _plotext_colour(self.role_style(role).color)


def _plotext_colour(colour: Color | None) -> Colour:
    if colour is None or colour.type is ColorType.DEFAULT:
        return "default"
    if colour.triplet is not None:
        return (colour.triplet.red, colour.triplet.green, colour.triplet.blue)
    return colour.number if colour.number is not None else "default"


def _row(value: float, top: float, rows: int) -> int:
    """On which of so many rows a value lies; the foot is 0."""
    return round(value / top * (rows - 1))


def _tick_label(value: float, *, rate: bool) -> str:
    return f"{value * 100:.3g} %" if rate else wording.short_count(value, 6)


def _time_ticks(start: datetime, end: datetime, cells: int, board: Board) -> list[tuple[float, str]]:
    """Round local hours or days along the axis, as (place as fraction, label)."""
    zone, length = board.view.zone, end - start
    most = max(1, cells // _TICK_WIDTH)
    hours = next((h for h in _HOURS_BETWEEN_TICKS if length / timedelta(hours=h) <= most), _HOURS_BETWEEN_TICKS[-1])
    pace = timedelta(hours=hours)
    at = floor(start, Step.DAY, zone)
    out: list[tuple[float, str]] = []
    while at <= end:
        place = (at - start) / length
        if 0.02 < place < 0.97:
            local = at.astimezone(zone)
            midnight = local.hour == 0 and local.minute == 0
            out.append((place, local.strftime("%a %d %b") if midnight else local.strftime("%H:%M")))
        # A day's length follows the zone: stepping by whole days from local midnight keeps to midnight.
        at = floor(at + pace + timedelta(hours=2), Step.DAY, zone) if hours >= 24 else at + pace
    return out
