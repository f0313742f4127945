"""Numbers by slot, eight bytes each: a list of floats holds four times that, and a target has tens of thousands."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, MutableSequence, Sequence
from itertools import accumulate, islice
from typing import TypeVar

Number = TypeVar("Number", int, float)


class Rows:
    """Rows of so many floats as the first. Each place of a row has an array of its own, so that many come at once."""

    __slots__ = ("columns",)

    def __init__(self, first: Sequence[float]) -> None:
        self.columns = [array("d", (number,)) for number in first]

    def append(self, row: Iterable[float]) -> None:
        """One more row."""
        for column, number in zip(self.columns, row, strict=True):
            column.append(number)

    def row(self, number: int) -> list[float]:
        """One of them, from 0 on; -1 is the newest."""
        return [column[number] for column in self.columns]

    def forget_from(self, number: int) -> None:
        """Take back everything from that row on."""
        for column in self.columns:
            del column[number:]


def summed_on(sums: MutableSequence[Number], more: Iterable[Number]) -> None:
    """Go on with running totals."""
    sums.extend(islice(accumulate(more, initial=sums[-1]), 1, None))
