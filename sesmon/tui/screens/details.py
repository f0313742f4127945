"""All about one row: its counters and rates beside the window's, and the alerts over it."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from sesmon import wording
from sesmon.model import Metric, Row
from sesmon.tui.themes import GLYPHS
from sesmon.tui.view import Board
from sesmon.tui.widgets.points import Mark


class DetailsScreen(ModalScreen[None]):
    """A dialog over the table."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss", "Close", show=False)]

    def __init__(self, board: Board, row: Row, mark: Mark) -> None:
        super().__init__()
        self._board, self._row, self._mark = board, row, mark

    def compose(self) -> ComposeResult:
        """One dialog."""
        zone = self._board.view.row_zone
        with VerticalScroll(classes="dialog") as dialog:
            start, end = (wording.date_time(time, zone) for time in (self._row.start, self._row.end))
            # A day ends at the hour at which it began, so that its end needs a date.
            until = end if end[-5:] == start[-5:] else end[-5:]
            dialog.border_title = f"{start} – {until} {wording.zone_name(self._row.start, zone)}"
            dialog.border_subtitle = "Esc closes"
            yield Static(Group(self._figures(), *self._notes()), id="details")

    def _figures(self) -> Table:
        counts = self._row.counts
        window = self._board.total
        grid = Table.grid(padding=(0, 2))
        grid.add_column()
        for _ in range(4):
            grid.add_column(justify="right")
        share = f"of the {wording.span(self._board.view.window)}"
        grid.add_row(
            *(Text(text, style="bold underline") for text in ("", "Count", "Rate", f"Rate {share}", f"Share {share}"))
        )
        for metric in Metric:
            own, whole = counts.of(metric), window.of(metric)
            rates = (
                ("", "")
                if metric is Metric.SENDS
                else (wording.percent(counts.rate(metric)), wording.percent(window.rate(metric)))
            )
            part = wording.percent(own / whole) if whole >= own and whole else wording.NONE
            grid.add_row(Text(metric.label, style="bold"), wording.count(own), *rates, part)
        return grid

    def _notes(self) -> list[Text]:
        row, board = self._row, self._board
        out = [Text("")]
        if row.points > 1:
            out.append(Text(f"{wording.count(row.points)} data points put together."))
        if self._mark.is_filling:
            out.append(Text("This slot is still filling: its counters go on growing."))
        if self._mark.is_revised:
            out.append(Text("The newest reading revised this point."))
        if row.counts.attempts and row.counts.of(Metric.BOUNCES) > row.counts.attempts:
            out.append(Text("More bounces than attempts: they answer mail of earlier slots."))
        out.append(
            Text(
                "Complaints and bounces trail the mail by hours, so a slot's rate is not the rate of that slot's mail."
            )
        )
        out += [
            Text(f"{GLYPHS[alert.severity]} {alert.message}", style="bold")
            for alert in board.snapshot.alerts
            if alert.covers(row.start, row.end)
        ]
        limits = (f"{limit.metric.label.lower()} {limit.name} {limit.rate * 100:g} %" for limit in board.view.limits)
        out.append(Text(f"Limits: {', '.join(limits)}.", style="italic"))
        return out
