"""The screen of one target: header, cards, chart and table, and what the keys do to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar

from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.css.query import NoMatches
from textual.events import ScreenResume
from textual.screen import Screen
from textual.widgets import Footer

from sesmon.clock import Clock
from sesmon.model import Metric, Snapshot
from sesmon.tui.actions import ACTIONS, Action
from sesmon.tui.alarm import Alarm
from sesmon.tui.notices import make_known
from sesmon.tui.view import Board, View
from sesmon.tui.widgets.alerts import AlertPane
from sesmon.tui.widgets.banner import Banner
from sesmon.tui.widgets.card import Card
from sesmon.tui.widgets.header import AgeLine, HeaderLine, ReadLine
from sesmon.tui.widgets.points import PointTable, TableHeader
from sesmon.tui.widgets.quota import QuotaLine
from sesmon.tui.widgets.standing import StandingLine
from sesmon.tui.widgets.trend import TrendChart


class MainScreen(Screen[None]):
    """One target, live."""

    BINDINGS: ClassVar[list[BindingType]] = [action.binding() for action in ACTIONS]

    # Textual declares these as plain attributes; sesmon.tcss says what each class means.
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (50, "-narrow"), (72, "-medium"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-brief"), (12, "-tiny"), (20, "-low"), (30, "-normal"), (45, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        snapshot: Snapshot,
        clock: Clock,
        refresh: Callable[[], None],
        view: View,
        actions: Sequence[Action] = ACTIONS,
        *,
        alarm: Alarm | None = None,
        to_overview: Callable[[], None] | None = None,
        to_target: Callable[[int], None] | None = None,
    ) -> None:
        """Show one target; beside others `to_overview` leads to all of them, and `to_target` so many steps on."""
        super().__init__()
        self._actions = actions
        self._to_overview, self._to_target = to_overview, to_target
        self._clock = clock
        self._ask_for_reading = refresh
        self._latest = snapshot
        self.board = Board(snapshot, view)
        self.is_frozen = False
        self.alarm = alarm or Alarm()

    def compose(self) -> ComposeResult:
        """The parts from the top down."""
        self._classify()
        yield HeaderLine()
        with Horizontal(id="status"):
            yield ReadLine()
            yield AgeLine(self._clock.elapsed)
        yield Banner()
        yield StandingLine()
        yield QuotaLine()
        with Container(id="cards"):
            for metric in Metric:
                yield Card(metric)
        yield TrendChart()
        yield AlertPane()
        yield TableHeader()
        yield PointTable()
        yield Footer(show_command_palette=False, compact=True)

    def _classify(self) -> None:
        """Take the classes that size and data lead to before there are parts: each change would style them all anew."""
        size = self.app.size
        for breakpoints, cells in ((self.HORIZONTAL_BREAKPOINTS, size.width), (self.VERTICAL_BREAKPOINTS, size.height)):
            self.add_class(max(step for step in breakpoints if step[0] <= cells)[1], update=False)
        self.update_classes(_presence(self.board.snapshot), update=False)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Come up. For the first time everything has just been styled; later the theme may be another."""
        event.refresh_styles = self.stack_updates > 0

    def on_mount(self) -> None:
        """Show what there is, and let the age go on."""
        self._show()
        self.set_interval(1.0, self.tick)

    # Data

    def receive(self, snapshot: Snapshot) -> None:
        """Take a newer snapshot; a frozen view keeps its data, and rings all the same."""
        news = self.alarm.news(self._latest, snapshot)
        self._latest = snapshot
        if not self.is_frozen:
            self.board = self.board.with_snapshot(snapshot)
        self._show()
        make_known(self.app, news, snapshot.target, self.view)

    def tick(self) -> None:
        """What changes by itself: the age, the countdown, and whether the data are stale."""
        # While the program ends, the parts are taken off one by one before the timer is.
        with suppress(NoMatches):
            self.query_one(AgeLine).tick()
            self.query_one(HeaderLine).show(self.board, self._clock.elapsed(), frozen=self.is_frozen)

    def _show(self) -> None:
        if not self.query(PointTable):
            return  # not composed yet: `on_mount` shows what came before
        board, latest = self.board, self._latest
        self.query_one(HeaderLine).show(board, self._clock.elapsed(), frozen=self.is_frozen)
        self.query_one(ReadLine).show(board)
        self.query_one(AgeLine).show(board.snapshot, countdown_of=latest)
        self.query_one(Banner).show(board, frozen=latest if self.is_frozen else None)
        self.query_one(StandingLine).show(board)
        self.query_one(QuotaLine).show(board)
        self.update_classes(_presence(board.snapshot))
        for card in self.query(Card):
            card.show(board)
        self.query_one(TrendChart).show(board)
        self.alerts.show(board, self.alarm.acknowledged, active=self.has_class("in-alerts"))
        table = self.query_one(PointTable)
        table.show(board)
        self.query_one(TableHeader).show(board, len(table.rows))

    def _see(self, view: View) -> None:
        self.board = self.board.seen_through(view)
        self._show()

    def _choose(self, action: str, *parameters: object) -> None:
        """See what a choice leads to, or tell why it leads nowhere."""
        from sesmon.tui.choices import chosen  # noqa: PLC0415 - a start need not load what a key asks for

        outcome = chosen(self.board, action, *parameters)
        if isinstance(outcome, str):
            self.notify(outcome)
        else:
            self._see(outcome)

    @property
    def view(self) -> View:
        """The user's choices."""
        return self.board.view

    @property
    def table(self) -> PointTable:
        """The table."""
        return self.query_one(PointTable)

    @property
    def alerts(self) -> AlertPane:
        """The list of alerts."""
        return self.query_one(AlertPane)

    @property
    def current_list(self) -> PointTable | AlertPane:
        """Which of the two the keys move about in."""
        return self.alerts if self.alerts.is_active else self.table

    # What the keys do; the table of keys is actions.py

    async def action_quit(self) -> None:
        """Leave."""
        await self.app.action_quit()

    def action_help(self) -> None:
        """Show the keys."""
        from sesmon.tui.screens.help import HelpScreen  # noqa: PLC0415 - likewise

        self.app.push_screen(HelpScreen(self._actions))

    def action_suspend_process(self) -> None:
        """Go into the background."""
        self.app.action_suspend_process()

    def applies(self, name: str) -> bool:
        """Whether an action would do something as things are: the palette offers only those."""
        from sesmon.tui.choices import CHOICES, chosen  # noqa: PLC0415 - likewise

        _, action, parameters = parse(name)
        if action in {"alerts", "walk_alerts", "acknowledge", "only_alerts"}:
            return bool(self.board.snapshot.alerts)
        if action in CHOICES:
            return not isinstance(chosen(self.board, action, *parameters), str)
        if action == "target_step":
            return self._to_target is not None
        if action in {"export", "copy", "details"}:
            return bool(self.table.rows)
        return action != "find"

    def action_copy(self) -> None:
        """Copy the chosen row, or the chosen alert's sentence; OSC 52 reaches the clipboard over SSH too."""
        alert, row = self.alerts.chosen, self.table.cursor_row
        if self.alerts.is_active and alert is not None:
            text = alert.message
        elif row is not None:
            from sesmon.tui.exported import in_words  # noqa: PLC0415 - likewise

            text = in_words(row, self.view.row_zone)
        else:
            self.notify("There is nothing to copy yet.")
            return
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied: {text}", markup=False)

    def action_command_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def action_refresh(self) -> None:
        """Ask for a reading."""
        self._ask_for_reading()

    def action_freeze(self) -> None:
        """Hold the view still, or let it go on."""
        self.is_frozen = not self.is_frozen
        if not self.is_frozen:
            self.board = self.board.with_snapshot(self._latest)
        self._show()

    def action_window(self, number: str) -> None:
        """Choose the window."""
        self._choose("window", number)

    def action_window_step(self, step: int) -> None:
        """Choose a longer or shorter window."""
        self._choose("window_step", step)

    def action_metric(self, name: str) -> None:
        """Chart one metric."""
        self._choose("metric", name)

    def action_metric_step(self, step: int) -> None:
        """Chart the next metric."""
        self._choose("metric_step", step)

    def action_rate(self) -> None:
        """Chart the rate or the count."""
        self._choose("rate")

    def action_zoom(self) -> None:
        """The chart alone, or everything."""
        self.toggle_class("zoomed")

    def action_back(self) -> None:
        """End the first of these that is in the way: alerts, zoom, filter, freeze; else go back to the overview."""
        if self.alerts.is_active:
            self.action_alerts()
        elif self.has_class("zoomed"):
            self.remove_class("zoomed")
        elif self.view.alerts_only:
            self.action_only_alerts()
        elif self.is_frozen:
            self.action_freeze()
        elif self._to_overview is not None:
            self._to_overview()

    def action_find(self) -> None:
        """Nothing here: the overview has it."""

    def action_target_step(self, step: int) -> None:
        """Show the next target."""
        if self._to_target is not None:
            self._to_target(step)

    def action_move(self, step: int) -> None:
        """Move the cursor by rows."""
        self.current_list.move(step)

    def action_page(self, step: int) -> None:
        """Move the cursor by pages."""
        self.current_list.page(step)

    def action_top(self) -> None:
        """Go to the first row, and follow what comes in there."""
        self.current_list.move_to(0)

    def action_bottom(self) -> None:
        """Go to the last row."""
        self.current_list.move_to(self.current_list.count - 1)

    def action_jump_hours(self, hours: int) -> None:
        """Move the cursor in time."""
        self.table.jump(timedelta(hours=hours))

    def action_alerts(self) -> None:
        """Let the keys go to the list of alerts, or back to the table."""
        self.toggle_class("in-alerts")
        if self.has_class("in-alerts") and self.alerts.place is None:
            self.alerts.move_to(0)
        self._show()

    def action_walk_alerts(self, step: int) -> None:
        """Go to the next alert."""
        if self.alerts.move(step):
            self._go_to_alert()
        else:
            self.notify("No further alert." if self.alerts.count else "There is no alert.")

    def on_alert_pane_chosen(self) -> None:
        """A click goes to the alert."""
        self._go_to_alert()

    def _go_to_alert(self) -> None:
        """Show the chosen alert's metric in a window that reaches it, with the table on its worst row."""
        alert = self.alerts.chosen
        if alert is not None:
            from sesmon.tui.choices import at_alert  # noqa: PLC0415 - likewise

            self._see(at_alert(self.board, alert))
            self.table.move_to(self.table.place_of(alert.peak))

    def action_acknowledge(self) -> None:
        """No more bell for the chosen alert, or for the worst one that is open; or take that back."""
        alert = self.alerts.chosen or next(iter(self.board.open_alerts), None)
        if alert is None or not alert.is_open:
            self.notify("There is no open alert to acknowledge." if alert is None else "This alert is over.")
            return
        what = f"{alert.metric.label.lower()} ({alert.kind.value})"
        done = self.alarm.toggle(alert)
        self.notify(f"Acknowledged: no more bell for {what}." if done else f"The bell is on again for {what}.")
        self._show()

    def action_details(self) -> None:
        """All about the chosen row; from the list of alerts, go to the chosen one."""
        if self.alerts.is_active:
            self.action_alerts()
            self._go_to_alert()
            return
        row = self.table.cursor_row
        if row is not None:
            from sesmon.tui.screens.details import DetailsScreen  # noqa: PLC0415 - likewise

            self.app.push_screen(DetailsScreen(self.board, row, self.table.mark(row)))

    def on_point_table_chosen(self) -> None:
        """A second click opens the details."""
        self.action_details()

    def action_sort(self, step: int) -> None:
        """Sort by another column, highest first."""
        self._choose("sort", step)

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._choose("reverse")

    def action_step(self) -> None:
        """15-minute, hourly or daily rows."""
        self._choose("step")

    def action_only_alerts(self) -> None:
        """Only rows with an alert, or all."""
        self._choose("only_alerts")

    def action_zone(self) -> None:
        """Local time or UTC."""
        self._choose("zone")

    def action_export(self) -> None:
        """Write the rows that the table holds to a new CSV file in the working directory."""
        reading = self.board.snapshot.reading
        if reading is None:
            self.notify("There is nothing to export yet.", severity="warning")
            return
        from sesmon.tui.exported import directory, write_rows  # noqa: PLC0415 - likewise

        try:
            path = write_rows(self.table.rows, reading)
        except OSError as error:
            self.notify(
                f"The export was not written: {error.strerror} ({directory()}).",
                severity="error",
                markup=False,
            )
            return
        self.notify(f"{len(self.table.rows):,} rows written to {path}", markup=False)


def _presence(snapshot: Snapshot) -> dict[str, bool]:
    """The classes that say what there is nothing of, and which of them hold."""
    allowance = snapshot.allowance
    return {
        "no-quota": allowance.quota is None and allowance.quota_missing is None,
        "no-alerts": not (snapshot.alerts or snapshot.learning),
    }
