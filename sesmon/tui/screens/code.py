"""A dialog that asks for an MFA code."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class CodeScreen(ModalScreen[str | None]):
    """Answers with the code, or with None where the user declines."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "decline", "Decline", show=False)]

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        """The question and one line to type in, which shows no digit to who looks on."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "MFA code"
            dialog.border_subtitle = "Enter sends, Esc declines"
            yield Static(self._prompt, markup=False)
            yield Input(password=True, id="code")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The code, without the spaces that people type in between."""
        code = "".join(event.value.split())
        if code:
            self.dismiss(code)

    def action_decline(self) -> None:
        """No code."""
        self.dismiss(None)
