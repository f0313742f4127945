"""The mail that the counts of a slot may answer: complaints trail the mail by hours, and nobody knows by how many."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

from sesmon.alerts.kinds import TRAILS
from sesmon.alerts.rows import Rows, summed_on

_SLOW = 192.0
_FLOOR = 0.02
"""So much of the exposure is the mail of the last two days: an answer can come that late, and to no mail at all."""


class Exposure:
    """What each of several kernels makes of the mail, slot by slot. Nothing but what was sent is asked.

    `sums` are running totals by kernel, from 0 before the first slot on.
    """

    def __init__(self, kernels: Sequence[Sequence[float]]) -> None:
        used = [place for place in range(len(TRAILS)) if any(kernel[place] for kernel in kernels)]
        keep = [math.exp(-1 / TRAILS[place]) if TRAILS[place] else 0.0 for place in used]
        self._keep = [(kept, 1 - kept) for kept in (*keep, math.exp(-1 / _SLOW))]
        self._mixes = [_mix([kernel[place] for place in used]) for kernel in kernels]
        self._trails = Rows([0.0] * len(self._keep))
        self._sums = Rows([0.0] * len(kernels))
        self.sums: list[array[float]] = self._sums.columns

    def extend(self, sends: Sequence[int]) -> list[list[float]]:
        """Go on with the mail of further slots: what each kernel, in order, exposes in each of them."""
        trails = []
        for column, (keep, take) in zip(self._trails.columns, self._keep, strict=True):
            trail = column[-1]
            trails.append([trail := trail * keep + mails * take for mails in sends])
            column.fromlist(trails[-1])
        floor = [_FLOOR * trail for trail in trails[-1]]
        out = []
        for sums, mix in zip(self.sums, self._mixes, strict=True):
            parts = [(share, trails[place]) for share, place in mix]
            if len(parts) == 1:
                ((a, one),) = parts
                exposed = [a * x + least for x, least in zip(one, floor, strict=True)]
            elif len(parts) == 2:
                (a, one), (b, two) = parts
                exposed = [a * x + b * y + least for x, y, least in zip(one, two, floor, strict=True)]
            else:
                (a, one), (b, two), (c, three) = parts
                exposed = [a * x + b * y + c * z + least for x, y, z, least in zip(one, two, three, floor, strict=True)]
            summed_on(sums, exposed)
            out.append(exposed)
        return out

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        self._trails.forget_from(slot + 1)
        self._sums.forget_from(slot + 1)


def _mix(shares: Sequence[float]) -> list[tuple[float, int]]:
    """A kernel's shares that are not 0, three at the most, each with its place."""
    return [(share * (1 - _FLOOR), place) for place, share in enumerate(shares) if share]
