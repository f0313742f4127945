"""The end of a command that goes on until it is told to stop."""

from __future__ import annotations

import signal
import threading


def told_to_end() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended
