"""The usual rate: counts per exposed mail over the past week, in blocks whose excesses are cut off."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

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
        # By block, what none of the newest blocks then counted more than for each mail that it exposed.
        self._most = [array("d") for _ in kind.kernels]

    def learn(self, count: int, exposed: Sequence[float], variance: float) -> tuple[list[float], list[float]]:
        """One more block: the rates from then on, and the counts that are known behind each, by kernel.

        The rate is taken to vary from block to block by that relative variance.
        """
        kind, counts = self._kind, self.counts
        counts.append(count)
        recent_counts = counts[-MEMORY_BLOCKS:]
        mail, known = kind.weight / kind.rate, kind.weight + sum(recent_counts)
        rates, knowns = [], []
        for kept, mosts, exposure in zip(self.exposed, self._most, exposed, strict=True):
            kept.append(exposure)
            recent = kept[-MEMORY_BLOCKS:]
            whole = mail + sum(recent)
            rate, own = known / whole, known
            most = mosts[-1] if mosts else 0.0
            if count and (share := _share(count, exposure)) > most:
                most = share
            # Mostly no block is anywhere near the cap: then none is cut off.
            if most > 2 * rate * _ROUNDING:
                own = self._cut_off(whole, known, recent_counts, recent, variance)
                if own == known:
                    # The one that counted so much is no longer among the newest.
                    most = max(map(_share, recent_counts, recent))
                rate = own / whole
            mosts.append(most)
            rates.append(rate)
            knowns.append(own)
        return rates, knowns

    def forget_from(self, block: int) -> None:
        """Take back everything from that block on."""
        del self.counts[block:]
        for exposed, most in zip(self.exposed, self._most, strict=True):
            del exposed[block:], most[block:]

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


def _share(count: int, exposure: float) -> float:
    if exposure > 0:
        return count / exposure
    return math.inf if count else 0.0
