"""What the user's choices make of the view: each leads from a board to another view, or is declined in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sesmon import wording
from sesmon.model import Alert, Metric
from sesmon.series import Step
from sesmon.tui.columns import SORTS
from sesmon.tui.view import ALL_WINDOWS, Board, View, next_in

Outcome = View | str
"""The view that a choice leads to, or one sentence on why it leads to none."""

_METRICS = tuple(Metric)
_STEPS = tuple(Step)


def chosen(board: Board, action: str, *parameters: object) -> Outcome:
    """What one of `CHOICES` comes to on this board."""
    return CHOICES[action](board, *parameters)


def at_alert(board: Board, alert: Alert) -> View:
    """An alert's metric, in a window that reaches back to where it began."""
    return reaching(board, alert.since)._replace(metric=alert.metric)


def reaching(board: Board, time: datetime) -> View:
    """A view that has `time` in its window: the present one if it does, else the shortest that does."""
    if board.window is None or board.window.start <= time:
        return board.view
    reach = [window for window in board.windows if board.window.end - window <= time]
    return board.view._replace(window=reach[0] if reach else board.windows[-1])


def zoomed(board: Board, step: int) -> View:
    """A window longer (+1) or shorter (-1), stopping at the ends of what there are data for."""
    windows = board.windows
    here = windows.index(board.view.window) if board.view.window in windows else len(windows) - 1
    return board.view._replace(window=windows[min(max(here + step, 0), len(windows) - 1)])


def _window(board: Board, number: str) -> Outcome:
    window = ALL_WINDOWS[int(number) - 1]
    if window not in board.windows:
        return f"The history does not reach back further than {wording.span(board.windows[-1])} yet."
    return board.view._replace(window=window)


def _metric(board: Board, name: str) -> Outcome:
    return board.view._replace(metric=Metric(name))


def _metric_step(board: Board, step: int) -> Outcome:
    return board.view._replace(metric=next_in(_METRICS, board.view.metric, step))


def _rate(board: Board) -> Outcome:
    if board.view.metric is Metric.SENDS:
        return "Delivery attempts have no rate: they are what the other rates are of."
    return board.view._replace(as_rate=not board.view.as_rate)


def _sort(board: Board, step: int) -> Outcome:
    return board.view._replace(sort=next_in(SORTS, board.view.sort, step), descending=True)


def _reverse(board: Board) -> Outcome:
    return board.view._replace(descending=not board.view.descending)


def _step(board: Board) -> Outcome:
    if board.view.is_long:
        return "A window beyond 14 days has a row for each day (UTC)."
    return board.view._replace(step=next_in(_STEPS, board.view.step))


def _only_alerts(board: Board) -> Outcome:
    return board.view._replace(alerts_only=not board.view.alerts_only)


def _zone(board: Board) -> Outcome:
    return board.view._replace(utc=not board.view.utc)


CHOICES: Mapping[str, Callable[..., Outcome]] = {
    "window": _window,
    "window_step": zoomed,
    "metric": _metric,
    "metric_step": _metric_step,
    "rate": _rate,
    "sort": _sort,
    "reverse": _reverse,
    "step": _step,
    "only_alerts": _only_alerts,
    "zone": _zone,
}
"""By the name of the action, which the table of keys has. Each takes the board and the action's own parameters."""
