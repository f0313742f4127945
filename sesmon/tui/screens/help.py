"""The keys, from the same table as the bindings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from sesmon.model import Severity
from sesmon.tui.actions import ACTIONS, Action
from sesmon.tui.themes import GLYPHS

SIGNS = (
    (GLYPHS[Severity.WARNING], "warning: unusual for this sender, or surely over AWS's limit for a review"),
    (GLYPHS[Severity.CRITICAL], "critical: surely over the rate at which AWS may pause sending, or no mail at all"),
    ("…", "the newest 15 minutes, still filling"),
    ("Δ", "revised by the newest reading"),
    ("–", "no rate: nothing was sent"),
    ("▁", "nought; a blank is a gap: SES listed no point"),
    ("░▒", "a bar that is still filling"),
)


def groups(actions: Sequence[Action] = ACTIONS) -> dict[str, list[Action]]:
    """The actions by group, groups in the order in which they first appear."""
    order = list(dict.fromkeys(action.group for action in actions))
    ranked = sorted(actions, key=lambda action: order.index(action.group))
    return {name: list(members) for name, members in groupby(ranked, key=lambda action: action.group)}


class HelpScreen(ModalScreen[None]):
    """All keys and signs."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "Close", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, actions: Sequence[Action], more: str = "") -> None:
        """Show these actions, and under them where there are `more`."""
        super().__init__()
        self._actions, self._more = actions, more

    def compose(self) -> ComposeResult:
        """One scrolling dialog."""
        with VerticalScroll(classes="dialog") as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = "Esc closes"
            yield Static(self._keys(), id="help-keys")

    def action_scroll(self, step: int) -> None:
        """Scroll by a line."""
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)

    def _keys(self) -> Table:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column()
        for name, members in groups(self._actions).items():
            grid.add_row(Text(name, style="bold underline"), "")
            for action in members:
                grid.add_row(Text(action.key_names, style="bold"), Text(action.help))
        if self._more:
            grid.add_row("", Text(self._more, style="italic"))
        grid.add_row(Text("Signs", style="bold underline"), "")
        for sign, meaning in SIGNS:
            grid.add_row(Text(sign, style="bold"), Text(meaning))
        return grid
