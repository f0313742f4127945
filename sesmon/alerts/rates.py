"""The usual rate: counts per exposed mail over the past week, in blocks whose excesses are cut off."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from operator import truediv

from sesmon.alerts.kinds import Kind
from sesmon.alerts.residues import MEMORY_BLOCKS

_ROUNDING = 1 - 1e-9
"""Far more than what rounding can do to a quotient."""


class Rates:
    """What each block counted, and the mail that it exposed by kernel."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self.counts: list[int] = []
        self.exposed = [array("d") for _ in kind.kernels]
        # By block, which of the newest blocks then counted the most for what it exposed.
        self._peaks = [array("I") for _ in kind.kernels]

    def append(self, count: int, exposed: Sequence[float]) -> None:
        """One more block."""
        self.counts.append(count)
        newest = len(self.counts) - 1
        oldest = max(0, newest + 1 - MEMORY_BLOCKS)
        for kept, peaks, exposure in zip(self.exposed, self._peaks, exposed, strict=True):
            kept.append(exposure)
            peak = peaks[-1] if peaks else 0
            if peak < oldest:
                peak = _peak(self.counts, kept, oldest)
            elif count and count * kept[peak] >= self.counts[peak] * exposure:
                peak = newest
            peaks.append(peak)

    def forget_from(self, block: int) -> None:
        """Take back everything from that block on."""
        del self.counts[block:]
        for exposed, peaks in zip(self.exposed, self._peaks, strict=True):
            del exposed[block:], peaks[block:]

    def learned(self, variance: float) -> tuple[list[float], list[float]]:
        """The rates, and the counts that are known behind each, by kernel; blocks vary by that relative variance."""
        kind, counts = self._kind, self.counts[-MEMORY_BLOCKS:]
        known = kind.weight + sum(counts)
        rates, knowns = [], []
        for exposed, peaks in zip(self.exposed, self._peaks, strict=True):
            recent = exposed[-MEMORY_BLOCKS:]
            whole = kind.weight / kind.rate + sum(recent)
            rate, own = known / whole, known
            # Mostly no block is anywhere near the cap: then none is cut off.
            if self.counts[peaks[-1]] > 2 * rate * exposed[peaks[-1]] * _ROUNDING:
                own = self._cut_off(whole, known, counts, recent, variance)
                rate = own / whole
            rates.append(rate)
            knowns.append(own)
        return rates, knowns

    def _cut_off(
        self, whole: float, known: float, counts: Sequence[int], exposed: Sequence[float], variance: float
    ) -> float:
        """What the blocks counted, each cut off where it goes beyond what the others make likely."""
        for _ in range(4):
            rate = known / whole
            last, known = known, self._kind.weight
            for count, exposure in zip(counts, exposed, strict=True):
                # Most blocks are far from the cap; the root is drawn for the others only.
                if count <= 2 * rate * exposure:
                    known += count
                else:
                    mean = rate * exposure
                    known += min(count, mean + 3 * math.sqrt(mean + variance * mean * mean) + 1)
            if known >= last * 0.995:
                break
        return known


def _peak(counts: Sequence[int], exposed: Sequence[float], oldest: int) -> int:
    """Which block from `oldest` on counted the most for what it exposed."""
    recent = exposed[oldest:]
    if min(recent) > 0:
        shares = list(map(truediv, counts[oldest:], recent))
    else:
        shares = [
            count / exposure if exposure > 0 else math.inf if count else 0.0
            for count, exposure in zip(counts[oldest:], recent, strict=True)
        ]
    return oldest + shares.index(max(shares))
