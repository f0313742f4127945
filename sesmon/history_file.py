"""The history's file: made for its user alone, brought up to the newest schema, and set aside where it is damaged."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sesmon import named_file
from sesmon.damage import alone_in, is_damage, is_sound, set_aside, was_a_history
from sesmon.schema import APPLICATION_ID, SCHEMA, VERSION
from sesmon.wording import clean

FILE_MODE = 0o600
DIRECTORY_MODE = 0o700

_OTHER_FILE = "give another file with --history, or --no-history"

_BUSY_SECONDS = 0.25
"""How long a write waits for another process's; what was not written is written with the next reading."""

_OPENING_TURNS, _OPENING_PAUSE = 10, 0.05
"""How often, and after how many seconds, an opening that was turned away is tried again."""


class HistoryError(Exception):
    """The history cannot be used, or not now. `str()` is one clean sentence with what to do about it."""


class HistoryFile:
    """The open file. What several threads do with it is done one after another; `notes` says what opening it took."""

    def __init__(self, path: Path, now: datetime) -> None:
        """Open the file, or make it.

        Raises:
            HistoryError: where it can be neither opened nor made, or another program or a newer sesmon wrote it.
        """
        self._path = path
        self._lock = threading.Lock()
        self._is_looked_over = False
        self._database: sqlite3.Connection | None
        self._database, self.notes = _opened(path, now)

    def look_over(self, now: datetime) -> None:
        """See, once, that all of the file is sound; else a new one is begun.

        Raises:
            HistoryError: where it cannot be read now, or no new one can be made.
        """
        with self._lock:
            if self._is_looked_over:
                return
            try:
                database = self._connection()
                if not is_sound(database):
                    self._database = None
                    database.close()
                    self.notes += _cleared_away(self._path, now)
                    self._connection()
            except (sqlite3.Error, OSError) as error:
                raise _broken(self._path, error) from error
            self._is_looked_over = True

    def _connection(self) -> sqlite3.Connection:
        """The database; a new one where it was set aside. If that cannot be made now, whoever needs it next tries."""
        if self._database is None:
            self._database = _open_in_turn(self._path)
        return self._database

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            if self._database is not None:
                self._database.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing.

        Raises:
            HistoryError: where nothing of it could be written.
        """
        with self._lock:
            try:
                database = self._connection()
                database.execute("BEGIN IMMEDIATE")
                try:
                    yield database
                except BaseException:
                    # A full disk has SQLite roll back by itself.
                    if database.in_transaction:
                        database.execute("ROLLBACK")
                    raise
                database.execute("COMMIT")
            except (sqlite3.Error, OSError, OverflowError) as error:
                raise _broken(self._path, error) from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, to be read from.

        Raises:
            HistoryError: where it cannot be read.
        """
        with self._lock:
            try:
                yield self._connection()
            except (sqlite3.Error, OSError) as error:
                raise _broken(self._path, error) from error


def _opened(path: Path, now: datetime) -> tuple[sqlite3.Connection | None, tuple[str, ...]]:
    """The database, made where need be, and what had to be done to have one. What is in it is not looked over.

    None stands for one that is still to be made, after a damaged one was set aside.

    Raises:
        HistoryError: where it can be neither opened nor made, or another program or a newer sesmon wrote it.
    """
    _see_that_it_can_be_one(path)
    try:
        _make_directory(path.parent)
        try:
            return _open_in_turn(path), ()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return None, _cleared_away(path, now)
    except (sqlite3.Error, OSError) as error:
        raise _broken(path, error) from error


def _see_that_it_can_be_one(path: Path) -> None:
    """That what lies there, if anything does, is a file: SQLite would wait for ever for what comes out of a FIFO.

    Raises:
        HistoryError: where it is something else.
    """
    if kind := named_file.kind(path):
        raise HistoryError(f"{clean(str(path))} is {kind}, and no file; {_OTHER_FILE}.")


