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
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sesmon.alerts.chance import Expectation
from sesmon.alerts.exposure import Exposure
from sesmon.alerts.kinds import Kind
from sesmon.alerts.rates import Rates
from sesmon.alerts.residues import Residues
from sesmon.alerts.rows import Rows, summed_on

BLOCK = 12
"""Slots in a block: three hours."""

LEARNING_BLOCKS = 8
"""Blocks before anything is judged: one day."""

_PLAUSIBLE = 7.0
_CLIP = 4.0
_FORGET = 1 - 1 / 480
"""A kernel is believed while its log likelihood is within 7 of the best's; one slot tells no more than 4 apart, and
tells it for five days."""


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
    """The habit of one metric of one sender, learned slot by slot."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        nothing = [0.0] * len(kind.kernels)
        self._fit = Fit([kind.rate] * len(nothing), [kind.weight] * len(nothing), kind.jitter, kind.drift)
        # By slot, each with what was before the first: sums, the kernels' scores, and which of them was the best.
        self._exposure = Exposure(kind.kernels)
        self._squares = array("d", [0.0])
        self._counts = [0]
        self._sent = [0]
        self._scores = Rows(nothing)
        self._best_at = bytearray(1)
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
        self._scores.forget_from(after)
        self._open.forget_from(after)
        del self._squares[after:], self._counts[after:], self._sent[after:], self._best_at[after:]
        self._fits.forget_from(blocks + 1)
        self._fit = self._fit_before(blocks)
        self._rates.forget_from(blocks)
        self._slot_residue.forget_from(blocks)
        self._block_residue.forget_from(blocks)

    def live(self, sends: Sequence[int], counts: Sequence[int], *, is_usual: bool) -> None:
        """Live through slots. Those that are not usual teach nothing about how late answers come."""
        first, slots = len(self), len(sends)
        exposed = self._exposure.extend(sends)
        summed_on(self._counts, counts)
        summed_on(self._sent, sends)
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
        first, slots = len(self._best_at) - 1, len(counts)
        means = [[rate * part for part in parts] for rate, parts in zip(self._fit.rates, exposed, strict=True)]
        if is_usual and len(means) > 1:
            self._score(means, counts)
        else:
            for column in self._scores.columns:
                column.fromlist([column[-1]] * slots)
            self._best_at.extend(self._best_at[-1:] * slots)
        # A slot is learned from by the kernel that was the best before it.
        best_at = self._best_at[first : first + slots]
        sums, square = self._exposure.sums, self._squares[-1]
        for slot, best in enumerate(best_at, first):
            own = sums[best][slot + 1] - sums[best][slot]
            square += own * own
            self._squares.append(square)
        self._learn_slots([means[best][place] for place, best in enumerate(best_at)], counts)

    def _score(self, means: list[list[float]], counts: Sequence[int]) -> None:
        """Judge the kernels, by what each made the mean of each slot."""
        # A quasi-likelihood: what varies beyond chance tells less.
        jitter, log = self._fit.jitter, math.log
        if any(counts):
            told = [
                [
                    (count * log(mean) - mean if mean > 0 else -1e9) if count else -mean
                    for mean, count in zip(own, counts, strict=True)
                ]
                for own in means
            ]
        else:
            told = [[-mean for mean in own] for own in means]
        tops = list(map(max, *told))
        worths = [
            1 / (1 + jitter * by_kernel[likelihoods.index(top)])
            for by_kernel, likelihoods, top in zip(zip(*means, strict=True), zip(*told, strict=True), tops, strict=True)
        ]
        scores = []
        for column, own in zip(self._scores.columns, told, strict=True):
            score = column[-1]
            scores.append(
                [
                    score := score * _FORGET + (less if (less := (one - top) * worth) > -_CLIP else -_CLIP)
                    for one, top, worth in zip(own, tops, worths, strict=True)
                ]
            )
            column.fromlist(scores[-1])
        self._best_at.extend([row.index(max(row)) for row in zip(*scores, strict=True)])

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
        fit, best = self._fit, self._best_at[end]
        self._slot_residue.append(own := self._open.row(end))
        weight = own[1]
        for column in self._open.columns:
            column[end] = 0.0
        whole = self._counts[end] - self._counts[end - BLOCK]
        exposed = [sums[end] - sums[end - BLOCK] for sums in self._exposure.sums]
        self._rates.append(whole, exposed)
        mean = fit.rates[best] * exposed[best]
        spread = mean + fit.jitter * weight + fit.drift * mean * mean
        count = min(whole, mean + 4 * math.sqrt(spread) + 2)
        # That the rate itself is known only so well is no drift.
        residue = (count - mean) ** 2 - mean - fit.jitter * weight - mean * mean / fit.known[best]
        self._block_residue.append((residue, mean * mean, mean + 2 * mean * mean))
        self._fit = self._learn_block()
        self._fits.append([*self._fit.rates, *self._fit.known, self._fit.jitter, self._fit.drift])

    def _learn_block(self) -> Fit:
        kind = self._kind
        jitter = self._slot_residue.variance(kind.jitter, kind.doubt[0])
        drift = max(kind.least, self._block_residue.variance(kind.drift, kind.doubt[1]))
        return Fit(*self._rates.learned(drift + jitter / BLOCK), jitter, drift)

    def _fit_before(self, block: int) -> Fit:
        """What was known before that block."""
        *learned, jitter, drift = self._fits.row(block)
        kernels = len(learned) // 2
        return Fit(learned[:kernels], learned[kernels:], jitter, drift)

    # Asking

    @property
    def is_learning(self) -> bool:
        """Whether there is too little past to judge by."""
        return len(self) < LEARNING_BLOCKS * BLOCK

    def count(self, start: int, end: int) -> int:
        """What was counted from slot `start` on and before slot `end`."""
        return self._counts[end] - self._counts[start]

    def exposed(self, start: int, end: int) -> float:
        """The mail that what was counted from slot `start` on and before slot `end` may answer, at the most."""
        scores = self._scores.row(end)
        least = max(scores) - _PLAUSIBLE
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
        counts, best_at, sums, fits = self._counts, self._best_at, self._exposure.sums, self._fits.columns
        first, longest = max(first, LEARNING_BLOCKS * BLOCK), lengths[-1]
        for end in ends:
            earliest = max(first, end - longest)
            # No window counts more than all of them together.
            if earliest >= end or (counted := counts[end]) - counts[earliest] < least:
                continue
            best, last = best_at[end], 0
            rates, exposure = fits[best], sums[best]
            exposed = exposure[end]
            for length in lengths:
                start = end - length
                if start < earliest:
                    break
                count = counted - counts[start]
                # A longer window that counts nothing more is only likelier.
                if count < least or count == last:
                    continue
                last = count
                # Nearly every window ends here.
                if count >= ratio * (rates[start // BLOCK] * (exposed - exposure[start])):
                    yield start, end, count

    def expectation(self, start: int, end: int) -> Expectation | None:
        """What the slots from `start` on and before `end` may be expected to count, by what was known before them.

        The greatest of what the plausible kernels expect. None while there is too little past.
        """
        blocks = start // BLOCK
        if blocks < LEARNING_BLOCKS:
            return None
        fit, scores = self._fit_before(blocks), self._scores.row(end)
        best = max(scores)
        exposures = [sums[end] - sums[start] for sums in self._exposure.sums]
        mean, known = 0.0, 1.0
        for kernel, exposed in enumerate(exposures):
            if scores[kernel] >= best - _PLAUSIBLE:
                own = fit.rates[kernel] * exposed
                if own >= mean:
                    mean, known = own, fit.known[kernel]
        exposed = exposures[scores.index(best)]
        crowding = (self._squares[end] - self._squares[start]) / (exposed * exposed) if exposed > 0 else 1.0
        # Answers to mail from before the window: how late they come is known but roughly.
        late = max(0.0, 1 - (self._sent[end] - self._sent[start]) / exposed) if exposed > 0 else 1.0
        spread = self._kind.late * late * late
        return Expectation(mean, fit.jitter * min(1.0, crowding) + fit.drift + spread + 1 / known)

    def usual_rate(self, slot: int, end: int) -> float:
        """The rate of the habit as it was known before `slot`, by the kernel that was the likeliest before slot `end`.

        A fraction of the delivery attempts.
        """
        return self._fits.columns[self._best_at[end]][slot // BLOCK]
