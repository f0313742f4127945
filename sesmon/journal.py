"""What the monitor did and met, for the log of a bug report. It is told from snapshots, whose texts are clean."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sesmon.model import Event, Phase, Snapshot

_log = logging.getLogger(__name__)

_own = logging.getLogger("sesmon")
if not _own.handlers:
    # Without a file nothing is written: the standard library would write warnings to the screen.
    _own.setLevel(logging.CRITICAL)
    _own.addHandler(logging.NullHandler())


_once = threading.Event()
"""Set while what is told of is read once, with no next reading."""


@contextmanager
def reading_once() -> Iterator[None]:
    """While it lasts, what is told of is read once, in whatever thread: there is no next try to tell of."""
    _once.set()
    try:
        yield
    finally:
        _once.clear()


def tell(before: Snapshot, now: Snapshot) -> None:
    """Write what is new in `now`, a monitor's snapshot, against the one before it; a first one is `STARTING`."""
    if not _log.isEnabledFor(logging.ERROR):
        return
    where = now.target.region or "no Region"
    if before.phase is Phase.STARTING and now.phase is not Phase.STARTING:
        often = "read once" if _once.is_set() else f"every {now.interval:g} s"
        _log.info("%s: %s, %s", where, now.origin, often)
    seconds = now.now_mark - before.now_mark if before.phase is Phase.READING else None
    took = "" if seconds is None else f" after {seconds:.3f} s"
    if now.reading is not None and now.reading is not before.reading:
        reading = now.reading
        notes = "".join(f"; {note}" for note in reading.notes)
        changed = f", {len(now.changed):,} new or revised" if now.changed else ""
        came = f"{reading.origin}: {len(reading.points)} points"
        _log.info("%s: read from the %s%s%s%s", where, came, took, changed, notes)
    if now.failure is not None and now.failures != before.failures:
        wait = "" if now.next_mark is None or _once.is_set() else f"; next try in {now.next_mark - now.now_mark:.1f} s"
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
