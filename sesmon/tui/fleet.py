"""Several targets as rows of an overview: how each stands, and in which order they go. No widget here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from sesmon import wording
from sesmon.model import Metric, Severity
from sesmon.tui.themes import GLYPHS
from sesmon.tui.view import Board


class Condition(IntEnum):
    """How a target stands, the worst last."""

    EMPTY = 0
    WAITING = 1
    WELL = 2
    WARNING = 3
    FAILED = 4
    CRITICAL = 5
    DISABLED = 6


SIGNS = {
    Condition.EMPTY: "·",
    Condition.WAITING: "…",
    Condition.WELL: "●",
    Condition.WARNING: GLYPHS[Severity.WARNING],
    Condition.FAILED: "✗",
    Condition.CRITICAL: GLYPHS[Severity.CRITICAL],
    Condition.DISABLED: "■",
}

CONDITION_ROLES = {
    Condition.EMPTY: "muted",
    Condition.WAITING: "muted",
    Condition.WELL: "success",
    Condition.WARNING: "warning",
    Condition.FAILED: "error",
    Condition.CRITICAL: "error",
    Condition.DISABLED: "error reverse",
}


@dataclass(frozen=True)
class TargetRow:
    """One target of the fleet; `place` is which, and `mark` is now on the clock's elapsed scale."""

    place: int
    board: Board
    mark: float

    @property
    def condition(self) -> Condition:
        """The worst that is to be said of it."""
        snapshot = self.board.snapshot
        if snapshot.allowance.is_enabled is False:
            return Condition.DISABLED
        worst = max((alert.severity for alert in self.board.open_alerts), default=None)
        if worst is Severity.CRITICAL:
            return Condition.CRITICAL
        if snapshot.failure is not None:
            return Condition.FAILED
        if worst is not None:
            return Condition.WARNING
        if snapshot.reading is None:
            return Condition.WAITING
        return Condition.WELL if snapshot.reading.points else Condition.EMPTY

    @property
    def who(self) -> str:
        """The profile, else the account."""
        target = self.board.snapshot.target
        return target.profile or target.account or "default"

    @property
    def region(self) -> str:
        """The Region."""
        return self.board.snapshot.target.region or "no Region"

    @property
    def why(self) -> str:
        """What is wrong, in words; empty where nothing is."""
        snapshot = self.board.snapshot
        if snapshot.allowance.is_enabled is False:
            return "Sending is disabled."
        if snapshot.failure is not None:
            return snapshot.failure.sentences
        return self.board.open_alerts[0].message if self.board.open_alerts else ""

    @property
    def age(self) -> float | None:
        """Seconds since it was read."""
        read = self.board.snapshot.read_mark
        return None if read is None else max(0.0, self.mark - read)

    def rate(self, metric: Metric) -> float:
        """The metric's rate in the window, for sorting: no rate is under a rate of nought."""
        rate = self.board.total.rate(metric)
        return -1.0 if rate is None else rate

    @property
    def used(self) -> float | None:
        """The fraction of the sending quota that is used."""
        quota = self.board.snapshot.allowance.quota
        return quota.used if quota else None

    def matches(self, words: str) -> bool:
        """Whether all the words are part of its profile, account or Region."""
        target = self.board.snapshot.target
        name = f"{self.who} {target.account or ''} {self.region}".lower()
        return all(word in name for word in words.lower().split())


class FleetColumn(NamedTuple):
    """One column. `rank` tells in which order columns go when there is no room: the highest first."""

    name: str
    heading: str
    width: int
    rank: int
    key: Callable[[TargetRow], tuple[float, ...] | tuple[str, ...]]
    text: Callable[[TargetRow], str]
    right: bool = True


def _percent(metric: Metric) -> Callable[[TargetRow], str]:
    return lambda row: wording.percent(row.board.total.rate(metric))


FLEET_COLUMNS = (
    FleetColumn("profile", "Profile", 15, 2, lambda row: (row.who.lower(),), lambda row: row.who, right=False),
    FleetColumn("region", "Region", 16, 0, lambda row: (row.region,), lambda row: row.region, right=False),
    FleetColumn(
        "attempts",
        "Attempts",
        10,
        1,
        lambda row: (-row.board.total.attempts,),
        lambda row: wording.short_count(row.board.total.attempts, 9),
    ),
    FleetColumn("bounces", "Bounce %", 10, 1, lambda row: (-row.rate(Metric.BOUNCES),), _percent(Metric.BOUNCES)),
    FleetColumn(
        "complaints", "Compl. %", 10, 1, lambda row: (-row.rate(Metric.COMPLAINTS),), _percent(Metric.COMPLAINTS)
    ),
    FleetColumn(
        "quota",
        "Quota",
        8,
        5,
        lambda row: (-(row.used or 0.0),),
        lambda row: wording.NONE if row.used is None else f"{row.used * 100:.0f} %",
    ),
    FleetColumn(
        "alerts",
        "Alerts",
        8,
        3,
        lambda row: (-len(row.board.open_alerts),),
        lambda row: str(len(row.board.open_alerts) or ""),
    ),
    FleetColumn(
        "age",
        "Age",
        8,
        4,
        lambda row: (-(row.age or 0.0),),
        lambda row: "" if row.age is None else wording.duration(row.age),
    ),
)
"""The columns between the state and the sparklines."""

WORST = "worst"
FLEET_SORTS = (WORST, *(column.name for column in FLEET_COLUMNS))


def ordered(rows: list[TargetRow], sort: str, *, descending: bool) -> list[TargetRow]:
    """The rows in order: the worst first, or by a column from its most telling end; `descending` is that end first."""
    if sort == WORST:
        key: Callable[[TargetRow], object] = _by_worst
    else:
        column = next(column for column in FLEET_COLUMNS if column.name == sort)
        key = lambda row: (column.key(row), row.place)  # noqa: E731 - a key, as the other is
    return sorted(rows, key=key, reverse=not descending)  # type: ignore[arg-type]


def _by_worst(row: TargetRow) -> tuple[float, ...]:
    near = max(
        (row.rate(limit.metric) / limit.rate for limit in row.board.view.limits if limit.severity is Severity.CRITICAL),
        default=0.0,
    )
    return (-row.condition, -len(row.board.open_alerts), -near, row.place)


def folded(rows: list[TargetRow]) -> tuple[list[TargetRow], list[TargetRow]]:
    """The rows that are shown each, and those without mail, which are one line together."""
    empty = [row for row in rows if row.condition is Condition.EMPTY]
    if len(empty) < 2:
        return rows, []
    return [row for row in rows if row.condition is not Condition.EMPTY], empty


def fitting(width: int) -> list[FleetColumn]:
    """The columns that fit in `width` characters, the least important ones left out first."""
    chosen = list(FLEET_COLUMNS)
    while len(chosen) > 1 and sum(column.width for column in chosen) > width:
        chosen.remove(max(chosen, key=lambda column: column.rank))
    return chosen
