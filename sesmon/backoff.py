"""How long to leave a failing service alone."""

from __future__ import annotations

from typing import NamedTuple

from sesmon.pacing import CALL_SPACING

LONGEST_BACKOFF = 300.0
"""Seconds after which a failing service is asked again at the latest."""


class Backoff(NamedTuple):
    """How long to wait after a failure that waiting can help: doubling from the interval, with jitter.

    Half of each wait is certain and half is random, so that many monitors that failed together do not return
    together, and none returns at once.
    """

    interval: float
    longest: float = LONGEST_BACKOFF

    def delay(self, failures: int, chance: float) -> float:
        """Seconds to wait after so many failures in a row (1 or more), `chance` being random in 0..1."""
        full = min(self.longest, max(self.interval, CALL_SPACING) * 2.0 ** min(failures, 30))
        return min(self.longest, full * (0.5 + chance / 2))
