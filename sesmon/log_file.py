"""The log: a file for a bug report.

Only sesmon's own loggers write to it. Botocore's would, at level debug, write requests with their session tokens.
"""

from __future__ import annotations

import logging
import os
import platform
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from sesmon import __version__
from sesmon.wording import pasteable

LARGEST = 1024 * 1024
"""Bytes after which a new file is begun."""

OLD_FILES = 3
"""How many older files are kept: FILE.1 is the newest of them."""

FILE_MODE = 0o600

_OWN = logging.getLogger("sesmon")


def open_log_file(path: Path, level: str) -> logging.Handler:
    """Write sesmon's log to a file from now on, at this level and above.

    Raises:
        OSError: where the file cannot be written.
    """
    handler = _PrivateFile(path, maxBytes=LARGEST, backupCount=OLD_FILES, encoding="utf-8", errors="replace")
    handler.setFormatter(LineFormatter())
    _OWN.setLevel(level.upper())
    _OWN.propagate = False
    _OWN.addHandler(handler)
    _OWN.info("sesmon %s, Python %s, %s", __version__, platform.python_version(), platform.platform())
    return handler


def close_log_file(handler: logging.Handler) -> None:
    """Write to that file no more."""
    _OWN.removeHandler(handler)
    _OWN.setLevel(logging.CRITICAL)
    handler.close()


class _PrivateFile(RotatingFileHandler):
    """A file for its user alone, whatever the umask; one that is there keeps its mode."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, errors=self.errors, opener=_private)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's own name
        """Nothing: a full disk must neither stop the monitor nor write over its screen."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


class LineFormatter(logging.Formatter):
    """One record, one line: time in UTC, level, where, and clean words. A traceback is one clean line a frame."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - the base class's own name
        """The time in UTC, to the millisecond."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def format(self, record: logging.LogRecord) -> str:
        """The line or lines."""
        first, *more = super().format(record).split("\n")
        # Only a record begins at the margin, so that text from outside cannot pretend to be one.
        return "\n".join([pasteable(first), *(f"    {pasteable(line)}" for line in more)])
