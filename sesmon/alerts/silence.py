"""Sending that stopped, or all but stopped, where this sender at this hour of the week always sends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

DAY = 96
"""Slots in a day."""

QUIET = 4
"""Slots that must be quiet: an hour, so that counts which the service lists late raise no alarm."""

LEAST = 50
"""Mails that an hour must usually see to be missed."""

COLLAPSE = 0.05
"""What is left of the usual mail where sending has all but stopped, at the most."""

RESUMED = 0.25
"""What share of the usual mail in half an hour is sending again."""

_MOST_DAYS = 13
_LEAST_BUSY_DAYS = 4
_EDGES = (-4, 4)
_PATIENCE = 1.5
"""How many times the longest pause that this sender is used to a silence must last."""


class Silence(NamedTuple):
    """A quiet stretch from slot `start` on and before `end`, with `sent` mails.

    On `days` earlier days that are like this one, the least mail that an hour at this time saw was `least`, and the
    middle one `usual`.
    """

    start: int
    end: int
    sent: int
    days: int
    least: int
    usual: float


class Rhythm:
    """When a sender sends, by the running totals of its mail: from 0 before the first slot on."""

    def __init__(self, sums: Sequence[int]) -> None:
        self._sums = sums

    def _sent(self, start: int, end: int) -> int:
        return self._sums[end] - self._sums[start]

    def quiet(self, ends: range) -> list[int]:
        """Those of the slots `ends` before which there may be a silence: far less was sent than a week ago.

        Nearly every slot sees as much as a week ago, or nothing much was sent then.
        """
        sums, week = self._sums, 7 * DAY
        return [
            end
            for end in range(max(ends.start, week - _EDGES[0] + QUIET), ends.stop)
            if (usual := sums[end - week] - sums[end - week - QUIET]) >= LEAST
            and sums[end] - sums[end - QUIET] <= COLLAPSE * usual
        ]

    def find(self, end: int) -> Silence | None:
        """A silence that ends before slot `end`; None where there is none, or too little habit to tell."""
        if not self.quiet(range(end, end + 1)):
            return None
        start = end - QUIET
        sent = self._sent(start, end)
        days = self._like_this_one(start)
        if days is None:
            return None
        hours = sorted(self._hour(start, day) for day in days)
        # One day may have had an outage of its own.
        level = hours[1] if len(hours) > _LEAST_BUSY_DAYS else hours[0]
        if level < LEAST or sent > COLLAPSE * level or self._is_at_an_edge(start, days):
            return None
        # Back to where it began, but not through a night in which nothing is missed.
        while self._sent(start - 1, start) <= COLLAPSE * level / QUIET and self._is_busy(start - 1, days):
            start -= 1
        pause = self._longest_pause(start, days)
        if pause and end - start < QUIET + _PATIENCE * pause:
            return None
        return Silence(start, end, self._sent(start, end), len(days), level, _median(hours))

    def has_resumed(self, end: int) -> bool:
        """Whether the half hour before slot `end` saw a fair share of the mail that it usually sees."""
        start = end - 2
        usual = sorted(self._sent(start - DAY * day, end - DAY * day) for day in range(1, 8) if start >= DAY * day)
        # The busier half of the days: the others may be a weekend's.
        return self._sent(start, end) > RESUMED * (_median(usual[len(usual) // 2 :]) if usual else 0)

    def _hour(self, start: int, days_before: int) -> int:
        there = start - DAY * days_before
        return self._sent(there, there + QUIET)

    def _like_this_one(self, start: int) -> list[int] | None:
        """The earlier days on which this hour was busy, if the week has a pattern and this day belongs to it."""
        known = [day for day in range(1, _MOST_DAYS + 1) if start - DAY * day + _EDGES[0] >= 0]
        busy = {day for day in known if self._hour(start, day) >= LEAST}
        if 7 not in busy or len(busy) < _LEAST_BUSY_DAYS:
            return None
        pairs = [(day in busy) == (day + 7 in busy) for day in range(1, 7) if day + 7 in known]
        if pairs.count(False) > 1:
            return None
        quiet = [day for day in range(1, 7) if day not in busy and day + 7 not in known]
        # Days that no second week vouches for are quiet as a weekend is: two at the most, one after the other.
        if len(quiet) > 2 or any(later - day > 1 for day, later in pairwise(quiet)):
            return None
        return sorted(busy)

    def _is_busy(self, slot: int, days: list[int]) -> bool:
        """Whether that slot usually sees its share of an hour that is missed, on such of those days as are known."""
        known = [self._slot(slot, day) for day in days if slot >= DAY * day]
        return bool(known) and _median(known) * QUIET >= LEAST

    def _is_at_an_edge(self, start: int, days: list[int]) -> bool:
        """Whether the working day usually begins or ends within an hour: on its edges nothing is late yet."""
        usual = _median(self._hour(start, day) for day in days)
        return any(_median(self._hour(start + shift, day) for day in days) < usual / 2 for shift in _EDGES)

    def _longest_pause(self, start: int, days: list[int]) -> int:
        """The longest stretch of slots that were quiet though usually busy, on those days around the hour of `start`.

        The longest but one, rather: a single outage is no habit.
        """
        pauses = [0, 0]
        half = range(-DAY // 2, DAY // 2)
        whole = [day for day in days if start - DAY * day + half.start >= 0]
        usual = [_median(self._slot(start + shift, day) for day in whole) for shift in half] if whole else []
        for day in whole:
            run = 0
            for shift, sends in zip(half, usual, strict=True):
                if sends * QUIET >= LEAST and self._slot(start + shift, day) <= COLLAPSE * sends:
                    run += 1
                elif run:
                    pauses.append(run)
                    run = 0
            pauses.append(run)
        return sorted(pauses)[-2]

    def _slot(self, slot: int, days_before: int) -> int:
        there = slot - DAY * days_before
        return self._sent(there, there + 1)


def _median(of: Iterable[float]) -> float:
    """The middle number, or between the two middle ones. The library's would load two megabytes of fractions first."""
    numbers = sorted(of)
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2
