"""SIGKILL at random moments of writing the history: `python -m tests.campaigns.killing --turns 100`."""

from __future__ import annotations

import argparse
import contextlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sesmon.history import History, Owner
from sesmon.history_file import HistoryError
from sesmon.model import SLOT, DataPoint, Reading, Target
from tests.fakes import START

SPAN = 40
"""How many points a reading holds; each begins one slot after the one before, and revises all that they share."""

WRITER = "tests.campaigns.killing"
"""This module, as a process of its own."""

LONGEST = 0.05
"""Seconds after its first reading within which a writer is killed: some ten readings."""


def owner(writer: int) -> Owner:
    """Whose points a writer writes."""
    return Owner(f"{writer:012d}", "us-east-1")


def point(slot: int, number: int) -> DataPoint:
    """A slot's point as the reading of that number lists it."""
    return DataPoint(START + SLOT * slot, 100 + number, 1, 0, 0)


def write(path: Path, writer: int, number: int) -> None:
    """Write readings without end, the even ones as an import, and print the number of each that was kept."""
    with History(path, START) as history:
        while True:
            points = tuple(point(slot, number + 1) for slot in range(number + 1, number + 1 + SPAN))
            # Where another writer has held the file for too long, the next turn brings the reading.
            with contextlib.suppress(HistoryError):
                if number % 2:
                    history.record(owner(writer), Reading(Target("us-east-1"), START + SLOT * number, points))
                else:
                    history.merge(owner(writer), points, START)
                number += 1
                print(number, flush=True)


@dataclass
class Outcome:
    """What came of a campaign."""

    turns: int = 0
    kills: int = 0
    readings: int = 0
    damaged: int = 0
    set_aside: int = 0
    lost: int = 0

    def table(self) -> str:
        """The figures, one a line."""
        rows = {
            "turns": self.turns,
            "writers killed": self.kills,
            "readings kept": self.readings,
            "files that failed integrity_check": self.damaged,
            "files set aside": self.set_aside,
            "points once readable and gone": self.lost,
        }
        return "\n".join(f"{name:36} {figure:8,}" for name, figure in rows.items())


def campaign(path: Path, turns: int, writers: int, chance: random.Random) -> Outcome:
    """Kill `writers` processes that write one history at a time, `turns` times over."""
    out = Outcome()
    numbers = [0] * writers
    for _ in range(turns):
        running = [
            subprocess.Popen(
                [sys.executable, "-m", WRITER, "--write", str(path), str(writer), str(numbers[writer])],
                stdout=subprocess.PIPE,
                text=True,
            )
            for writer in range(writers)
        ]
        for writer, process in enumerate(running):
            assert process.stdout is not None
            numbers[writer] = max(numbers[writer], int(process.stdout.readline()))
            time.sleep(chance.uniform(0, LONGEST))  # where in its work it is killed is what differs
            process.kill()
            printed = [int(line) for line in process.stdout.read().split()]
            numbers[writer] = max([numbers[writer], *printed])
            process.wait(60)
            process.stdout.close()
            out.kills += 1
        out.turns += 1
        _inspect(path, numbers, out)
    out.readings = sum(numbers)
    return out


def _inspect(path: Path, numbers: list[int], out: Outcome) -> None:
    with closing(sqlite3.connect(path)) as database:
        out.damaged += database.execute("PRAGMA integrity_check").fetchone()[0] != "ok"
    with History(path, START) as history:
        out.set_aside += len(history.notes)
        for writer, number in enumerate(numbers):
            kept = {point.time: point.attempts for point in history.points(owner(writer))}
            for slot in range(1, number + SPAN):
                newest = point(slot, min(slot, number))
                out.lost += kept.get(newest.time, 0) < newest.attempts


def main() -> int:
    """Run a campaign, or be one of its writers."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--turns", type=int, default=100)
    arguments.add_argument("--writers", type=int, default=3)
    arguments.add_argument("--seed", default="sesmon")
    arguments.add_argument("--write", nargs=3, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.write:
        write(Path(options.write[0]), int(options.write[1]), int(options.write[2]))
    with tempfile.TemporaryDirectory() as directory:
        out = campaign(Path(directory) / "history.db", options.turns, options.writers, random.Random(options.seed))
    print(out.table())
    return int(bool(out.damaged or out.set_aside or out.lost))


if __name__ == "__main__":
    sys.exit(main())
