"""The mail that the counts of a slot may answer: complaints trail the mail by hours, and nobody knows by how many."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from sesmon.alerts.rows import Rows, summed_on
from sesmon.alerts.trails import SLOWEST, Trails

_FLOOR = 0.02
"""So much of the exposure is the mail of the last two days: an answer can come that late, and to no mail at all."""


class Exposure:
    """What each of several kernels makes of the mail, slot by slot. Nothing but what was sent is asked.

    `sums` are running totals by kernel, from 0 before the first slot on.
    """

    def __init__(self, kernels: Sequence[Sequence[float]], trails: Trails) -> None:
        self._trails = trails
        self._mixes = [_mix(kernel) for kernel in kernels]
        self._used = sorted({place for mix in self._mixes for _, place in mix})
        self._sums = Rows([0.0] * len(kernels))
        self.sums: list[array[float]] = self._sums.columns

    def live(self, slots: int) -> list[list[float]]:
        """Live through slots whose mail is known: what each kernel, in order, exposes in each of them."""
        start = len(self.sums[0]) - 1
        trails = {place: self._trails.of(place, start, start + slots) for place in self._used}
        floor = [_FLOOR * trail for trail in self._trails.of(SLOWEST, start, start + slots)]
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
        self._sums.forget_from(slot + 1)


def _mix(shares: Sequence[float]) -> list[tuple[float, int]]:
    """A kernel's shares that are not 0, three at the most, each with its place."""
    return [(share * (1 - _FLOOR), place) for place, share in enumerate(shares) if share]