def _cleared_away(path: Path, now: datetime) -> tuple[str, ...]:
    """Set a damaged file aside, unless another process has just done so; what is to be said of it.

    Raises:
        HistoryError: where it never was a history.
    """
    with alone_in(path.parent):
        # It is looked at again by its name: what was opened may be the file that another process has set aside.
        if not path.exists() or _is_sound_by_name(path):
            return ("the history was damaged, and another process has begun a new one",)
        if not was_a_history(path):
            raise HistoryError(f"{clean(str(path))} is no history of sesmon's; give another file with --history.")
        aside = set_aside(path, now)
    return (f"the history was damaged and is kept as {clean(aside.name)}; a new one was begun",)


def _is_sound_by_name(path: Path) -> bool:
    # To be written to: only then is what SQLite keeps beside the file cleared away again.
    with contextlib.closing(sqlite3.connect(path, timeout=_BUSY_SECONDS)) as database:
        return is_sound(database)


def inspected(path: Path) -> int:
    """Look at a history without changing it; its schema's version.

    Raises:
        HistoryError: where it cannot be read, is damaged, or is not ours.
    """
    _see_that_it_can_be_one(path)
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)) as file:
            application = file.execute("PRAGMA application_id").fetchone()[0]
            version = int(file.execute("PRAGMA user_version").fetchone()[0])
            # Without a table it is one that is still to be made, or that a full disk kept from it.
            tables = file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if (tables and application != APPLICATION_ID) or version > VERSION:
                raise HistoryError(
                    f"{clean(str(path))} is another program's database, or a newer sesmon's; {_OTHER_FILE}."
                )
            if file.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("quick_check failed")
    except (sqlite3.Error, OSError) as error:
        raise _broken(path, error) from error
    return version


def _broken(path: Path, error: Exception) -> HistoryError:
    """What SQLite or the system said of the file, with what to do about it."""
    return HistoryError(f"{clean(str(path))}: {_reason(error)}")


def _open_in_turn(path: Path) -> sqlite3.Connection:
    """The database. Of several processes that make the file at once, SQLite turns some away without a wait.

    Raises:
        sqlite3.DatabaseError: as `_open`.
    """
    for _ in range(_OPENING_TURNS):
        try:
            return _open(path)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        time.sleep(_OPENING_PAUSE)
    return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    """The database, of this program's schema.

    Raises:
        sqlite3.DatabaseError: where the file is no sound database (not its subclass OperationalError).
        HistoryError: where a newer sesmon, or another program, wrote it.
    """
    # Made by hand, because SQLite would make it readable for all and only then could it be closed.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _prepare(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    # In one transaction: another process that makes the tables in between would look like another program.
    database.execute("BEGIN")
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = database.execute("PRAGMA user_version").fetchone()[0]
    database.execute("COMMIT")
    if tables and application != APPLICATION_ID:
        raise HistoryError(f"{clean(str(path))} is another program's database; give another file with --history.")
    if version > VERSION:
        raise HistoryError(
            f"{clean(str(path))} was written by a newer sesmon (schema {version}; this one knows {VERSION}):"
            " update sesmon, or give another file with --history."
        )
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    if version < VERSION:
        database.execute("BEGIN IMMEDIATE")
        # Another process may have done it in the meantime.
        version = database.execute("PRAGMA user_version").fetchone()[0]
        for step in SCHEMA[version:]:
            for statement in step:
                database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")


def _make_directory(directory: Path) -> None:
    """Make the directory for the user alone; one that is there keeps its mode."""
    if not directory.is_dir():
        # Another process may make it in the same moment.
        directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)


def _reason(error: Exception) -> str:
    """What SQLite or the system said, with what to do about it."""
    text = clean(getattr(error, "strerror", None) or str(error)).rstrip(".")
    for sign, remedy in _REMEDIES.items():
        if sign in text.lower():
            return f"{text}; {remedy}."
    return f"{text}; {_OTHER_FILE}."


_REMEDIES = {
    "locked": "another process holds it, and it is tried again with the next reading",
    "full": "make room on the disk, and it is tried again with the next reading",
    "readonly": "make the file writable, or give another with --history",
    "read-only": "make it writable, or give another file with --history",
    "permission": _OTHER_FILE,
}
