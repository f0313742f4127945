"""Who may call next, and when: SES answers one call a second for each account, Region and operation."""

from __future__ import annotations

import threading
from typing import NamedTuple, Protocol

from sesmon.clock import Clock
from sesmon.model import Target

CALL_SPACING = 1.0
"""Seconds between two calls of one operation (SES API reference: one call a second)."""


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
