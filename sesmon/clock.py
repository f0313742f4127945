"""Time comes in through here, so that a test, the demo and a replay can own it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol

# Seconds that go on while a laptop sleeps, where the system counts them; CLOCK_MONOTONIC stands still on Linux.
_BOOT_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot() -> str:
    """Which boot of the host `SystemClock.elapsed` counts from; the same text in all its processes."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"


_LONGEST_NAP = 2.0
"""A wait is cut into naps of so many seconds, because `Event.wait` does not count the time a laptop slept."""


class Clock(Protocol):
    """What time it is, how much has gone by, and how to let some go by."""

    def now(self) -> datetime:
        """The time of day in UTC. It may jump either way."""
        ...

    def elapsed(self) -> float:
        """Seconds from an arbitrary start. It never goes back, and counts the time a laptop slept."""
        ...

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Let `seconds` go by, or less if the event is set meanwhile; whether it is set."""
        ...


class SystemClock:
    """The host's own clock."""

    def now(self) -> datetime:
        """The host's time of day in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """Seconds since the host booted."""
        return time.clock_gettime(_BOOT_CLOCK)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Sleep, counting what the laptop slept."""
        end = self.elapsed() + seconds
        while (left := end - self.elapsed()) > 0:
            if event.wait(min(left, _LONGEST_NAP)):
                return True
        return event.is_set()


class FastClock(SystemClock):
    """A time of day that starts at `start` and runs `speed` times as fast as the host's; waits are the host's."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._zero = self.elapsed()

    def now(self) -> datetime:
        """The simulated time of day in UTC."""
        return self._start + timedelta(seconds=(self.elapsed() - self._zero) * self._speed)


class LocalZone(tzinfo):
    """The host's own time zone with its DST changes, for drawing. The standard library has the rule, but no object."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """The host's offset at that local time."""
        return None if dt is None else dt.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        """Unknown: the host tells offsets, not why they are so."""
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        """The zone's abbreviation at that local time."""
        return None if dt is None else dt.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, dt: datetime) -> datetime:
        """The local time of a UTC time."""
        local = dt.replace(tzinfo=UTC).astimezone()
        # Of an hour that a DST change repeats, the second pass is told by its fold.
        first_pass = local.replace(tzinfo=None).astimezone().utcoffset() == local.utcoffset()
        return local.replace(tzinfo=self, fold=0 if first_pass else 1)
