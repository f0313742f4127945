"""What is assumed of a metric's counts before anything is known of a sender."""

from __future__ import annotations

from typing import NamedTuple

from sesmon.model import Metric

TRAILS = (0.0, 4.0, 16.0, 48.0, 144.0)
"""How late answers may come: mean delays in slots, each exponential. 0 is at once."""


class Kind(NamedTuple):
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
