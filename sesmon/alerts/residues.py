"""How much a rate varies beyond chance, measured block by block."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

MEMORY_BLOCKS = 56
"""Blocks that the habit is learned from: seven days, so that each weekday counts once."""


@dataclass(slots=True)
class Residues:
    """What the blocks tell of a variance: squared residuals beyond chance, their weights and their noise."""

    residues: array[float] = field(default_factory=lambda: array("d"))
    weights: array[float] = field(default_factory=lambda: array("d"))
    noises: array[float] = field(default_factory=lambda: array("d"))

    def append(self, residue: float, weight: float, noise: float) -> None:
        """One more block."""
        self.residues.append(residue)
        self.weights.append(weight)
        self.noises.append(noise)

    def forget_from(self, block: int) -> None:
        """Take back everything from that block on."""
        del self.residues[block:], self.weights[block:], self.noises[block:]

    def variance(self, prior: float, doubt: float) -> float:
        """A relative variance from the newest blocks, against what is assumed with a standard error of `doubt`."""
        residue = sum(self.residues[-MEMORY_BLOCKS:])
        weight = sum(self.weights[-MEMORY_BLOCKS:])
        noise = sum(self.noises[-MEMORY_BLOCKS:])
        if noise <= 0:
            return prior
        precision = 1 / (doubt * doubt)
        return max(0.0, (prior * precision + residue * weight / noise) / (precision + weight * weight / noise))
