"""What must be read at once: a frozen view, an account that may not send, a failure with its remedy, the worst alert.

Gone when there is nothing.
"""

from __future__ import annotations

import textwrap

from textual.geometry import Size

from sesmon import wording
from sesmon.model import Snapshot
from sesmon.tui.render.blocks import Run
from sesmon.tui.themes import GLYPHS, SEVERITY_ROLES
from sesmon.tui.view import Board
from sesmon.tui.widgets.drawn import Sheet

_MOST_LINES = 4

_DISABLED = "■ Sending is disabled for this account in this Region: SES refuses its mail. See its account dashboard."

_ROWS_FOR_EACH_LINE = 8
"""A screen gives one line of banner for so many of its rows, and never less than two."""


class Banner(Sheet):
    """A few lines under the header, only as high as they need."""

    DEFAULT_CSS = "Banner { height: auto; }"

    def __init__(self) -> None:
        super().__init__(id="banner")
        self._messages: tuple[Run, ...] = ()
        self.display = False

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(text for text, _ in self._messages)

    def show(self, board: Board, *, frozen: Snapshot | None) -> None:
        """Say what `board` and, where the view is frozen, the newest snapshot give reason to say."""
        newest = frozen or board.snapshot
        messages: list[Run] = []
        if frozen is not None:
            messages.append((self._frozen_words(board, frozen), "warning reverse"))
        if newest.allowance.is_enabled is False:
            messages.append((_DISABLED, "error reverse"))
        failure = newest.failure
        if failure is not None:
            tries = f" ({newest.failures} tries)" if newest.failures > 1 else ""
            kept = "" if newest.reading is None else " The last good data stay below."
            messages.append((f"✗ {failure.sentences}{tries}{kept}", "error"))
        if board.open_alerts:
            worst = board.open_alerts[0]
            more = f" (+{len(board.open_alerts) - 1} more)" if len(board.open_alerts) > 1 else ""
            messages.append((f"{GLYPHS[worst.severity]} {worst.message}{more}", SEVERITY_ROLES[worst.severity]))
        if tuple(messages) != self._messages:
            self._messages = tuple(messages)
            self.display = bool(messages)
            self._made = None
            self.refresh(layout=True)

    @staticmethod
    def _frozen_words(board: Board, newest: Snapshot) -> str:
        reading = board.snapshot.reading
        since = f" at {wording.clock_time(reading.read_at, board.view.zone, seconds=True)}" if reading else ""
        ahead = "" if newest.reading is board.snapshot.reading else " Newer data are waiting."
        return f"‖ Frozen{since}. Readings go on behind this view.{ahead} p goes back to live."

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the words take."""
        return len(self.lines(width, 0))

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The messages folded at this width."""
        most = min(_MOST_LINES, max(2, self.screen.size.height // _ROWS_FOR_EACH_LINE))
        each = max(1, most // max(1, len(self._messages)))
        folded: list[list[Run]] = []
        for text, role in self._messages[:most]:
            pieces = textwrap.wrap(text, max(10, width - 2), subsequent_indent="  ", max_lines=each, placeholder=" …")
            folded += [[(f" {piece} ".ljust(width) if "reverse" in role else f" {piece}", role)] for piece in pieces]
        return folded[:most]
