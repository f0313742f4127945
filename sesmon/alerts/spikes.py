"""Complaints, bounces and rejects against the sender's own habit: is this more than its mail usually brings?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sesmon.alerts.chance import chance_of
from sesmon.alerts.habit import Habit

WINDOWS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 72, 96)
"""Slots that are looked at together: from a quarter of an hour, for a spike, to a day, for a slow creep."""


class Finding(NamedTuple):
    """A window that counts more than the habit allows for: slots from `start` on and before `end`.

    `expected` is the count that the habit makes the mean, `usual_rate` a fraction of the attempts, `chance` an upper
    bound of the chance of counting so many as `counted` or more.
    """

    start: int
    end: int
    counted: int
    expected: float
    usual_rate: float
    chance: float

    @property
    def exposed(self) -> float:
        """The mail that the count may answer."""
        return self.expected / self.usual_rate if self.usual_rate else 0.0


def findings(
    habit: Habit, ends: range, *, chance: float, least: int, ratio: float, first: int = 0, longest: int = WINDOWS[-1]
) -> Iterator[Finding]:
    """For each of the slots `ends`, the least likely window that ends before it, if it is less likely than `chance`.

    A window counts `least` or more and `ratio` times what is expected, begins at slot `first` or later, and has at
    most `longest` slots.
    """
    out: Finding | None = None
    lengths = [length for length in WINDOWS if length <= longest]
    for start, end, count in habit.outstanding(ends, lengths, first=first, least=least, ratio=ratio):
        if out is not None and out.end != end:
            yield out
            out = None
        expected = habit.expectation(start, end)
        if expected is None or count < ratio * expected.mean:
            continue
        found = chance_of(count, expected)
        if found < chance and (out is None or found < out.chance):
            out = Finding(start, end, count, expected.mean, habit.usual_rate(start, end), found)
    if out is not None:
        yield out
