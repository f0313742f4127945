"""SIGKILL at random moments of writing, reading, importing into and migrating a history.

`python -m tests.campaigns.killing --turns 60` kills five processes a turn: three that write, one that reads, and one
that imports; and as many again that bring a file of the first schema up to date.
"""

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

from sesmon.commands import importing
from sesmon.history import History, Owner
from sesmon.history_file import HistoryError
from sesmon.model import SLOT, DataPoint, Reading, Target
from sesmon.reports import aws
from sesmon.schema import APPLICATION_ID, SCHEMA, VERSION
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


def read(path: Path) -> None:
    """Read all that there is without end, and print a line for each time; a point that is half there is an error."""
    while True:
        with contextlib.suppress(HistoryError), History(path, START) as history:
            for known in history.owners():
                points = history.points(known)
                assert all(one.attempts >= 100 and one.bounces == 1 for one in points)
                history.latest(known)
                history.days(known)
            print(1, flush=True)


def take_in(path: Path, file: Path) -> None:
    """Import a file without end by the program's own command, and print a line before and after each time."""
    while True:
        print(1, flush=True)
        importing.run([str(file), "--history", str(path), "--region", "us-east-1", "--account", IMPORTED.identity])


IMPORTED = Owner("999999999999", "us-east-1")
"""Whose points are imported."""

IMPORT = tuple(point(slot, 1) for slot in range(800))
"""What is imported: more than a page of the file, so that a kill can come between two."""

MIGRATED = 400
"""How many points a file of the first schema holds."""


def make_first_version(path: Path) -> None:
    """A history as the first release wrote it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        for statement in SCHEMA[0]:
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute("PRAGMA user_version = 1")
        database.execute("INSERT INTO owner (id, identity, region) VALUES (1, ?, ?)", owner(0))
        stamps = [(1, round(point(slot, 0).time.timestamp() * 1e6), *point(slot, 0).counts) for slot in range(MIGRATED)]
        database.execute("BEGIN")
        database.executemany("INSERT INTO point VALUES (?, ?, ?, ?, ?, ?)", stamps)
        database.execute("COMMIT")


@dataclass
class Outcome:
    """What came of a campaign."""

    turns: int = 0
    kills: int = 0
    readers: int = 0
    imports: int = 0
    migrations: int = 0
    half_migrated: int = 0
    readings: int = 0
    damaged: int = 0
    set_aside: int = 0
    lost: int = 0

    def table(self) -> str:
        """The figures, one a line."""
        rows = {
            "turns": self.turns,
            "writers killed": self.kills,
            "readers killed": self.readers,
            "imports killed": self.imports,
            "migrations killed": self.migrations,
            "files left between two schemas": self.half_migrated,
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


def others(directory: Path, turns: int, chance: random.Random, out: Outcome) -> None:
    """Kill a reader and an import of one history, and two that migrate a file of the first schema, so many times."""
    path, file = directory / "history.db", directory / "import.json"
    file.write_text(aws.document(IMPORT), encoding="utf-8")
    for turn in range(turns):
        old = directory / f"old-{turn}.db"
        make_first_version(old)
        reader, importer = _start("--read", str(path)), _start("--import", str(path), str(file))
        # They are told to go when both are ready, so that both come upon the old file at once.
        migrations = [_start("--migrate", str(old)) for _ in range(2)]
        for process in (reader, importer, *migrations):
            assert process.stdout is not None
            process.stdout.readline()
        for process in migrations:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in chance.sample(migrations, 2):
            time.sleep(chance.uniform(0, 0.006))  # opening a file takes about as long
            _kill(process)
        for process in (reader, importer):
            time.sleep(chance.uniform(0, LONGEST))
            _kill(process)
        out.readers += 1
        out.imports += 1
        out.migrations += 2
        _inspect_old(old, out)
        _inspect_import(path, out)
        for left in directory.glob(f"old-{turn}.db*"):
            left.unlink()


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", WRITER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def _inspect_old(path: Path, out: Outcome) -> None:
    with closing(sqlite3.connect(path)) as database:
        out.damaged += database.execute("PRAGMA integrity_check").fetchone()[0] != "ok"
        version = database.execute("PRAGMA user_version").fetchone()[0]
        has_events = database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'event'").fetchone()[0]
        out.half_migrated += version not in {1, VERSION} or bool(has_events) != (version > 1)
    with History(path, START) as history:
        out.set_aside += len(history.notes)
        out.lost += history.points(owner(0)) != [point(slot, 0) for slot in range(MIGRATED)]


def _inspect_import(path: Path, out: Outcome) -> None:
    """An import is all there or not at all."""
    with closing(sqlite3.connect(path)) as database:
        out.damaged += database.execute("PRAGMA integrity_check").fetchone()[0] != "ok"
    with History(path, START) as history:
        out.set_aside += len(history.notes)
        out.lost += tuple(history.points(IMPORTED)) not in {(), IMPORT}


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
    arguments.add_argument("--turns", type=int, default=60)
    arguments.add_argument("--writers", type=int, default=3)
    arguments.add_argument("--seed", default="sesmon")
    arguments.add_argument("--write", nargs=3, help=argparse.SUPPRESS)
    arguments.add_argument("--read", help=argparse.SUPPRESS)
    arguments.add_argument("--import", nargs=2, dest="take_in", help=argparse.SUPPRESS)
    arguments.add_argument("--migrate", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.read:
        read(Path(options.read))
    if options.take_in:
        take_in(*map(Path, options.take_in))
    if options.migrate:
        print("ready", flush=True)
        sys.stdin.readline()
        History(Path(options.migrate), START).close()
        sys.stdin.readline()
    if options.write:
        write(Path(options.write[0]), int(options.write[1]), int(options.write[2]))
    with tempfile.TemporaryDirectory() as directory:
        out = campaign(Path(directory) / "history.db", options.turns, options.writers, random.Random(options.seed))
        others(Path(directory), options.turns, random.Random(f"{options.seed} others"), out)
    print(out.table())
    return int(bool(out.damaged or out.set_aside or out.lost or out.half_migrated))


if __name__ == "__main__":
    sys.exit(main())
