"""One pacing for all processes of a host: a ledger of the turns to call, in the history's file."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sesmon import named_file
from sesmon.clock import Clock, boot
from sesmon.pacing import CALL_SPACING, CallKey, ProcessPacer

LEASE = 10.0
"""Seconds after which a turn that was not given back is free again: the read timeout. Its process was killed, or its
call takes so long that the service has long seen it begin."""

_RETRY = 0.1
"""Seconds after which to ask again while another process's call is under way."""

_TURNS = """
SELECT busy_until, free_at FROM turn WHERE operation = ? AND boot = ? AND (
    caller = ? OR caller IN (SELECT name FROM alias WHERE owner = (SELECT owner FROM alias WHERE name = ?))
)
"""
"""The turns that count for a caller: those taken under any name of the account and Region that it names."""


class HostPacer:
    """Paces the calls of all processes on this host that share the history's file, by a ledger in it.

    `caller` names the account and Region as the user does. A turn is entered under that name, and once the history
    knows whose they are, it counts for all who name the same account and Region in other ways (by another profile).
    Times in the ledger are seconds since the host's boot, so that a clock that is set stops nobody; those of another
    boot, or too far ahead to be true, count for nothing. Where the ledger cannot be used, this process's own calls are
    paced all the same.
    """

    def __init__(self, path: Path, caller: str, clock: Clock) -> None:
        self._path = path
        self._caller = caller
        self._clock = clock
        self._boot = boot()
        self._own = ProcessPacer(clock)
        self._database: sqlite3.Connection | None = None

    def claim(self, key: CallKey) -> float:
        """Take the turn and return 0, or return the seconds after which to ask again."""
        left = self._own.claim(key)
        if left:
            return left
        with contextlib.suppress(sqlite3.Error):
            left = self._claim(key.operation)
        if left:
            self._own.cancel(key)
        return left

    def done(self, key: CallKey) -> None:
        """The call for which the turn was taken has returned."""
        self._own.done(key)
        with contextlib.suppress(sqlite3.Error):
            now = self._clock.elapsed()
            self._connection().execute(
                "INSERT OR REPLACE INTO turn VALUES (?, ?, ?, ?, ?)",
                (self._caller, key.operation, self._boot, now, now + CALL_SPACING),
            )

    def close(self) -> None:
        """Give the file back."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _claim(self, operation: str) -> float:
        """Take the ledger's turn.

        Raises:
            sqlite3.Error: where the ledger cannot be used.
        """
        database = self._connection()
        database.execute("BEGIN IMMEDIATE")
        try:
            now = self._clock.elapsed()
            left = 0.0
            for busy_until, free_at in database.execute(_TURNS, (operation, self._boot, self._caller, self._caller)):
                if now < busy_until <= now + LEASE:
                    left = max(left, min(_RETRY, busy_until - now))
                if now < free_at <= now + CALL_SPACING:
                    left = max(left, free_at - now)
            if left:
                return left
            database.execute(
                "INSERT OR REPLACE INTO turn VALUES (?, ?, ?, ?, ?)",
                (self._caller, operation, self._boot, now + LEASE, now + CALL_SPACING),
            )
            return 0.0
        finally:
            if database.in_transaction:
                database.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        if self._database is None:
            # The history makes the file and its tables; without it there is no ledger.
            if kind := named_file.kind(self._path):
                raise sqlite3.OperationalError(f"it is {kind}, of which SQLite would read for ever")
            address = f"{self._path.absolute().as_uri()}?mode=rw"
            self._database = sqlite3.connect(
                address, uri=True, timeout=1.0, isolation_level=None, check_same_thread=False
            )
        return self._database
