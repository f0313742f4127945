"""The mail that trails: how much of what was sent is still to be answered, for each of some delays."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sesmon.alerts.kinds import TRAILS
from sesmon.alerts.rows import Rows, summed_on

SLOWEST = len(TRAILS)
"""The place, after those of `TRAILS`, of the mail of the last two days."""

_DELAYS = (*TRAILS, 192.0)
"""`TRAILS`, and at the place `SLOWEST` the mean delay of two days."""


class Trails:
    """What was sent, slot by slot, and what trails. One sender's habits share it; the past can be taken back.

    `sent` are running totals, from 0 before the first slot on.
    """

    def __init__(self) -> None:
        self.sent = [0]
        self._keep = [math.exp(-1 / delay) if delay else 0.0 for delay in _DELAYS]
        self._rows = Rows([0.0] * len(_DELAYS))

    def live(self, sends: Sequence[int]) -> None:
        """Live through slots."""
        summed_on(self.sent, sends)
        for column, keep in zip(self._rows.columns, self._keep, strict=True):
            take, trail = 1 - keep, column[-1]
            column.fromlist([trail := trail * keep + mails * take for mails in sends])

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        del self.sent[slot + 1 :]
        self._rows.forget_from(slot + 1)

    def of(self, place: int, start: int, end: int) -> list[float]:
        """What trails at the delay of that place, in the slots from `start` on and before `end`."""
        return self._rows.columns[place][start + 1 : end + 1].tolist()
