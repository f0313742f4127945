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

    def learn(self, count: int, exposed: Sequence[float], variance: float) -> tuple[list[float], list[float]]:
        """One more block: the rates from then on, and the counts that are known behind each, by kernel.

        The rate is taken to vary from block to block by that relative variance.
        """
        kind, counts = self._kind, self.counts
        counts.append(count)
        recent_counts = counts[-MEMORY_BLOCKS:]
        newest, oldest = len(counts) - 1, len(counts) - len(recent_counts)
        mail, known = kind.weight / kind.rate, kind.weight + sum(recent_counts)
        rates, knowns = [], []
        for kept, peaks, exposure in zip(self.exposed, self._peaks, exposed, strict=True):
            kept.append(exposure)
            recent = kept[oldest:]
            whole = mail + sum(recent)
            peak = peaks[-1] if peaks else 0
            if peak < oldest:
                peak = oldest + _peak(recent_counts, recent)
            elif count and count * kept[peak] >= counts[peak] * exposure:
                peak = newest
            peaks.append(peak)
            rate, own = known / whole, known
            # Mostly no block is anywhere near the cap: then none is cut off.
            if counts[peak] > 2 * rate * kept[peak] * _ROUNDING:
                own = self._cut_off(whole, known, recent_counts, recent, variance)
                rate = own / whole
            rates.append(rate)
            knowns.append(own)
        return rates, knowns

    def forget_from(self, block: int) -> None:
        """Take back everything from that block on."""
        del self.counts[block:]
        for exposed, peaks in zip(self.exposed, self._peaks, strict=True):
            del exposed[block:], peaks[block:]

    def _cut_off(
        self, whole: float, known: float, counts: Sequence[int], exposed: Sequence[float], variance: float
    ) -> float:
        """What the blocks counted, each cut off where it goes beyond what the others make likely."""
        counted = [(count, exposure) for count, exposure in zip(counts, exposed, strict=True) if count]
        for _ in range(4):
            rate = known / whole
            last, known, twice = known, self._kind.weight, 2 * rate
            for count, exposure in counted:
                # Most blocks are far from the cap; the root is drawn for the others only.
                if count <= twice * exposure:
                    known += count
                else:
                    mean = rate * exposure
                    known += min(count, mean + 3 * math.sqrt(mean + variance * mean * mean) + 1)
            if known >= last * 0.995:
                break
        return known


def _peak(counts: Sequence[int], exposed: Sequence[float]) -> int:
    """Which of the blocks counted the most for what it exposed."""
    if min(exposed) > 0:
        shares = list(map(truediv, counts, exposed))
    else:
        shares = [
            count / exposure if exposure > 0 else math.inf if count else 0.0
            for count, exposure in zip(counts, exposed, strict=True)
        ]
    return shares.index(max(shares))
