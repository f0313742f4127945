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
from sesmon.alerts.kinds import TRAILS, Kind
from sesmon.alerts.residues import MEMORY_BLOCKS, Residues
from sesmon.alerts.rows import Rows

BLOCK = 12
"""Slots in a block: three hours."""

LEARNING_BLOCKS = 8
"""Blocks before anything is judged: one day."""

_SLOW = 192.0
_FLOOR = 0.02
"""So much of the exposure is the mail of the last two days: an answer can come that late, and to no mail at all."""

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
        used = [place for place in range(len(TRAILS)) if any(kernel[place] for kernel in kind.kernels)]
        keep = [math.exp(-1 / TRAILS[place]) if TRAILS[place] else 0.0 for place in used]
        self._keep = [(kept, 1 - kept) for kept in (*keep, math.exp(-1 / _SLOW))]
        self._mixes = [_mix([kernel[place] for place in used]) for kernel in kind.kernels]
        nothing = [0.0] * len(kind.kernels)
        self._fit = Fit([kind.rate] * len(nothing), [kind.weight] * len(nothing), kind.jitter, kind.drift)
        # By slot, each with what was before the first: the mail that trails, and sums of what answers it by kernel.
        self._trails = Rows([0.0] * len(self._keep))
        self._exposure = Rows(nothing)
        self._squares = array("d", [0.0])
        self._counts = [0]
        self._sent = [0]
        self._scores = Rows(nothing)
        self._best_at = bytearray(1)
        # By block: what was known, and what each tells of the two variances. One that goes on is kept by slot as well.
        self._fits = Rows([*self._fit.rates, *self._fit.known, self._fit.jitter, self._fit.drift])
        self._count_by_block: list[int] = []
        self._exposed_by_block = [array("d") for _ in kind.kernels]
        self._slot_residue = Residues()
        self._block_residue = Residues()
        self._open = Rows([0.0, 0.0, 0.0])

    def __len__(self) -> int:
        return len(self._counts) - 1

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        for rows in (self._trails, self._exposure, self._scores, self._open):
            rows.forget_from(slot + 1)
        after, blocks = slot + 1, slot // BLOCK
        del self._squares[after:], self._counts[after:], self._sent[after:], self._best_at[after:]
        self._fits.forget_from(blocks + 1)
        self._fit = self._fit_before(blocks)
        del self._count_by_block[blocks:]
        for exposed in self._exposed_by_block:
            del exposed[blocks:]
        self._slot_residue.forget_from(blocks)
        self._block_residue.forget_from(blocks)

    def live(self, sends: int, count: int, *, is_usual: bool) -> None:
        """Live through one slot. One that is not usual teaches nothing about how late answers come."""
        fit, best = self._fit, self._best_at[-1]
        self._counts.append(self._counts[-1] + count)
        self._sent.append(self._sent[-1] + sends)
        trails = [
            trail * keep + sends * take for trail, (keep, take) in zip(self._trails.last, self._keep, strict=True)
        ]
        self._trails.append(trails)
        floor = _FLOOR * trails[-1]
        exposed = [a * trails[i] + b * trails[j] + c * trails[k] + floor for a, i, b, j, c, k in self._mixes]
        before = self._exposure.last
        after = [whole + part for whole, part in zip(before, exposed, strict=True)]
        self._exposure.append(after)
        own = after[best] - before[best]
        self._squares.append(self._squares[-1] + own * own)
        means = [rate * part for rate, part in zip(fit.rates, exposed, strict=True)]
        self._score(means, count, fit, is_usual=is_usual)
        self._learn_slot(means[best], count, fit)
        if len(self) % BLOCK == 0:
            self._end_block()

    def _score(self, means: list[float], count: int, fit: Fit, *, is_usual: bool) -> None:
        scores = self._scores.last
        if len(means) > 1 and is_usual:
            # A quasi-likelihood: what varies beyond chance tells less.
            if count:
                told = [count * math.log(mean) - mean if mean > 0 else -1e9 for mean in means]
            else:
                told = [0.0 - mean for mean in means]
            top = max(told)
            worth = 1 / (1 + fit.jitter * means[told.index(top)])
            scores = [
                score * _FORGET + (less if (less := (one - top) * worth) > -_CLIP else -_CLIP)
                for score, one in zip(scores, told, strict=True)
            ]
        self._scores.append(scores)
        self._best_at.append(scores.index(max(scores)))

    def _learn_slot(self, mean: float, count: int, fit: Fit) -> None:
        # Most counts are far from the cap; the root is drawn for the others only.
        capped: float = count
        if count > mean + 2:
            spread = mean + (fit.jitter + fit.drift) * mean * mean
            capped = min(count, mean + 4 * math.sqrt(spread) + 2)
        residue, weight, noise = self._open.last
        self._open.append([residue + (capped - mean) ** 2 - mean, weight + mean * mean, noise + mean + 2 * mean * mean])

    def _end_block(self) -> None:
        fit, best, end = self._fit, self._best_at[-1], len(self)
        self._slot_residue.append(*self._open.last)
        weight = self._open.last[1]
        self._open.replace([0.0, 0.0, 0.0])
        self._count_by_block.append(self._counts[end] - self._counts[end - BLOCK])
        for kept, now, then in zip(
            self._exposed_by_block, self._exposure.last, self._exposure.row(end - BLOCK), strict=True
        ):
            kept.append(now - then)
        mean = fit.rates[best] * self._exposed_by_block[best][-1]
        spread = mean + fit.jitter * weight + fit.drift * mean * mean
        count = min(self._count_by_block[-1], mean + 4 * math.sqrt(spread) + 2)
        self._block_residue.append(
            # That the rate itself is known only so well is no drift.
            (count - mean) ** 2 - mean - fit.jitter * weight - mean * mean / fit.known[best],
            mean * mean,
            mean + 2 * mean * mean,
        )
        self._fit = self._learn_block()
        self._fits.append([*self._fit.rates, *self._fit.known, self._fit.jitter, self._fit.drift])

    def _learn_block(self) -> Fit:
        kind = self._kind
        jitter = self._slot_residue.variance(kind.jitter, kind.doubt[0])
        drift = max(kind.least, self._block_residue.variance(kind.drift, kind.doubt[1]))
        counts = self._count_by_block[-MEMORY_BLOCKS:]
        fits = [
            self._rate(exposed[-MEMORY_BLOCKS:], counts, drift + jitter / BLOCK) for exposed in self._exposed_by_block
        ]
        return Fit([rate for rate, _ in fits], [known for _, known in fits], jitter, drift)

    def _rate(self, exposed: Sequence[float], counts: list[int], variance: float) -> tuple[float, float]:
        """The rate over the blocks, each cut off where it goes beyond what the others make likely."""
        kind = self._kind
        whole = kind.weight / kind.rate + sum(exposed)
        known = kind.weight + sum(counts)
        if not any(counts):
            return known / whole, known
        for _ in range(4):
            rate = known / whole
            last, known = known, kind.weight
            for count, exposure in zip(counts, exposed, strict=True):
                # Most blocks are far from the cap; the root is drawn for the others only.
                if count <= 2 * rate * exposure:
                    known += count
                else:
                    mean = rate * exposure
                    known += min(count, mean + 3 * math.sqrt(mean + variance * mean * mean) + 1)
            if known >= last * 0.995:
                break
        return known / whole, known

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
        parts = zip(self._exposure.row(start), self._exposure.row(end), scores, strict=True)
        return max(after - before for before, after, score in parts if score >= least)

    def outstanding(self, lengths: Sequence[int], *, first: int, least: int, ratio: float) -> Iterator[tuple[int, int]]:
        """The windows that may count `ratio` times what is expected: the first slot and the count of each.

        Windows that end with the newest slot, of so many slots each (shorter ones first), that begin at slot `first`
        or later, where there is enough past to tell. They count `least` or more, and more than any shorter one. The
        mean of the likeliest kernel is no more than that of `expectation`, at a fraction of its cost.
        """
        end, counts = len(self), self._counts
        counted, last = counts[end], 0
        # No window counts more than all of them together.
        if counted - counts[first] < least:
            return
        best = self._best_at[end]
        exposure, width = self._exposure.flat, self._exposure.width
        rates, fit_width = self._fits.flat, self._fits.width
        exposed = exposure[end * width + best]
        for length in lengths:
            start = end - length
            if start < first:
                return
            count = counted - counts[start]
            # A longer window that counts nothing more is only likelier.
            if count < least or count == last:
                continue
            last = count
            block = start // BLOCK
            if block < LEARNING_BLOCKS:
                return
            # Nearly every window ends here.
            if count >= ratio * (rates[block * fit_width + best] * (exposed - exposure[start * width + best])):
                yield start, count

    def expectation(self, start: int, end: int) -> Expectation | None:
        """What the slots from `start` on and before `end` may be expected to count, by what was known before them.

        The greatest of what the plausible kernels expect. None while there is too little past.
        """
        blocks = start // BLOCK
        if blocks < LEARNING_BLOCKS:
            return None
        fit, scores = self._fit_before(blocks), self._scores.row(end)
        best = max(scores)
        exposures = [
            after - before for before, after in zip(self._exposure.row(start), self._exposure.row(end), strict=True)
        ]
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

    def usual_rate(self, slot: int) -> float:
        """The rate of the habit as it was known before `slot`: a fraction of the delivery attempts."""
        return self._fits.row(slot // BLOCK)[self._best_at[-1]]


def _mix(shares: Sequence[float]) -> tuple[float, int, float, int, float, int]:
    """A kernel's shares, none of them 0, each with its place: three at the most, where none stands for the rest."""
    parts = [(share * (1 - _FLOOR), place) for place, share in enumerate(shares) if share]
    (a, i), (b, j), (c, k) = [*parts, *[(0.0, 0)] * (3 - len(parts))]
    return a, i, b, j, c, k
