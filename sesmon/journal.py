"""The log: what the monitor did and met, for a bug report. It is written from snapshots, whose texts are clean.

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
from sesmon.model import Event, Phase, Snapshot
from sesmon.wording import clean, masked

LARGEST = 1024 * 1024
"""Bytes after which a new file is begun."""

OLD_FILES = 3
"""How many older files are kept: FILE.1 is the newest of them."""

FILE_MODE = 0o600

_log = logging.getLogger(__name__)

# Without a file nothing is written: the standard library would write warnings to the screen.
_own = logging.getLogger("sesmon")
_own.setLevel(logging.CRITICAL)
_own.addHandler(logging.NullHandler())


def open_journal(path: Path, level: str) -> logging.Handler:
    """Write sesmon's log to a file from now on, at this level and above.

    Raises:
        OSError: where the file cannot be written.
    """
    handler = _PrivateFile(path, maxBytes=LARGEST, backupCount=OLD_FILES, encoding="utf-8", errors="replace")
    handler.setFormatter(LineFormatter())
    _own.setLevel(level.upper())
    _own.propagate = False
    _own.addHandler(handler)
    _log.info("sesmon %s, Python %s, %s", __version__, platform.python_version(), platform.platform())
    return handler


def close_journal(handler: logging.Handler) -> None:
    """Write to that file no more."""
    _own.removeHandler(handler)
    _own.setLevel(logging.CRITICAL)
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
        return "\n".join([masked(clean(first)), *(f"    {masked(clean(line))}" for line in more)])


def tell(before: Snapshot, now: Snapshot) -> None:
    """Write what is new in `now`, a monitor's snapshot, against the one before it; a first one is `STARTING`."""
    if not _log.isEnabledFor(logging.ERROR):
        return
    where = now.target.region or "no Region"
    if before.phase is Phase.STARTING and now.phase is not Phase.STARTING:
        _log.info("%s: %s, every %g s", where, now.origin, now.interval)
    seconds = now.now_mark - before.now_mark if before.phase is Phase.READING else None
    took = "" if seconds is None else f" after {seconds:.3f} s"
    if now.reading is not None and now.reading is not before.reading:
        reading = now.reading
        notes = "".join(f"; {note}" for note in reading.notes)
        changed = f", {len(now.changed):,} new or revised" if now.changed else ""
        _log.info("%s: %s of %d points%s%s%s", where, reading.origin, len(reading.points), took, changed, notes)
    if now.failure is not None and now.failures != before.failures:
        wait = "" if now.next_mark is None else f"; next try in {now.next_mark - now.now_mark:.1f} s"
        failure = now.failure
        _log.warning("%s: failure %d (%s)%s: %s%s", where, now.failures, failure.kind, took, failure.message, wait)
    if before.failure is not None and now.failure is None:
        _log.info("%s: well again after failure %d", where, before.failures)
    for event in _news(before, now):
        what = f"{event.change} {event.alert.severity.label} {event.alert.metric} ({event.alert.kind})"
        _log.info("%s: %s: %s", where, what, event.alert.message)
    if now.history_off != before.history_off or before.phase is Phase.STARTING:
        if now.history_off:
            _log.warning("%s: history off: %s", where, now.history_off)
        elif before.history_off:
            _log.info("%s: history on again", where)
    for note in now.history_notes if before.phase is Phase.STARTING else ():
        _log.warning("%s: %s", where, note)
    if now.phase is not before.phase:
        _log.debug("%s: %s", where, now.phase)


def _news(before: Snapshot, now: Snapshot) -> list[Event]:
    if now.events is before.events:
        return []
    known = set(before.events)
    return [event for event in now.events if event not in known]
