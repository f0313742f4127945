"""What a user takes along from the table: a row in words, or all of the rows as a file of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path

from sesmon import wording
from sesmon.model import Metric, Reading, Row
from sesmon.reports import csv

_MOST = 999
"""How many exports of one reading there can be."""


def in_words(row: Row, zone: tzinfo) -> str:
    """A row on one line: when it begins, in that zone, and each counter with its rate."""
    counts = ", ".join(
        f"{row.counts.of(metric):,} {metric.label.lower()}"
        + ("" if metric is Metric.SENDS else f" ({wording.percent(row.counts.rate(metric))})")
        for metric in Metric
    )
    return f"{wording.date_time(row.start, zone)} {wording.zone_name(row.start, zone)}: {counts}"


def directory() -> str:
    """The working directory, for a sentence about it: it may have been removed meanwhile."""
    try:
        return str(Path.cwd())
    except OSError:
        return "the working directory is gone: start sesmon in another"


def write_rows(rows: Sequence[Row], reading: Reading) -> Path:
    """Write rows to a new CSV file in the working directory, named after the Region and time of the reading.

    An export never overwrites.

    Raises:
        OSError: where the file cannot be made or written.
    """
    named = f"sesmon-{reading.target.region or 'ses'}-{reading.read_at:%Y%m%dT%H%M%SZ}"
    safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in named)
    for number in range(1, _MOST + 1):
        path = Path(f"{safe}{'' if number == 1 else f'-{number}'}.csv")
        try:
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(csv.table(rows))
        except FileExistsError:
            continue
        return path.absolute()
    raise FileExistsError(17, "a thousand exports of this reading are there already")
