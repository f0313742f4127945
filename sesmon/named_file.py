"""A file that the user names: whether it is one at all, and its text."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path
from typing import BinaryIO

LONGEST = 128 * 1024 * 1024
"""Bytes that a text may have. Two weeks of send statistics are some 200 KB, so it holds 25 years of one Region; without
a bound, what never ends (`/dev/zero`) would be read until the memory is full."""

_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


class TooLongError(Exception):
    """A text of more than `LONGEST` bytes. `str()` is the end of a sentence that begins with its name."""


def kind(path: Path) -> str | None:
    """What lies there, in words, where it is no regular file; None where it is one, or nothing is there to be seen.

    To open a FIFO waits until somebody opens its other end, which may be never: who writes to a file, or expects one
    that stays, asks before.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        # Whoever opens it says why it cannot.
        return None
    return None if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "no regular file")


def text(stream: BinaryIO) -> str:
    """All of a text: UTF-8, or UTF-16 where a byte order mark says so, as `>` of Windows PowerShell 5 writes it.

    Raises:
        TooLongError: for more than `LONGEST` bytes.
        UnicodeDecodeError: for bytes that are not of that encoding.
        OSError: where it cannot be read.
    """
    data = stream.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise TooLongError(f"is larger than {LONGEST // 1024**2} MB, or never ends")
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if is_wide else "utf-8-sig")
