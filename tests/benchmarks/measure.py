"""One figure beside its peer's, measured in turn so that a busy machine weighs on both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """A line of the table. `own` and `peer` are in `unit`; `goal` is the most that own / peer may be, None for none."""

    name: str
    own: float
    peer: float
    unit: str
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the peer's cost it is."""
        return self.own / self.peer

    def line(self) -> str:
        """The table's line."""
        figures = f"{self.own:9.2f} {self.peer:9.2f} {self.unit:3} {self.ratio:6.2f}"
        if self.goal is None:
            return f"{self.name:66} {figures}      -"
        return f"{self.name:66} {figures} {self.goal:6.2f}  {'met' if self.is_met else 'MISSED'}"

    @property
    def is_met(self) -> bool:
        """Whether the goal, if there is one, was met."""
        return self.goal is None or self.ratio <= self.goal


HEADING = f"{'what, against its peer':66} {'sesmon':>9} {'peer':>9} {'':3} {'ratio':>6} {'goal':>6}"


def cpu(action: Callable[[], object]) -> float:
    """The milliseconds of CPU that this process spends on `action`."""
    start = time.process_time()
    action()
    return (time.process_time() - start) * 1e3


def in_turn(own: Callable[[], float], peer: Callable[[], float], rounds: int) -> tuple[float, float]:
    """The medians of two figures that are taken in turn; the first of each is thrown away."""
    taken = [(own(), peer()) for _ in range(rounds + 1)][1:]
    return statistics.median(figure for figure, _ in taken), statistics.median(figure for _, figure in taken)
