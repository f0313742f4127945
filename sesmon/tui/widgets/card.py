"""One metric in a few lines: the window's total, its change, its rate against AWS's limits, and a sparkline."""

from __future__ import annotations

from sesmon import wording
from sesmon.model import Metric, Severity
from sesmon.series import change
from sesmon.tui.render.blocks import Bar, Run, bar_rows, spread
from sesmon.tui.themes import GLYPHS, METRIC_ROLES, SEVERITY_ROLES
from sesmon.tui.view import Board
from sesmon.tui.widgets.drawn import Sheet

_LINE_WIDTHS = (18, 12, 10)
"""Columns of label, total and rate in a card of one line; the sparkline takes the rest."""

_SLIM_WIDTHS = (11, 8, 8)
"""The same on a screen with room for words only, up to `_SLIM` columns."""

_SLIM = 49


class Card(Sheet):
    """The card of one metric."""

    def __init__(self, metric: Metric) -> None:
        super().__init__(id=f"card-{metric.value}", classes="card")
        self.metric = metric
        self.board: Board | None = None

    def show(self, board: Board) -> None:
        """Show another board, if it looks different here."""
        self.board = board
        snapshot = board.snapshot
        self.show_if_new(
            (snapshot.reading, snapshot.alerts, board.view.window, board.view.metric is self.metric, snapshot.days)
        )

    @property
    def severity(self) -> Severity | None:
        """The worst alert of this metric that goes on."""
        return self.board.open_severity(self.metric) if self.board else None

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The card at this size: one line, or title, figures and sparkline."""
        board = self.board
        if board is None or width < 4:
            return []
        return [self._one_line(board, width)] if height == 1 else self._stack(board, width, height)

    def _stack(self, board: Board, width: int, height: int) -> list[list[Run]]:
        chosen = board.view.metric is self.metric
        name = f"{'▸' if chosen else ' '}{self.metric.label}"
        tag = wording.span(board.view.window)
        title: list[Run] = [
            (name, f"{METRIC_ROLES[self.metric]} bold"),
            *_right(name, [(tag, "muted")], width),
        ]
        out = [title, self._figures(board, width)]
        if height > 3:
            out.append(self._rate_line(board, width))
        return out + bar_rows(self._bars(board, width), height - len(out))

    def _figures(self, board: Board, width: int) -> list[Run]:
        if board.window is None:
            return [(" " + wording.NONE, "muted")]
        total = f" {wording.short_count(board.total.of(self.metric), min(13, width - 8))}"
        return [(total, self._total_role()), *_right(total, self._change(board), width)]

    def _total_role(self) -> str:
        severity = self.severity
        return f"{SEVERITY_ROLES[severity]} reverse" if severity is Severity.CRITICAL else " bold"

    def _change(self, board: Board) -> list[Run]:
        before = board.total_before
        if before is None:
            return []
        text = wording.change(change(board.total.of(self.metric), before.of(self.metric)))
        return [(text, "muted")]

    def _rate_line(self, board: Board, width: int) -> list[Run]:
        if self.metric is Metric.SENDS:
            number = len(board.drawn)
            unit = ("day" if board.view.is_long else "data point") + ("" if number == 1 else "s")
            text = f" {wording.count(number)} {unit}" if board.window else ""
            return [(text[:width], "muted")]
        return [(" ", ""), *self._rate(board)]

    def _rate(self, board: Board) -> list[Run]:
        if board.window is None:
            return []
        rate = wording.percent(board.total.rate(self.metric))
        severity = self.severity
        if severity is None:
            return [(rate, "")]
        return [
            (f"{rate} ", SEVERITY_ROLES[severity]),
            (f"{GLYPHS[severity]} {severity.label}", SEVERITY_ROLES[severity]),
        ]

    def _one_line(self, board: Board, width: int) -> list[Run]:
        is_slim = width <= _SLIM
        name, total, rate = _SLIM_WIDTHS if is_slim else _LINE_WIDTHS
        label = self.metric.label.split(" ")[-1].capitalize() if is_slim else self.metric.label
        severity = self.severity
        glyph = f"{GLYPHS[severity]} " if severity else "  "
        role = SEVERITY_ROLES[severity] if severity else METRIC_ROLES[self.metric]
        figure = wording.short_count(board.total.of(self.metric), total - 1) if board.window else wording.NONE
        share = "" if self.metric is Metric.SENDS else wording.percent(board.total.rate(self.metric))
        runs: list[Run] = [
            (f"{glyph}{label}".ljust(name + 2), f"{role} bold"),
            (figure.rjust(total), self._total_role()),
            (share.rjust(rate) + "  ", SEVERITY_ROLES[severity] if severity else ""),
        ]
        room = width - (name + total + rate + 4)
        if is_slim and severity is not None:
            runs.append((severity.label, SEVERITY_ROLES[severity]))
        elif room > 3:
            runs += bar_rows(self._bars(board, room), 1)[0]
        return runs

    def _bars(self, board: Board, width: int) -> list[Bar]:
        own = METRIC_ROLES[self.metric]
        return spread(
            [
                Bar(
                    column.peak if column.points else None,
                    f"{SEVERITY_ROLES[column.severity]} underline" if column.severity else own,
                    column.filling,
                )
                for column in board.columns(self.metric, width)
            ],
            width,
        )


def _right(left: str, runs: list[Run], width: int) -> list[Run]:
    """The runs pushed to the right edge, or nothing where they do not fit."""
    used = len(left) + sum(len(text) for text, _ in runs)
    return [(" " * (width - used - 1), ""), *runs] if used + 1 < width else []
