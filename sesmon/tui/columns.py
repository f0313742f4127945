"""The table's columns: one table that the headings, the rows and sorting share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sesmon import wording
from sesmon.model import Metric, Row


class TableColumn(NamedTuple):
    """One column. `rank` tells in which order columns go when there is no room: the highest first."""

    name: str
    heading: str
    width: int
    rank: int
    sort_key: Callable[[Row], float]
    text: Callable[[Row], str]
    metric: Metric | None = None


def _count(metric: Metric) -> Callable[[Row], str]:
    return lambda row: wording.short_count(row.counts.of(metric), 7)


def _rate(metric: Metric) -> Callable[[Row], str]:
    return lambda row: wording.percent(row.counts.rate(metric))


def _rate_key(metric: Metric) -> Callable[[Row], float]:
    # No rate sorts under a rate of nought.
    return lambda row: -1.0 if (rate := row.counts.rate(metric)) is None else rate


def _count_key(metric: Metric) -> Callable[[Row], float]:
    return lambda row: row.counts.of(metric)


def _pair(metric: Metric, heading: str, rate_heading: str, ranks: tuple[int, int]) -> tuple[TableColumn, TableColumn]:
    width = max(8, len(heading) + 2)
    return (
        TableColumn(metric.value, heading, width, ranks[0], _count_key(metric), _count(metric), metric),
        TableColumn(f"{metric.value} rate", rate_heading, 9, ranks[1], _rate_key(metric), _rate(metric), metric),
    )


COLUMNS = (
    TableColumn("sends", "Attempts", 9, 1, _count_key(Metric.SENDS), _count(Metric.SENDS), Metric.SENDS),
    *_pair(Metric.BOUNCES, "Bounces", "Bounce %", (4, 3)),
    *_pair(Metric.COMPLAINTS, "Complain.", "Compl. %", (2, 2)),
    *_pair(Metric.REJECTS, "Rejects", "Reject %", (5, 6)),
)
"""The columns between the time and the mark, which are always there."""

TIME = "time"
SORTS = (TIME, *(column.name for column in COLUMNS))


def sort_key(name: str) -> Callable[[Row], tuple[float, float]]:
    """What rows are sorted by; equal ones by time."""
    for column in COLUMNS:
        if column.name == name:
            key = column.sort_key
            return lambda row: (key(row), row.start.timestamp())
    return lambda row: (row.start.timestamp(), 0.0)


def fitting(width: int) -> list[TableColumn]:
    """The columns that fit in `width` characters, the least important ones left out first."""
    chosen = list(COLUMNS)
    while chosen and sum(column.width for column in chosen) > width:
        chosen.remove(max(chosen, key=lambda column: column.rank))
    return chosen
