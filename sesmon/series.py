"""Arithmetic over data points: order, windows, gaps, totals, rates, buckets. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import NamedTuple, overload

from sesmon.model import SLOT, Counts, DataPoint, Metric, Row


def ordered(points: Iterable[DataPoint]) -> tuple[DataPoint, ...]:
    """The points oldest first, each time once.

    Where a time is listed more than once, the greater of each counter is kept: a slot's counters only grow, so the
    smaller one is the older view of the same slot.
    """
    merged: dict[datetime, DataPoint] = {}
    for point in points:
        known = merged.get(point.time)
        if known is None:
            merged[point.time] = point
        elif known != point:
            merged[point.time] = DataPoint(point.time, *map(max, zip(known.counts, point.counts, strict=True)))
    return tuple(sorted(merged.values()))


def changed(before: Sequence[DataPoint], after: Sequence[DataPoint]) -> frozenset[datetime]:
    """The times of the points in `after` that `before` did not hold, or held with other counters."""
    known = set(before)
    return frozenset(point.time for point in after if point not in known)


class Series:
    """Points oldest first, with running totals, so that a window's total costs a look-up and not a walk."""

    __slots__ = ("_sums", "_times", "points")

    def __init__(self, points: Iterable[DataPoint] = ()) -> None:
        self.points = ordered(points)
        self._times = [point.time for point in self.points]
        self._sums = tuple(list(accumulate(map(attrgetter(metric.field), self.points), initial=0)) for metric in Metric)

    def __len__(self) -> int:
        return len(self.points)

    def __bool__(self) -> bool:
        return bool(self.points)

    def index(self, time: datetime) -> int:
        """The place of the first point at or after `time`."""
        return bisect_left(self._times, time)

    def between(self, start: datetime, end: datetime) -> tuple[DataPoint, ...]:
        """The points that began at or after `start` and before `end`."""
        return self.points[self.index(start) : self.index(end)]

    def total(self, start: datetime, end: datetime) -> Counts:
        """What was counted in the points that began at or after `start` and before `end`."""
        low, high = self.index(start), max(self.index(start), self.index(end))
        return Counts(*(sums[high] - sums[low] for sums in self._sums))

    def buckets(self, start: datetime, width: timedelta, count: int) -> list[Counts | None]:
        """`count` stretches of `width` from `start` on; None where no point began: a gap, for drawing."""
        places = [self.index(start + width * step) for step in range(count + 1)]
        return [
            Counts(*(sums[high] - sums[low] for sums in self._sums)) if high > low else None
            for low, high in pairwise(places)
        ]

    def grid(self, start: datetime, width: timedelta, count: int) -> list[tuple[DataPoint, ...]]:
        """The points of `count` stretches of `width` from `start` on; an empty one is a gap."""
        places = [self.index(start + width * step) for step in range(count + 1)]
        return [self.points[low:high] for low, high in pairwise(places)]

    @property
    def first(self) -> datetime | None:
        """When the oldest point began."""
        return self._times[0] if self._times else None

    @property
    def last(self) -> datetime | None:
        """When the newest point began."""
        return self._times[-1] if self._times else None


class Window(NamedTuple):
    """A stretch of time that ends where the data end, and the one of the same length before it."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    @property
    def before(self) -> Window:
        """The window of the same length that ends where this one starts."""
        return Window(self.start - self.length, self.start)


def window_end(series: Series, read_at: datetime) -> datetime:
    """Where windows end: at the reading, or after the newest point if that lies in the future of this host's clock."""
    last = series.last
    if last is not None and last >= read_at:
        return last + SLOT
    return read_at


def grid_end(series: Series, end: datetime, unit: timedelta = SLOT) -> datetime:
    """The end of the slot (15 minutes unless told) that holds `end`, on the grid that the newest point lies on.

    Timestamps lie where the service puts them; a drawing that takes its grid from the newest point gives each slot
    a column of its own.
    """
    last = series.last
    if last is None or last >= end:
        return end if last is None else last + unit
    return last + -((last - end) // unit) * unit


def change(now: int, before: int) -> float | None:
    """By what fraction `now` differs from `before` (0.5 is half as much again); None where there was nothing before."""
    return (now - before) / before if before else None


class Step(Enum):
    """How much one row of the table, or one bar of a chart, puts together."""

    SLOT = SLOT
    HOUR = timedelta(hours=1)
    DAY = timedelta(days=1)


class _Slots(Sequence[Row]):
    """Data points as rows, each made when it is asked for: of two weeks a table shows some twenty."""

    def __init__(self, points: Sequence[DataPoint]) -> None:
        self._points = points

    def __len__(self) -> int:
        return len(self._points)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return _Slots(self._points[place])
        point = self._points[place]
        return Row(point.time, point.time + SLOT, point.counts, 1)


def rows(points: Sequence[DataPoint], step: Step, zone: tzinfo) -> Sequence[Row]:
    """The points as rows, oldest first; hours and days begin where they do in `zone`, DST changes included.

    A 15-minute row is the data point itself, wherever it lies.
    """
    if step is Step.SLOT:
        return _Slots(points)
    out: list[Row] = []
    for point in points:
        start = floor(point.time, step, zone)
        if out and out[-1].start == start:
            last = out[-1]
            out[-1] = Row(last.start, last.end, last.counts.plus(point), last.points + 1)
        else:
            out.append(Row(start, _row_end(start, step, zone), point.counts, 1))
    return out


def floor(time: datetime, step: Step, zone: tzinfo) -> datetime:
    """When the hour or day of `zone` that `time` lies in began, in UTC; a 15-minute slot is itself."""
    if step is Step.SLOT:
        return time
    local = time.astimezone(zone)
    if step is Step.HOUR:
        return time - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def _row_end(start: datetime, step: Step, zone: tzinfo) -> datetime:
    """When the hour or day that began at `start` ends: the start of the next, which a DST change can move."""
    if step is Step.HOUR:
        return start + timedelta(hours=1)
    return floor(start + timedelta(hours=36), Step.DAY, zone) if step is Step.DAY else start + SLOT


class Standing(NamedTuple):
    """The newest mail up to a representative volume, however long it took: what AWS judges an account by.

    `counts` are of the mail since `since`, up to `until` (UTC); `is_whole` tells whether the volume was reached.
    """

    counts: Counts
    since: datetime
    until: datetime
    is_whole: bool


def standing(points: Sequence[DataPoint], days: Sequence[Row], volume: int, until: datetime) -> Standing | None:
    """The standing over the newest `volume` delivery attempts; None where nothing was sent.

    Whole points are taken, newest first, and before the oldest of them days (UTC); both are given oldest first.
    """
    counts, since = Counts(), until
    for point in reversed(points):
        if counts.attempts >= volume:
            break
        counts, since = counts.plus(point), point.time
    first = floor(points[0].time if points else until, Step.DAY, UTC)
    for row in reversed(days):
        if counts.attempts >= volume:
            break
        if row.start == first:
            # Of the day that the oldest point lies in, what came before that point.
            counts, since = counts.plus(_rest_of(row, points)), row.start
        elif row.start < first:
            counts, since = counts.plus(row.counts), row.start
    return Standing(counts, since, until, counts.attempts >= volume) if counts.attempts else None


def _rest_of(day: Row, points: Sequence[DataPoint]) -> Counts:
    """What a day counted beside the points (oldest first) that begin in it."""
    within = Counts()
    for point in points:
        if point.time >= day.end:
            break
        within = within.plus(point)
    return Counts(*(max(0, whole - part) for whole, part in zip(day.counts, within, strict=True)))
