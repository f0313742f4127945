"""The sending quota in one line: how much of it is used, when it would be used up, and the peak of the send rate."""

from __future__ import annotations

from sesmon import wording
from sesmon.allowance import exhausted_at, peak_rate
from sesmon.model import Quota
from sesmon.tui.render.blocks import Run
from sesmon.tui.view import Board
from sesmon.tui.widgets.drawn import Sheet

_GAUGE = 12
_WARNING, _CRITICAL = 0.8, 0.95


def quota_role(used: float | None) -> str:
    """The role of a quota that is used so far."""
    if used is None or used < _WARNING:
        return ""
    return "error" if used >= _CRITICAL else "warning"


class QuotaLine(Sheet):
    """One line under the standing; the screen hides it where nothing is known and nothing was asked."""

    def __init__(self) -> None:
        super().__init__(id="quota")
        self.board: Board | None = None

    def show(self, board: Board) -> None:
        """Show another board, if it looks different here."""
        self.board = board
        self.show_if_new((board.snapshot.allowance, board.snapshot.reading, board.view.utc))

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The line at this width: the least important parts are left out where there is no room."""
        board = self.board
        if board is None:
            return []
        allowance = board.snapshot.allowance
        if allowance.quota is None:
            why = allowance.quota_missing
            return [[(f" quota not known: {why}"[:width], "muted")]] if why else []
        parts = self._parts(board, allowance.quota)
        while len(parts) > 1 and sum(len(text) for runs in parts for text, _ in runs) > width:
            parts.pop()
        return [[run for runs in parts for run in runs]]

    @staticmethod
    def _parts(board: Board, quota: Quota) -> list[list[Run]]:
        used = quota.used
        if used is None:
            parts: list[list[Run]] = [[(" no limit on mails in 24 h", "muted")]]
        else:
            full = round(min(1.0, used) * _GAUGE)
            role = quota_role(used)
            gauge: list[Run] = [("█" * full, role), ("░" * (_GAUGE - full), "muted")]
            words = f" {wording.percent(used)} of {wording.count(round(quota.max_24_hours))} mails in 24 h"
            parts = [[(" quota ", "muted"), *gauge, (words, role)]]
        if quota.is_sandbox:
            parts.append([(" · sandbox account", "warning")])
        if board.end is not None:
            at = exhausted_at(quota, board.series, board.end)
            if at is not None:
                when = wording.near_time(at, board.view.zone, board.end)
                parts.append(
                    [(f" · at this pace used up at {when} {wording.zone_name(at, board.view.zone)}", "warning")]
                )
            peak = peak_rate(board.series, board.end)
            if peak:
                words = f" · peak at least {peak:.2g} of {quota.max_rate:g} mails/s"
                parts.append([(words, "warning" if peak > quota.max_rate * _WARNING else "muted")])
        return parts
