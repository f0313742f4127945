"""From what a source lists to data points: every field optional, nothing trusted, what was mended is said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sesmon.model import DataPoint, Metric
from sesmon.series import ordered

LARGEST = 2**63 - 1
"""The service's counters are 64 bits wide (SES API model: type long)."""

_YEARS = range(2000, 2200)
"""A time of another year is none that SES counted mail in, and none that sums of times can be trusted with."""

COUNTERS = tuple(metric.aws_name for metric in Metric)
"""What AWS calls the four counters of a point."""

_AHEAD = timedelta(minutes=2)
"""A point that begins so much after the reading is called a point in the future; less is a clock's ordinary error."""


class Parsed(NamedTuple):
    """Points oldest first, each time once, and what had to be mended, each a short sentence."""

    points: tuple[DataPoint, ...]
    notes: tuple[str, ...]


def validated(raw: Iterable[Mapping[str, object]], now: datetime | None = None) -> Parsed:
    """Points out of a service's dictionaries with AWS's own names; `now` (UTC) finds points in the future.

    A counter that is missing is 0. A point without a timestamp, with one of an impossible year, or with a counter that
    is no whole number from 0 to 2^63 - 1 is left out and counted in the notes. A time listed twice is one point.
    """
    kept: list[DataPoint] = []
    timeless = misdated = miscounted = 0
    for item in raw:
        time = item.get("Timestamp")
        if not isinstance(time, datetime):
            timeless += 1
            continue
        if time.year not in _YEARS:
            misdated += 1
            continue
        counters = _counters(item)
        if counters is None:
            miscounted += 1
            continue
        kept.append(DataPoint(utc(time), *counters))
    points = ordered(kept)
    future = sum(point.time > now + _AHEAD for point in points) if now else 0
    return Parsed(points, tuple(_notes(timeless, misdated, miscounted, len(kept) - len(points), future)))


def _counters(item: Mapping[str, object]) -> Iterable[int] | None:
    """The four counters; a missing one is 0. None where one is impossible."""
    values: tuple[Any, ...] = tuple(map(item.get, COUNTERS))
    if set(map(type, values)) != {int}:
        if not all(value is None or type(value) is int for value in values):
            return None
        values = tuple(value or 0 for value in values)
    return values if min(values) >= 0 and max(values) <= LARGEST else None


def utc(time: datetime) -> datetime:
    """A time in UTC; one that names no zone is taken for it."""
    if time.tzinfo is UTC:
        return time
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        # The first or the last day there is: its year is impossible on either side of midnight.
        return time.replace(tzinfo=UTC)


def _notes(timeless: int, misdated: int, miscounted: int, merged: int, future: int) -> Iterable[str]:
    if timeless:
        yield f"{_points(timeless)} dropped: no timestamp"
    if misdated:
        yield f"{_points(misdated)} dropped: impossible year"
    if miscounted:
        yield f"{_points(miscounted)} dropped: impossible counter"
    if merged:
        yield f"{_points(merged)} listed twice"
    if future:
        yield f"{_points(future)} in the future: check this host's clock"


def _points(count: int) -> str:
    return f"{count:,} point{'' if count == 1 else 's'}"
