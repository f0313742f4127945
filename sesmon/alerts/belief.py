"""Which of several kernels (how late answers come) fit the past: those are believed."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from operator import neg

from sesmon.alerts.rows import Rows

PLAUSIBLE = 7.0
_CLIP = -4.0
_FORGET = 1 - 1 / 480
"""A kernel is believed while its log likelihood is within 7 of the best's; one slot tells no more than 4 apart, and
tells it for five days."""


class Belief:
    """How well each kernel has fitted, by slot, with what was before the first; `best_at` is which fitted best."""

    def __init__(self, kernels: int) -> None:
        self._scores = Rows([0.0] * kernels)
        self.best_at = bytearray(1)

    def scores(self, end: int) -> list[float]:
        """How well each has fitted before slot `end`."""
        return self._scores.row(end)

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        self._scores.forget_from(slot + 1)
        del self.best_at[slot + 1 :]

    def keep(self, slots: int) -> None:
        """Live through slots that tell nothing."""
        for column in self._scores.columns:
            column.fromlist([column[-1]] * slots)
        self.best_at += self.best_at[-1:] * slots

    def live(self, means: list[list[float]], counts: Sequence[int], jitter: float) -> None:
        """Live through slots, by what each of two or more kernels made their means.

        `jitter` is the relative variance of the rate from slot to slot.
        """
        told = [_likelihoods(own, counts) for own in means] if any(counts) else [list(map(neg, own)) for own in means]
        tops = list(map(max, *told))
        # A quasi-likelihood: what varies beyond chance tells less.
        worths = [
            1 / (1 + jitter * by_kernel[likelihoods.index(top)])
            for by_kernel, likelihoods, top in zip(zip(*means, strict=True), zip(*told, strict=True), tops, strict=True)
        ]
        scores, forget, clip = [], _FORGET, _CLIP
        for column, likelihoods in zip(self._scores.columns, told, strict=True):
            score, own = column[-1], []
            for one, top, worth in zip(likelihoods, tops, worths, strict=True):
                less = (one - top) * worth
                score = score * forget + (less if less > clip else clip)
                own.append(score)
            column.fromlist(own)
            scores.append(own)
        self.best_at.extend([row.index(max(row)) for row in zip(*scores, strict=True)])


def _likelihoods(means: list[float], counts: Sequence[int]) -> list[float]:
    """The logarithms of how likely each count is where that is the mean, but for what depends on the count alone."""
    try:
        return [count * log_mean - mean for count, log_mean, mean in zip(counts, map(log, means), means, strict=True)]
    except ValueError:
        # A mean of 0, which has no logarithm.
        return [
            (count * log(mean) - mean if mean else -1e9) if count else -mean
            for count, mean in zip(counts, means, strict=True)
        ]
