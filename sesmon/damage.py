"""What a damaged history is told by, and how it is set aside: under a new name, and by one process alone."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sesmon.schema import APPLICATION_ID

ENDING = ".db"
"""How a history's name ends unless told."""

_MAGIC, _APPLICATION = b"SQLite format 3\0", slice(68, 72)
"""How a database begins, and where the number of the program lies that made it."""

_TURNS, _PAUSE = 10, 0.05
"""How often, and after how many seconds, a directory that another process holds is tried again."""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether what SQLite raises is about the file's contents, and neither about its use nor about a mistake here."""
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.OperationalError | sqlite3.ProgrammingError
    )


def is_sound(database: sqlite3.Connection) -> bool:
    """Whether all of the file is. It takes some 4 ms a megabyte: a year of 30 targets has 27.

    Raises:
        sqlite3.Error: where it cannot be read now.
    """
    try:
        return bool(database.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error as error:
        if is_damage(error):
            return False
        raise


def was_a_history(path: Path) -> bool:
    """Whether a file that is no sound database can have been ours: another file is not to be renamed.

    SQLite's first page tells the program (its file format, sections 1.3.1 and 1.3.14). Damage may have taken that page,
    and a database whose changes still lie in its journal has no program's number yet: then the name has to tell.
    """
    with path.open("rb") as file:
        head = file.read(_APPLICATION.stop)
    application = int.from_bytes(head[_APPLICATION], "big") if head.startswith(_MAGIC) else 0
    return application == APPLICATION_ID or (application == 0 and path.suffix == ENDING)


@contextlib.contextmanager
def alone_in(directory: Path) -> Iterator[None]:
    """While it lasts no other process sets a file of the directory aside.

    It is the directory that is locked: whoever closed the database's own file would lose SQLite's locks on it.

    Raises:
        sqlite3.OperationalError: where others hold it for too long.
    """
    place = os.open(directory, os.O_RDONLY)
    try:
        for _ in range(_TURNS):
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_PAUSE)
        else:
            raise sqlite3.OperationalError("it is damaged, and its directory is locked")
        yield
    finally:
        os.close(place)


def set_aside(path: Path, now: datetime) -> Path:
    """Give a damaged file, and what belongs to it, a new name: nothing is ever deleted."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    for number in range(2, 1000):
        if not aside.exists():
            break
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(aside.with_name(aside.name + ending))
    return aside
