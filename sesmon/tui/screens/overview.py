"""All targets at a glance: the worst first, each a line; enter opens one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Input

from sesmon import wording
from sesmon.clock import Clock
from sesmon.model import Snapshot
from sesmon.tui.actions import ACTIONS, Action
from sesmon.tui.fleet import FLEET_SORTS, WORST, TargetRow
from sesmon.tui.view import WINDOWS, Board, View, next_in
from sesmon.tui.widgets.fleet import FleetHeader, FleetHeadings, FleetTable, FleetWhy, tag

NAMES = frozenset(
    {
        "quit",
        "help",
        "refresh",
        "command_palette",
        "back",
        "details",
        "find",
        "reverse",
        "top",
        "bottom",
        *(f"window('{number}')" for number in range(1, len(WINDOWS) + 1)),
        *(f"{name}({step})" for name in ("move", "page", "sort", "window_step") for step in (1, -1)),
    }
)
"""The actions that the overview has, of the one table of actions."""


class FindInput(Input):
    """Where the filter is typed. Escape takes it away."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.back", show=False)]


class OverviewScreen(Screen[None]):
    """Several targets, live."""

    AUTO_FOCUS = ""

    # Textual declares it as a plain attribute; sesmon.tcss says what the class means.
    VERTICAL_BREAKPOINTS = [(0, "-brief"), (12, "-roomy")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [action.binding() for action in ACTIONS if action.name in NAMES]

    def __init__(
        self,
        snapshots: Sequence[Snapshot],
        clock: Clock,
        view: View,
        *,
        refresh: Callable[[], None],
        open_target: Callable[[int], None],
        actions: Sequence[Action] = ACTIONS,
    ) -> None:
        super().__init__()
        self._clock, self._ask_for_readings, self._open = clock, refresh, open_target
        self._actions = actions
        self.view = view._replace(alerts_only=False)
        self.boards = [Board(snapshot, self.view) for snapshot in snapshots]
        self.sort, self.descending, self.words = WORST, True, ""
        self._is_due = True

    def compose(self) -> ComposeResult:
        """The parts from the top down."""
        yield FleetHeader()
        yield FleetHeadings()
        yield FleetTable()
        yield FleetWhy()
        find = FindInput(placeholder="profile, account or Region", id="find", compact=True)
        find.display = False
        yield find
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Show what there is, and let the ages go on."""
        self.show()
        self.set_interval(1.0, self.tick)

    # Data

    def receive(self, place: int, snapshot: Snapshot) -> None:
        """Take a newer snapshot of one target. It is drawn with the next tick at the latest."""
        self.boards[place] = self.boards[place].with_snapshot(snapshot)
        if not self._is_due:
            self._is_due = True
            self.call_later(self._show_if_due)

    def tick(self) -> None:
        """Ages grow by themselves."""
        self.show()

    def _show_if_due(self) -> None:
        if self._is_due:
            self.show()

    def show(self) -> None:
        """Draw everything anew."""
        self._is_due = False
        if not all(self.query(part) for part in (FleetHeader, FleetHeadings, FleetTable)):
            return  # not composed yet, and `on_mount` shows what came before; or ending, part by part
        mark = self._clock.elapsed()
        rows = [TargetRow(place, board, mark) for place, board in enumerate(self.boards)]
        self.query_one(FleetHeader).show(rows, tag(wording.span(self.view.window), self.words))
        self.query_one(FleetHeadings).show(self.sort, descending=self.descending)
        shown = [row for row in rows if row.matches(self.words)] if self.words else rows
        self.table.show(shown, self.sort, descending=self.descending)

    @property
    def table(self) -> FleetTable:
        """The table."""
        return self.query_one(FleetTable)

    @property
    def order(self) -> list[int]:
        """The targets in the order in which they stand, those without mail last."""
        return [row.place for row in (*self.table.rows, *self.table.empty)]

    def applies(self, name: str) -> bool:
        """Whether an action would do something here."""
        return name in NAMES

    # What the keys do; the table of keys is actions.py

    async def action_quit(self) -> None:
        """Leave."""
        await self.app.action_quit()

    def action_help(self) -> None:
        """Show the keys that do something here."""
        from sesmon.tui.screens.help import HelpScreen  # noqa: PLC0415 - a start need not load what is opened later

        own = [action for action in self._actions if action.name in NAMES]
        self.app.push_screen(HelpScreen(own, "Enter opens a target's own screen, which has more keys."))

    def action_command_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def action_refresh(self) -> None:
        """Ask for a reading of each."""
        self._ask_for_readings()

    def action_move(self, step: int) -> None:
        """Move the cursor by lines."""
        self.table.move_to(self.table.place + step)

    def action_page(self, step: int) -> None:
        """Move the cursor by pages."""
        self.table.move_to(self.table.place + step * max(1, self.table.size.height - 1))

    def action_top(self) -> None:
        """Go to the first line, and follow the worst."""
        self.table.move_to(0)

    def action_bottom(self) -> None:
        """Go to the last line."""
        self.table.move_to(self.table.count - 1)

    def action_details(self) -> None:
        """Open the chosen target; on the line of those without mail, unfold it and go to the first of them."""
        row = self.table.chosen
        if row is not None:
            self._open(row.place)
        elif self.table.count:
            first = self.table.empty[0].place
            self.table.is_unfolded = True
            self.show()
            self.table.move_to(next(at for at, shown in enumerate(self.table.rows) if shown.place == first))

    def on_fleet_table_moved(self) -> None:
        """Say why the chosen target stands as it does."""
        self.query_one(FleetWhy).show(self.table.chosen)

    def on_fleet_table_chosen(self) -> None:
        """A second click opens it."""
        self.action_details()

    def action_sort(self, step: int) -> None:
        """Sort by another column."""
        self.sort, self.descending = next_in(FLEET_SORTS, self.sort, step), True
        self.show()

    def action_reverse(self) -> None:
        """Turn the order round."""
        self.descending = not self.descending
        self.show()

    def action_window(self, number: str) -> None:
        """Choose the window."""
        self._see(self.view._replace(window=WINDOWS[int(number) - 1]))

    def action_window_step(self, step: int) -> None:
        """Choose a longer or shorter window."""
        from sesmon.tui.choices import zoomed  # noqa: PLC0415 - likewise

        bare = Board(self.boards[0].snapshot._replace(days=()), self.view)
        self._see(zoomed(bare, step))

    def _see(self, view: View) -> None:
        self.view = view
        self.boards = [board.seen_through(view) for board in self.boards]
        self.show()

    def action_find(self) -> None:
        """Type what the names of the targets must hold."""
        find = self.query_one(FindInput)
        find.display = True
        self.set_focus(find)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        self.words = event.value
        self.show()

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        """The keys go to the table again; the filter stays."""
        self._close_find(keep=True)

    def _close_find(self, *, keep: bool) -> None:
        find = self.query_one(FindInput)
        if not keep:
            find.value = ""
        find.display = False
        self.set_focus(None)

    def action_back(self) -> None:
        """End the filter, or fold again."""
        if self.words or self.query_one(FindInput).display:
            self.words = ""
            self._close_find(keep=False)
        elif self.table.is_unfolded:
            self.table.is_unfolded = False
        self.show()

    def on_resize(self, _event: events.Resize) -> None:
        """Draw for the new size."""
        self.show()
