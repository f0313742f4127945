"""A sender's habit: how many bounces, complaints or rejects its mail usually brings, and how much that varies.

The counts of a slot are held against an exposure: the mail that they may answer. Complaints trail the mail by hours,
so several kernels (how late answers come) are followed side by side, and those that fit the past are believed. The
usual rate comes from the past week, in blocks of three hours whose excesses are cut off, so that an old incident does
not become the habit. Beyond chance (Poisson), rates vary from slot to slot and from block to block; both variances
are measured on the sender's own past.

Everything is kept in lists by slot, so that the past from any slot on can be taken back and lived again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import mul
from typing import NamedTuple

from sesmon.model import Metric

BLOCK = 12
"""Slots in a block: three hours."""

MEMORY_BLOCKS = 56
"""Blocks that the habit is learned from: seven days, so that each weekday counts once."""

LEARNING_BLOCKS = 8
"""Blocks before anything is judged: one day."""

TRAILS = (0.0, 4.0, 16.0, 48.0, 144.0)
"""How late answers may come: mean delays in slots, each exponential. 0 is at once."""

_SLOW = 192.0
_FLOOR = 0.02
"""So much of the exposure is the mail of the last two days: an answer can come that late, and to no mail at all."""

_PLAUSIBLE = 7.0
_CLIP = 4.0
_FORGET = 1 - 1 / 480
"""A kernel is believed while its log likelihood is within 7 of the best's; one slot tells no more than 4 apart, and
tells it for five days."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is assumed of a metric before anything is known.

    `kernels` are ways in which answers may trail the mail: shares by `TRAILS`. `rate` is the usual rate, worth `weight`
    counts. `jitter` and `drift` are the relative variances of the rate from slot to slot and from block to block, each
    with its `doubt`; `least` is the drift that is always allowed for, and `late` the relative variance of how much of
    what is still to be answered is answered when.
    """

    kernels: tuple[tuple[float, ...], ...]
    rate: float
    weight: float = 0.5
    jitter: float = 0.05
    drift: float = 0.05
    doubt: tuple[float, float] = (0.15, 0.1)
    late: float = 0.0
    least: float = 0.04


KINDS = {
    Metric.COMPLAINTS: Kind(
        kernels=(
            (0.9, 0.05, 0.05, 0.0, 0.0),
            (0.5, 0.0, 0.5, 0.0, 0.0),
            (0.5, 0.0, 0.0, 0.5, 0.0),
            (0.0, 1.0, 0.0, 0.0, 0.0),
            (0.0, 0.0, 1.0, 0.0, 0.0),
            (0.0, 0.5, 0.0, 0.5, 0.0),
            (0.0, 0.0, 0.0, 1.0, 0.0),
            (0.0, 0.0, 0.0, 0.0, 1.0),
        ),
        rate=0.0005,
        doubt=(0.3, 0.15),
        late=0.1,
    ),
    Metric.BOUNCES: Kind(
        kernels=(
            (0.8, 0.15, 0.05, 0.0, 0.0),
            (0.5, 0.5, 0.0, 0.0, 0.0),
            (0.0, 1.0, 0.0, 0.0, 0.0),
            (0.7, 0.0, 0.3, 0.0, 0.0),
            (0.0, 0.6, 0.4, 0.0, 0.0),
        ),
        rate=0.02,
        least=0.03,
        late=0.2,
    ),
    Metric.REJECTS: Kind(kernels=((1.0, 0.0, 0.0, 0.0, 0.0),), rate=0.0002),
}


class Fit(NamedTuple):
    """What is known once a block is complete.

    `rates` are counts per exposed mail and `known` the counts behind them, by kernel; `jitter` and `drift` are
    relative variances.
    """

    rates: tuple[float, ...]
    known: tuple[float, ...]
    jitter: float
    drift: float


class Expectation(NamedTuple):
    """What a window may be expected to count: `mean`, and the relative variance of its rate."""

    mean: float
    variance: float


class Habit:
    """The habit of one metric of one sender, learned slot by slot."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._kernels = range(len(kind.kernels))
        used = [place for place in range(len(TRAILS)) if any(kernel[place] for kernel in kind.kernels)]
        self._keep = tuple(math.exp(-1 / TRAILS[place]) if TRAILS[place] else 0.0 for place in used)
        self._shares = tuple(tuple(kernel[place] * (1 - _FLOOR) for place in used) for kernel in kind.kernels)
        self._keep_slow = math.exp(-1 / _SLOW)
        first = Fit((kind.rate,) * len(kind.kernels), (kind.weight,) * len(kind.kernels), kind.jitter, kind.drift)
        self._fits = [first]
        self._slow = [0.0]
        self._trails = [(0.0,) * len(used)]
        self._exposure = [[0.0] for _ in self._kernels]
        self._squares = [0.0]
        self._counts = [0]
        self._sent = [0]
        self._scores: list[tuple[float, ...]] = [(0.0,) * len(kind.kernels)]
        self._best_at = [0]
        # What each block tells of the two variances: squared residuals beyond chance, their weights and their noise.
        self._slot_residue: list[tuple[float, float, float]] = []
        self._block_residue: list[tuple[float, float, float]] = []
        self._open = (0.0, 0.0, 0.0)
        self._open_by_slot = [self._open]

    def __len__(self) -> int:
        return len(self._counts) - 1

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        for kept in (
            self._slow,
            self._trails,
            self._squares,
            self._counts,
            self._sent,
            self._scores,
            self._best_at,
            self._open_by_slot,
        ):
            del kept[slot + 1 :]
        for exposure in self._exposure:
            del exposure[slot + 1 :]
        blocks = slot // BLOCK
        del self._fits[blocks + 1 :]
        del self._slot_residue[blocks:]
        del self._block_residue[blocks:]
        self._open = self._open_by_slot[-1]

    def live(self, sends: int, count: int, *, is_usual: bool) -> None:
        """Live through one slot. One that is not usual teaches nothing about how late answers come."""
        fit = self._fits[-1]
        slow = self._slow[-1] * self._keep_slow + sends * (1 - self._keep_slow)
        self._slow.append(slow)
        self._counts.append(self._counts[-1] + count)
        self._sent.append(self._sent[-1] + sends)
        trails = tuple(
            trail * keep + sends * (1 - keep) for trail, keep in zip(self._trails[-1], self._keep, strict=True)
        )
        self._trails.append(trails)
        means = []
        for kernel in self._kernels:
            exposed = sum(map(mul, self._shares[kernel], trails)) + _FLOOR * slow
            self._exposure[kernel].append(self._exposure[kernel][-1] + exposed)
            means.append(fit.rates[kernel] * exposed)
        best = self._best()
        exposed = self._exposure[best][-1] - self._exposure[best][-2]
        self._squares.append(self._squares[-1] + exposed * exposed)
        self._score(means, count, fit, is_usual=is_usual)
        self._learn_slot(means[best], count, fit)
        if len(self) % BLOCK == 0:
            self._end_block()
        self._open_by_slot.append(self._open)

    def _best(self) -> int:
        return self._best_at[-1]

    def _score(self, means: list[float], count: int, fit: Fit, *, is_usual: bool) -> None:
        scores = self._scores[-1]
        if len(means) > 1 and is_usual:
            # A quasi-likelihood: what varies beyond chance tells less.
            told = [count * math.log(mean) - mean if mean > 0 else -1e9 if count else 0.0 for mean in means]
            top = max(told)
            worth = 1 / (1 + fit.jitter * means[told.index(top)])
            scores = tuple(
                score * _FORGET + max(-_CLIP, (one - top) * worth) for score, one in zip(scores, told, strict=True)
            )
        self._scores.append(scores)
        self._best_at.append(scores.index(max(scores)))

    def _learn_slot(self, mean: float, count: int, fit: Fit) -> None:
        spread = mean + (fit.jitter + fit.drift) * mean * mean
        capped = min(count, mean + 4 * math.sqrt(spread) + 2)
        residue, weight, noise = self._open
        self._open = (
            residue + (capped - mean) ** 2 - mean,
            weight + mean * mean,
            noise + mean + 2 * mean * mean,
        )

    def _end_block(self) -> None:
        fit, best, end = self._fits[-1], self._best(), len(self)
        self._slot_residue.append(self._open)
        mean = fit.rates[best] * (self._exposure[best][end] - self._exposure[best][end - BLOCK])
        spread = mean + fit.jitter * self._open[1] + fit.drift * mean * mean
        count = min(self._counts[end] - self._counts[end - BLOCK], mean + 4 * math.sqrt(spread) + 2)
        self._block_residue.append(
            (
                # That the rate itself is known only so well is no drift.
                (count - mean) ** 2 - mean - fit.jitter * self._open[1] - mean * mean / fit.known[best],
                mean * mean,
                mean + 2 * mean * mean,
            )
        )
        self._open = (0.0, 0.0, 0.0)
        self._fits.append(self._fit(end))

    def _fit(self, end: int) -> Fit:
        kind = self._kind
        jitter = _variance(self._slot_residue[-MEMORY_BLOCKS:], kind.jitter, kind.doubt[0])
        drift = max(kind.least, _variance(self._block_residue[-MEMORY_BLOCKS:], kind.drift, kind.doubt[1]))
        first = max(0, end - MEMORY_BLOCKS * BLOCK)
        edges = range(first, end + 1, BLOCK)
        counts = [self._counts[edge + BLOCK] - self._counts[edge] for edge in edges[:-1]]
        fits = [self._rate(kernel, edges, counts, drift + jitter / BLOCK) for kernel in self._kernels]
        return Fit(tuple(rate for rate, _ in fits), tuple(known for _, known in fits), jitter, drift)

    def _rate(self, kernel: int, edges: range, counts: list[int], variance: float) -> tuple[float, float]:
        """The rate over the blocks, each cut off where it goes beyond what the others make likely."""
        kind, prefix = self._kind, self._exposure[kernel]
        exposed = [prefix[edge + BLOCK] - prefix[edge] for edge in edges[:-1]]
        whole = kind.weight / kind.rate + sum(exposed)
        known = kind.weight + sum(counts)
        for _ in range(4):
            rate = known / whole
            last, known = known, kind.weight
            for count, exposure in zip(counts, exposed, strict=True):
                mean = rate * exposure
                # Most blocks are far from the cap; the root is drawn for the others only.
                if count <= 2 * mean:
                    known += count
                else:
                    known += min(count, mean + 3 * math.sqrt(mean + variance * mean * mean) + 1)
            if known >= last * 0.995:
                break
        return known / whole, known

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
        scores = self._scores[end]
        least = max(scores) - _PLAUSIBLE
        prefixes = (prefix for prefix, score in zip(self._exposure, scores, strict=True) if score >= least)
        return max(prefix[end] - prefix[start] for prefix in prefixes)

    def least_mean(self, start: int, end: int) -> float | None:
        """No more than the mean of `expectation`, at a fraction of its cost; None while there is too little past."""
        blocks = start // BLOCK
        if blocks < LEARNING_BLOCKS:
            return None
        best = self._best_at[end]
        prefix = self._exposure[best]
        return self._fits[blocks].rates[best] * (prefix[end] - prefix[start])

    def expectation(self, start: int, end: int) -> Expectation | None:
        """What the slots from `start` on and before `end` may be expected to count, by what was known before them.

        The greatest of what the plausible kernels expect. None while there is too little past.
        """
        blocks = start // BLOCK
        if blocks < LEARNING_BLOCKS:
            return None
        fit, scores = self._fits[blocks], self._scores[end]
        least = max(scores) - _PLAUSIBLE
        mean, known = 0.0, 1.0
        for kernel in self._kernels:
            if scores[kernel] >= least:
                prefix = self._exposure[kernel]
                own = fit.rates[kernel] * (prefix[end] - prefix[start])
                if own >= mean:
                    mean, known = own, fit.known[kernel]
        prefix = self._exposure[scores.index(max(scores))]
        exposed = prefix[end] - prefix[start]
        crowding = (self._squares[end] - self._squares[start]) / (exposed * exposed) if exposed > 0 else 1.0
        # Answers to mail from before the window: how late they come is known but roughly.
        late = max(0.0, 1 - (self._sent[end] - self._sent[start]) / exposed) if exposed > 0 else 1.0
        spread = self._kind.late * late * late
        return Expectation(mean, fit.jitter * min(1.0, crowding) + fit.drift + spread + 1 / known)

    def usual_rate(self, slot: int) -> float:
        """The rate of the habit as it was known before `slot`: a fraction of the delivery attempts."""
        return self._fits[slot // BLOCK].rates[self._best()]


def _variance(residues: list[tuple[float, float, float]], prior: float, doubt: float) -> float:
    """A relative variance from squared residuals, against what is assumed with a standard error of `doubt`."""
    residue = sum(part[0] for part in residues)
    weight = sum(part[1] for part in residues)
    noise = sum(part[2] for part in residues)
    if noise <= 0:
        return prior
    precision = 1 / (doubt * doubt)
    return max(0.0, (prior * precision + residue * weight / noise) / (precision + weight * weight / noise))


def chance_of(count: int, expected: Expectation) -> float:
    """The chance of counting so many or more: an upper bound of the negative binomial's tail.

    The rate is gamma-distributed about the usual one with the expectation's relative variance. From the first term on
    the tail falls at least as fast as a geometric series, whose sum this is; 1 where `count` is not above the mean.
    """
    mean = expected.mean
    if count <= mean or count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    shape = 1 / expected.variance
    share = mean / (mean + shape)
    log_term = (
        math.lgamma(shape + count)
        - math.lgamma(shape)
        - math.lgamma(count + 1)
        - count * math.log1p(shape / mean)
        - shape * math.log1p(mean / shape)
    )
    ratio = max(share, share * (shape + count) / (count + 1))
    # No term is above 1; rounding can put that of astronomic numbers there.
    return min(1.0, math.exp(min(0.0, log_term)) / (1 - ratio)) if ratio < 1 else 1.0
