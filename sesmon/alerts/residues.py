"""How much a rate varies beyond chance, measured block by block."""

from __future__ import annotations

from sesmon.alerts.rows import Rows

MEMORY_BLOCKS = 56
"""Blocks that the habit is learned from: seven days, so that each weekday counts once."""


class Residues(Rows):
    """What the blocks tell of a variance: squared residuals beyond chance, their weights and their noise."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__([0.0] * 3)
        self.forget_from(0)

    def variance(self, prior: float, doubt: float) -> float:
        """A relative variance from the newest blocks, against what is assumed with a standard error of `doubt`."""
        residues, weights, noises = self.columns
        noise = sum(noises[-MEMORY_BLOCKS:])
        if noise <= 0:
            return prior
        residue, weight = sum(residues[-MEMORY_BLOCKS:]), sum(weights[-MEMORY_BLOCKS:])
        precision = 1 / (doubt * doubt)
        return max(0.0, (prior * precision + residue * weight / noise) / (precision + weight * weight / noise))
