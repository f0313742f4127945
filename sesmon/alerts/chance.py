"""What a window is expected to count, and how unlikely it is to count more."""

from __future__ import annotations

import math
from typing import NamedTuple


class Expectation(NamedTuple):
    """What a window may be expected to count: `mean`, and the relative variance of its rate."""

    mean: float
    variance: float


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
