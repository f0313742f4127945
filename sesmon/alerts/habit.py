"""A sender's habit: how many bounces, complaints or rejects its mail usually brings, and how much that varies.

The counts of a slot are held against an exposure: the mail that they may answer. Complaints trail the mail by hours,
so several kernels (how late answers come) are followed side by side, and those that fit the past are believed. The
usual rate comes from the past week, in blocks of three hours whose excesses are cut off, so that an old incident does
not become the habit. Beyond chance (Poisson), rates vary from slot to slot and from block to block; both variances
are measured on the sender's own past.

Everything is kept by slot, so that the past from any slot on can be taken back and lived again.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from sesmon.alerts.belief import PLAUSIBLE, Belief
from sesmon.alerts.chance import Expectation
from sesmon.alerts.exposure import Exposure
from sesmon.alerts.kinds import Kind
from sesmon.alerts.rates import Rates
from sesmon.alerts.residues import Residues
from sesmon.alerts.rows import Rows, summed_on
from sesmon.alerts.trails import Trails

BLOCK = 12
"""Slots in a block: three hours."""

LEARNING_BLOCKS = 8
"""Blocks before anything is judged: one day."""

_MANY = 24
"""Windows that end in so many slots are worth a quick look at all of them first."""


class Fit(NamedTuple):
    """What is known once a block is complete.

    `rates` are counts per exposed mail and `known` the counts behind them, by kernel; `jitter` and `drift` are
    relative variances.
    """

    rates: list[float]
    known: list[float]
    jitter: float
    drift: float


class Habit:
    """The habit of one metric of the sender whose mail `trails`, learned slot by slot, after the mail of each."""

    def __init__(self, kind: Kind, trails: Trails) -> None:
        self._kind, self.trails = kind, trails
        nothing = [0.0] * len(kind.kernels)
        self._fit = Fit([kind.rate] * len(nothing), [kind.weight] * len(nothing), kind.jitter, kind.drift)
        # By slot, each with what was before the first: sums, and which kernels are believed.
        self._exposure = Exposure(kind.kernels, trails)
        self._squares = array("d", [0.0])
        self._counts = [0]
        self._belief = Belief(len(nothing))
        # By block: what was known, and what each tells of the two variances. One that goes on is kept by slot as well.
        self._fits = Rows([*self._fit.rates, *self._fit.known, self._fit.jitter, self._fit.drift])
        self._rates = Rates(kind)
        self._slot_residue = Residues()
        self._block_residue = Residues()
        self._open = Rows([0.0, 0.0, 0.0])

    def __len__(self) -> int:
        return len(self._counts) - 1

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        after, blocks = slot + 1, slot // BLOCK
        self._exposure.forget_from(slot)
        self._belief.forget_from(slot)
        self._open.forget_from(after)
        del self._squares[after:], self._counts[after:]
        self._fits.forget_from(blocks + 1)
        self._fit = self._fit_before(blocks)
        self._rates.forget_from(blocks)
        self._slot_residue.forget_from(blocks)
        self._block_residue.forget_from(blocks)

    def live(self, counts: Sequence[int], *, is_usual: bool) -> None:
        """Live through slots. Those that are not usual teach nothing about how late answers come."""
        first, slots = len(self), len(counts)
        exposed = self._exposure.live(slots)
        summed_on(self._counts, counts)
        # What is known changes with each block, and with nothing else.
        start = 0
        while start < slots:
            end = min(slots, start + BLOCK - (first + start) % BLOCK)
            self._live_in_block([parts[start:end] for parts in exposed], counts[start:end], is_usual=is_usual)
            if (first + end) % BLOCK == 0:
                self._end_block(first + end)
            start = end

    def _live_in_block(self, exposed: list[list[float]], counts: Sequence[int], *, is_usual: bool) -> None:
        """Live through slots of one block, with what each kernel exposes in them."""
        first, slots = len(self._squares) - 1, len(counts)
        means = [[rate * part for part in parts] for rate, parts in zip(self._fit.rates, exposed, strict=True)]
        if is_usual and len(means) > 1:
            self._belief.live(means, counts, self._fit.jitter)
        else:
            self._belief.keep(slots)
        # A slot is learned from by the kernel that was the best before it: nearly always one and the same.
        best_at, sums = self._belief.best_at[first : first + slots], self._exposure.sums
        best = best_at[0]
        if best_at.count(best) == slots:
            own, parts = means[best], [now - then for then, now in pairwise(sums[best][first : first + slots + 1])]
        else:
            own = [means[best][place] for place, best in enumerate(best_at)]
            parts = [sums[best][slot + 1] - sums[best][slot] for slot, best in enumerate(best_at, first)]
        summed_on(self._squares, [part * part for part in parts])
        self._learn_slots(own, counts)

    def _learn_slots(self, means: list[float], counts: Sequence[int]) -> None:
        """What slots tell of the variance within a block."""
        varies = self._fit.jitter + self._fit.drift
        residues, weights, noises = self._open.columns
        residue, weight, noise = residues[-1], weights[-1], noises[-1]
        for mean, count in zip(means, counts, strict=True):
            # Most counts are far from the cap; the root is drawn for the others only.
            capped: float = count
            if count > mean + 2:
                capped = min(count, mean + 4 * math.sqrt(mean + varies * mean * mean) + 2)
            residue = residue + (capped - mean) ** 2 - mean
            weight += mean * mean
            noise = noise + mean + 2 * mean * mean
            residues.append(residue)
            weights.append(weight)
            noises.append(noise)

    def _end_block(self, end: int) -> None:
        """Learn from the block before slot `end`."""
        fit, best = self._fit, self._belief.best_at[end]
        self._slot_residue.append(own := self._open.row(end))
        weight = own[1]
        for column in self._open.columns:
            column[end] = 0.0
        whole = self._counts[end] - self._counts[end - BLOCK]
        exposed = [sums[end] - sums[end - BLOCK] for sums in self._exposure.sums]
        mean = fit.rates[best] * exposed[best]
        spread = mean + fit.jitter * weight + fit.drift * mean * mean
        count = min(whole, mean + 4 * math.sqrt(spread) + 2)
        # That the rate itself is known only so well is no drift.
        residue = (count - mean) ** 2 - mean - fit.jitter * weight - mean * mean / fit.known[best]
        self._block_residue.append((residue, mean * mean, mean + 2 * mean * mean))
        kind = self._kind
        jitter = self._slot_residue.variance(kind.jitter, kind.doubt[0])
        drift = max(kind.least, self._block_residue.variance(kind.drift, kind.doubt[1]))
        rates, known = self._rates.learn(whole, exposed, drift + jitter / BLOCK)
        self._fit = Fit(rates, known, jitter, drift)
        self._fits.append([*rates, *known, jitter, drift])

    def _fit_before(self, block: int) -> Fit:
        """What was known before that block."""
        *learned, jitter, drift = self._fits.row(block)
        kernels = len(learned) // 2
        return Fit(learned[:kernels], learned[kernels:], jitter, drift)

    # Asking

    def count(self, start: int, end: int) -> int:
        """What was counted from slot `start` on and before slot `end`."""
        return self._counts[end] - self._counts[start]

    def exposed(self, start: int, end: int) -> float:
        """The mail that what was counted from slot `start` on and before slot `end` may answer, at the most."""
        scores = self._belief.scores(end)
        least = max(scores) - PLAUSIBLE
        parts = zip(self._exposure.sums, scores, strict=True)
        return max(sums[end] - sums[start] for sums, score in parts if score >= least)

    def outstanding(
        self, ends: range, lengths: Sequence[int], *, first: int, least: int, ratio: float
    ) -> Iterator[tuple[int, int, int]]:
        """The windows that may count `ratio` times what is expected: first slot, end and count of each, by their ends.

        Windows that end before one of the slots `ends`, of so many slots each (shorter ones first), that begin at slot
        `first` or later, where there is enough past to tell. They count `least` or more, and more than any shorter one
        of the same end. The mean of the likeliest kernel is no more than that of `expectation`, at a fraction of its
        cost.
        """
        counts, best_at, sums, fits = self._counts, self._belief.best_at, self._exposure.sums, self._fits.columns
        first, longest = max(first, LEARNING_BLOCKS * BLOCK), lengths[-1]
        for end in self._loud(ends, max(first, ends.start - longest), least, ratio):
            counted, best, last = counts[end], best_at[end], 0
            rates, exposure = fits[best], sums[best]
            exposed = exposure[end]
            for length in lengths:
                start = end - length
                if start < first:
                    break
                count = counted - counts[start]
                # A longer window that counts nothing more is only likelier.
                if count < least or count == last:
                    continue
                last = count
                if count >= ratio * (rates[start // BLOCK] * (exposed - exposure[start])):
                    yield start, end, count

    def _loud(self, ends: range, first: int, least: int, ratio: float) -> Iterable[int]:
        """Those of the slots `ends` before which a window from slot `first` on may be outstanding: a quick look.

        The excess, what was counted beyond `ratio` times the least of the rates, falls for as long as all is usual. A
        window that is outstanding has it rise: from as low as it was at any slot since which so many were counted.
        """
        best_at, newest = self._belief.best_at, ends.stop - 1
        if newest <= first or self._counts[newest] - self._counts[first] < least:
            return ()
        best = best_at[ends.start]
        if len(ends) < _MANY or best_at.count(best, ends.start, ends.stop) < len(ends):
            return ends
        counts, exposure = self._counts[first : ends.stop], self._exposure.sums[best][first : ends.stop]
        # With a margin for what rounding can do, there and here.
        rate = ratio * min(self._fits.columns[best][first // BLOCK : newest // BLOCK + 1]) * (1 - 1e-9)
        margin = 1e-12 * (counts[-1] + rate * exposure[-1])
        excess = [count - rate * mail for count, mail in zip(counts, exposure, strict=True)]
        lowest = list(accumulate(excess, min))
        out = []
        for place in range(max(ends.start - first, 1), len(counts)):
            since = bisect_right(counts, counts[place] - least, 0, place) - 1
            if since >= 0 and excess[place] >= lowest[since] - margin:
                out.append(first + place)
        return out

    def expectation(self, start: int, end: int) -> Expectation | None:
        """What the slots from `start` on and before `end` may be expected to count, by what was known before them.

        The greatest of what the plausible kernels expect. None while there is too little past.
        """
        blocks = start // BLOCK
        if blocks < LEARNING_BLOCKS:
            return None
        sent = self.trails.sent
        fit, scores = self._fit_before(blocks), self._belief.scores(end)
        best = max(scores)
        exposures = [sums[end] - sums[start] for sums in self._exposure.sums]
        mean, known = 0.0, 1.0
        for kernel, exposed in enumerate(exposures):
            if scores[kernel] >= best - PLAUSIBLE:
                own = fit.rates[kernel] * exposed
                if own >= mean:
                    mean, known = own, fit.known[kernel]
        exposed = exposures[scores.index(best)]
        crowding = (self._squares[end] - self._squares[start]) / (exposed * exposed) if exposed > 0 else 1.0
        # Answers to mail from before the window: how late they come is known but roughly.
        late = max(0.0, 1 - (sent[end] - sent[start]) / exposed) if exposed > 0 else 1.0
        spread = self._kind.late * late * late
        return Expectation(mean, fit.jitter * min(1.0, crowding) + fit.drift + spread + 1 / known)

    def usual_rate(self, slot: int, end: int) -> float:
        """The rate of the habit as it was known before `slot`, by the kernel that was the likeliest before slot `end`.

        A fraction of the delivery attempts.
        """
        return self._fits.columns[self._belief.best_at[end]][slot // BLOCK]
