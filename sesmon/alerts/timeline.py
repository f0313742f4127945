"""Data points laid out in slots of 15 minutes, with running totals; the past can be taken back and lived again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sesmon.alerts.rows import summed_on
from sesmon.alerts.trails import Trails
from sesmon.model import SLOT, Counts, DataPoint, Metric

_FUTURE = 1344
"""Slots without a point that are lived through after the newest: two weeks, however far off a clock is."""


class Timeline:
    """Counts by slot, from the slot of `origin` (UTC) on. Slot 0 begins at the first point ever laid out."""

    def __init__(self, origin: datetime) -> None:
        self.origin = origin
        self._counts: list[Counts] = []
        self.sums: dict[Metric, list[int]] = {metric: [0] for metric in Metric}
        self.trails = Trails()
        self.sums[Metric.SENDS] = self.trails.sent

    def __len__(self) -> int:
        return len(self._counts)

    def slot(self, time: datetime) -> int:
        """The slot nearest to a time: timestamps lie where the service puts them."""
        return (time - self.origin + SLOT / 2) // SLOT

    def when(self, slot: int) -> datetime:
        """When a slot begins."""
        return self.origin + SLOT * slot

    def over(self, now: datetime) -> int:
        """How many slots are over."""
        return (now - self.origin) // SLOT

    def laid_out(self, points: Sequence[DataPoint], now: datetime) -> tuple[int, list[Counts]]:
        """The slot of the first of the points (oldest first), and the counts of each from there on up to now."""
        first, last = self.slot(points[0].time), self.slot(points[-1].time)
        none = Counts()
        out = [none] * (max(last + 1, min(self.over(now), last + _FUTURE)) - first)
        for point in points:
            place = self.slot(point.time) - first
            out[place] = point.counts if out[place] is none else out[place].plus(point)
        return first, out

    def agreement(self, first: int, counts: Sequence[Counts]) -> int:
        """The first slot from `first` on that is not what `counts` say."""
        same = first
        for known, wanted in zip(self._counts[first:], counts, strict=False):
            if known != wanted:
                break
            same += 1
        return same

    def live(self, counts: Sequence[Counts]) -> None:
        """Live through slots."""
        self._counts += counts
        for metric, column in zip(Metric, zip(*counts, strict=True), strict=bool(counts)):
            if metric is Metric.SENDS:
                self.trails.live(column)
            else:
                summed_on(self.sums[metric], column)

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        del self._counts[slot:]
        self.trails.forget_from(slot)
        for sums in self.sums.values():
            del sums[slot + 1 :]

    def total(self, start: int, end: int) -> Counts:
        """What the slots from `start` on and before `end` counted."""
        return Counts(*(self.sums[metric][end] - self.sums[metric][start] for metric in Metric))

    def sent(self, start: int, end: int) -> int:
        """The delivery attempts of those slots."""
        sums = self.sums[Metric.SENDS]
        return sums[end] - sums[start]
