"""Fakes that several tests pass in where the program takes the real thing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class FakeClock:
    """A clock that only goes on when it is waited on or advanced. `waits` holds every wait in seconds."""

    def __init__(self, now: datetime = START, elapsed: float = 1000.0) -> None:
        self._now = now
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self.waits: list[float] = []

    def now(self) -> datetime:
        """The simulated time of day."""
        return self._now

    def elapsed(self) -> float:
        """The simulated seconds since an arbitrary start."""
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Let time go by."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self._elapsed += seconds

    def set_time_of_day(self, now: datetime) -> None:
        """Set the clock on the wall; what has gone by stays."""
        self._now = now

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Return at once if the event is set, else let the seconds go by."""
        if event.is_set():
            return True
        self.waits.append(seconds)
        self.advance(seconds)
        return event.is_set()
