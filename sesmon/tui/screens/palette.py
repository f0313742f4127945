"""The search through all actions by name."""

from __future__ import annotations

from textual.command import CommandPalette
from textual.message import Message
from textual.widgets import Input, OptionList


class Palette(CommandPalette):
    """Textual's own, without its race: what was on its way while it closed (a second Enter) would close it twice."""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search only while open."""
        self._hold_back(event)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Choose only while open."""
        self._hold_back(event)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Run only while open."""
        self._hold_back(event)

    def _hold_back(self, event: Message) -> None:
        if not self.is_current:
            event.stop()
            event.prevent_default()
