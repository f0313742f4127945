"""Numbers as a line of block characters from a zero base, for text without colour. Pure."""

from __future__ import annotations

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.-=+*%#"


def line(values: Sequence[float | None], *, ascii_only: bool = False) -> str:
    """One character for each value of 0 or more; a blank for None, which is a gap. The largest is the highest."""
    signs = ASCII if ascii_only else BLOCKS
    top = max((value for value in values if value is not None), default=0)
    return "".join(
        " " if value is None else signs[min(len(signs) - 1, int(value * len(signs) / top)) if top else 0]
        for value in values
    )


def plain(text: str) -> str:
    """The text with its signs in ASCII: blocks by height, dashes and dots by likeness, and '?' for what has none."""
    table = {ord(block): sign for block, sign in zip(BLOCKS, ASCII, strict=True)}
    table |= {ord("·"): "-", ord("–"): "-", ord("−"): "-", ord("×"): "x", ord("±"): "+-", ord("…"): "..."}
    return text.translate(table).encode("ascii", "replace").decode("ascii")
