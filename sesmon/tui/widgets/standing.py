"""How the account stands by AWS's measure: the rates over a representative volume, and the room left to each limit."""

from __future__ import annotations

from sesmon import wording
from sesmon.alerts.limits import Forecast, Limit, headroom
from sesmon.model import Metric
from sesmon.series import Standing
from sesmon.tui.render.blocks import Run
from sesmon.tui.themes import SEVERITY_ROLES
from sesmon.tui.view import Board
from sesmon.tui.widgets.drawn import Sheet

_DOT, _PACE = " · ", " at this pace"


class StandingLine(Sheet):
    """One line: '10,000 mails over 41 d: bounces 1.47 % (353 to review, 853 to pause) ...'."""

    def __init__(self) -> None:
        super().__init__(id="standing")
        self.board: Board | None = None

    def show(self, board: Board) -> None:
        """Show another board, if it looks different here."""
        self.board = board
        forecasts = self._forecasts(board)
        self.show_if_new((board.standing, *forecasts.values(), *map(board.is_judged, forecasts)))

    @staticmethod
    def _forecasts(board: Board) -> dict[Metric, Forecast | None]:
        return {metric: board.forecast(metric) for metric in (Metric.BOUNCES, Metric.COMPLAINTS)}

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The line at this width: what is left out last is that a limit comes near."""
        board = self.board
        standing = board.standing if board else None
        if board is None or standing is None:
            return []
        forecasts = self._forecasts(board)
        whole = [self._runs(board, standing, forecasts, most) for most in (2, 1, 0)]
        whole += [whole[-1][1:], [(text.removesuffix(_PACE), role) for text, role in whole[-1][1:]]]
        fitting = next((runs for runs in whole if sum(len(text) for text, _ in runs) <= width), whole[-1])
        return [fitting if fitting[0][0] != _DOT else [(" ", ""), *fitting[1:]]]

    @classmethod
    def _runs(cls, board: Board, standing: Standing, forecasts: dict[Metric, Forecast | None], most: int) -> list[Run]:
        """The line with the room to so many limits of each rate at the most, the nearest first."""
        span = wording.duration((standing.until - standing.since).total_seconds())
        runs: list[Run] = [(f" {wording.count(standing.counts.attempts)} mails over {span}", "muted")]
        for metric, soon in forecasts.items():
            runs += (
                cls._metric(metric, standing, board.view.limits_of(metric), most)
                if board.is_judged(metric)
                else cls._unjudged(metric, standing, most)
            )
            if soon is not None:
                length = wording.duration(soon.hours * 3600)
                runs.append((f", {soon.limit.name} in {length}{_PACE}", SEVERITY_ROLES[soon.limit.severity]))
        return runs

    @staticmethod
    def _unjudged(metric: Metric, standing: Standing, most: int) -> list[Run]:
        rate = wording.percent(standing.counts.rate(metric))
        words = " (too little mail to judge)" if most else ""
        return [(_DOT, "muted"), (f"{metric.label.lower()} {rate}{words}", "muted")]

    @staticmethod
    def _metric(metric: Metric, standing: Standing, limits: list[Limit], most: int) -> list[Run]:
        rooms = [(limit, headroom(limit, standing.counts)) for limit in limits]
        reached = [limit for limit, room in rooms if not room]
        role = SEVERITY_ROLES[reached[-1].severity] if reached else ""
        nearest = [f"{wording.count(room)} to {limit.name}" for limit, room in rooms if room][:most]
        words = ", ".join(nearest) or (reached[-1].name if reached else "")
        rate = wording.percent(standing.counts.rate(metric))
        return [
            (_DOT, "muted"),
            (f"{metric.label.lower()} {rate}", role),
            (f" ({words})" if words else "", "muted"),
        ]
