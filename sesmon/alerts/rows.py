"""Numbers by slot, eight bytes each: a list of floats holds four times that, and a target has tens of thousands."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(init=False, slots=True)
class Rows:
    """Rows of so many floats as the first, kept one after the other in `flat`; `last` is the newest."""

    flat: array[float]
    width: int
    last: list[float]

    def __init__(self, first: Sequence[float]) -> None:
        self.last = list(first)
        self.flat = array("d", self.last)
        self.width = len(self.last)

    def append(self, row: list[float]) -> None:
        """One more row, which is not to be changed afterwards."""
        self.flat.fromlist(row)
        self.last = row

    def replace(self, row: list[float]) -> None:
        """Another newest row."""
        self.flat[-self.width :] = array("d", row)
        self.last = row

    def row(self, number: int) -> list[float]:
        """One of them, from 0 on."""
        return self.flat[number * self.width : (number + 1) * self.width].tolist()

    def forget_from(self, number: int) -> None:
        """Take back everything from that row on; the first row stays."""
        del self.flat[number * self.width :]
        self.last = self.flat[-self.width :].tolist()
