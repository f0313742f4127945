"""The alerts, open ones first and then past ones, each with its sentence."""

from __future__ import annotations

import textwrap
from datetime import datetime
from typing import NamedTuple

from textual import events
from textual.geometry import Size
from textual.message import Message

from sesmon import wording
from sesmon.model import Alert
from sesmon.tui.alarm import Key, key
from sesmon.tui.render.blocks import Run
from sesmon.tui.themes import GLYPHS, SEVERITY_ROLES
from sesmon.tui.view import Board
from sesmon.tui.widgets.drawn import Sheet

_SENTENCE_LINES = 2
_WIDE = 100


class Cell(NamedTuple):
    """One column of the pane: its heading, and its width in a wide and in a narrow pane (0: left out)."""

    heading: str
    wide: int
    narrow: int


CELLS = (
    Cell("Alert", 11, 2),
    Cell("Metric", 18, 12),
    Cell("Kind", 8, 0),
    Cell("Since", 13, 13),
    Cell("Lasts", 12, 11),
    Cell("Peak", 13, 0),
    Cell("State", 11, 11),
)


class AlertPane(Sheet):
    """A list with a cursor. `is_active` tells that the keys go to it, and not to the table of data points."""

    class Chosen(Message):
        """An alert was clicked."""

    def __init__(self) -> None:
        super().__init__(id="alerts")
        self.board: Board | None = None
        self.is_active = False
        self._acknowledged: frozenset[Key] = frozenset()
        self._cursor: Key | None = None
        self._top = 0
        self._listed = 0

    def show(self, board: Board, acknowledged: frozenset[Key], *, active: bool) -> None:
        """Show another board, if it looks different here."""
        self.board, self._acknowledged = board, acknowledged
        is_resized = active != self.is_active or len(self.alerts) != self._listed
        self.is_active, self._listed = active, len(self.alerts)
        minute = board.end.replace(second=0, microsecond=0) if board.end and board.open_alerts else None
        self.show_if_new((board.snapshot.alerts, board.view.utc, acknowledged, active, board.snapshot.learning, minute))
        if is_resized:
            self.refresh(layout=True)

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """What is listed, in that order."""
        return self.board.snapshot.alerts if self.board else ()

    @property
    def count(self) -> int:
        """How many are listed."""
        return len(self.alerts)

    @property
    def place(self) -> int | None:
        """Where the cursor is; None where no alert was chosen yet, or it has left the list."""
        return next((place for place, alert in enumerate(self.alerts) if key(alert) == self._cursor), None)

    @property
    def chosen(self) -> Alert | None:
        """The alert under the cursor."""
        return None if self.place is None else self.alerts[self.place]

    def move_to(self, place: int) -> None:
        """Put the cursor on the alert at that place, or the nearest there is."""
        if self.alerts:
            self._cursor = key(self.alerts[min(max(place, 0), len(self.alerts) - 1)])
            self._made = None
            self.refresh()

    def move(self, step: int) -> bool:
        """Move the cursor by alerts; whether there is one there."""
        here = self.place
        there = (0 if step > 0 else self.count - 1) if here is None else here + step
        if not 0 <= there < self.count:
            return False
        self.move_to(there)
        return True

    def page(self, step: int) -> None:
        """Move the cursor by pages: what the pane holds beside its title and the sentence."""
        self.move_to((self.place or 0) + step * max(1, self.size.height - 1 - _SENTENCE_LINES))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A title, a line for each alert, and the chosen one's sentence while the keys go here."""
        return 1 + max(1, len(self.alerts)) + (_SENTENCE_LINES if self.is_active else 0)

    def on_click(self, event: events.Click) -> None:
        """A click on an alert chooses it."""
        place = self._top + event.y - 1
        if event.y > 0 and place < len(self.alerts):
            self.move_to(place)
            self.post_message(self.Chosen())

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """Title, alerts, sentence."""
        board = self.board
        if board is None or height < 1:
            return []
        foot = _SENTENCE_LINES if self.is_active and height > 1 + _SENTENCE_LINES else 0
        room = max(0, height - 1 - foot)
        place = self.place
        if place is not None:
            self._top = min(max(self._top, place - room + 1), place)
        self._top = max(0, min(self._top, len(self.alerts) - room))
        out = [self._title(board, width, room)]
        shown = range(self._top, min(len(self.alerts), self._top + room))
        out += [self._row(board, self.alerts[number], width, here=number == place) for number in shown]
        if not self.alerts and room:
            out.append([(" No alert in the data at hand.", "muted")])
        out += [[]] * (1 + room - len(out))
        return out + self._sentence(width)[:foot]

    def _title(self, board: Board, width: int, room: int) -> list[Run]:
        opened = len(board.open_alerts)
        words = f" Alerts: {opened} open, {len(self.alerts) - opened} past"
        if board.snapshot.learning is not None:
            left = wording.duration(board.snapshot.learning.total_seconds())
            words += f" · learning your habit: {left} of mail more until spikes are told"
        if self.is_active:
            words += " · Enter goes there, y acknowledges, Esc goes back"
        elif len(self.alerts) > room:
            words += " · A for all"
        cut = words if len(words) <= width else words[: width - 1] + "…"
        return [(cut.ljust(width), "accent bold underline" if self.is_active else "muted underline")]

    def _row(self, board: Board, alert: Alert, width: int, *, here: bool) -> list[Run]:
        role = SEVERITY_ROLES[alert.severity] if alert.is_open else "muted"
        cells = self._cells(board, alert)
        widths = [cell.wide if width >= _WIDE else cell.narrow for cell in CELLS]
        text = " " + "".join(
            (cell[: space - 1]).ljust(space) for cell, space in zip(cells, widths, strict=True) if space
        )
        room = width - len(text) - 1
        if room > 10:
            text += alert.message if len(alert.message) <= room else alert.message[: room - 1] + "…"
        return [(text[:width].ljust(width), f"{role} reverse" if here and self.is_active else role)]

    def _cells(self, board: Board, alert: Alert) -> tuple[str, ...]:
        end = alert.until or board.end or alert.since
        length = wording.duration(max(0.0, (end - alert.since).total_seconds()))
        return (
            f"{GLYPHS[alert.severity]} {alert.severity.label}",
            alert.metric.label,
            alert.kind.value,
            _stamp(alert.since, board),
            length,
            _stamp(alert.peak, board),
            self._state(alert),
        )

    def _state(self, alert: Alert) -> str:
        if alert.withdrawn:
            return "withdrawn"
        if not alert.is_open:
            return "over"
        return "open, ack." if key(alert) in self._acknowledged else "open"

    def _sentence(self, width: int) -> list[list[Run]]:
        text = self.chosen.message if self.chosen else ""
        pieces = textwrap.wrap(text, max(10, width - 2), max_lines=_SENTENCE_LINES, placeholder=" …")
        pieces += [""] * (_SENTENCE_LINES - len(pieces))
        return [[(f" {piece}", "")] for piece in pieces]


def _stamp(time: datetime, board: Board) -> str:
    return time.astimezone(board.view.zone).strftime("%m-%d %H:%M")
