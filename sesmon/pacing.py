"""Who may call next, and when: SES answers one call a second for each account, Region and operation."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import NamedTuple, Protocol

from sesmon.clock import Clock, boot
from sesmon.model import Target

CALL_SPACING = 1.0
"""Seconds between two calls of one operation (SES API reference: one call a second)."""


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


class CallKey(NamedTuple):
    """What the service counts calls by."""

    target: Target
    operation: str


class Pacer(Protocol):
    """Gives out turns to call."""

    def claim(self, key: CallKey) -> float:
        """Take the turn and return 0, or return the seconds after which to ask again."""
        ...

    def done(self, key: CallKey) -> None:
        """The call for which the turn was taken has returned."""
        ...

    def close(self) -> None:
        """Give back what the pacing is done with."""
        ...


class ProcessPacer:
    """Paces the calls of this process.

    The second is counted from the return of the call before: the service saw that call begin some time before its
    answer arrived here, so however the network delays either of them, it never sees two within a second.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._busy: set[CallKey] = set()
        self._free_at: dict[CallKey, float] = {}

    def claim(self, key: CallKey) -> float:
        """Take the turn and return 0, or return the seconds after which to ask again."""
        with self._lock:
            if key in self._busy:
                return CALL_SPACING
            left = self._free_at.get(key, 0.0) - self._clock.elapsed()
            if key in self._free_at and left > 0:
                return left
            self._busy.add(key)
            return 0.0

    def cancel(self, key: CallKey) -> None:
        """Give back a turn for which no call was made."""
        with self._lock:
            self._busy.discard(key)

    def done(self, key: CallKey) -> None:
        """The call for which the turn was taken has returned."""
        with self._lock:
            self._busy.discard(key)
            self._free_at[key] = self._clock.elapsed() + CALL_SPACING

    def close(self) -> None:
        """Nothing: it holds nothing open."""


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
            address = f"{self._path.absolute().as_uri()}?mode=rw"
            self._database = sqlite3.connect(
                address, uri=True, timeout=1.0, isolation_level=None, check_same_thread=False
            )
        return self._database
