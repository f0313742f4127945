"""The table's rows as a file of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sesmon.model import Reading, Row
from sesmon.reports import csv

_MOST = 999
"""How many exports of one reading there can be."""


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
