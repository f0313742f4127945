"""Textual's driver with a writer that never blocks: what a stalled link cannot take is dropped, not queued."""

from __future__ import annotations

import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import IO

from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver

from sesmon.tui.thrift import Thrift

MOST_PENDING = 256 * 1024
"""Bytes that may wait for the terminal; a whole frame of the largest usual screen is a fifth of it."""

PATIENCE = 1.0
"""Seconds without progress after which what waits is out of date."""

_NO_FRAMES = ("\x1b[?", "\x1b[>", "\x1b[<", "\x1b]", "\a")
"""How writes begin that change a mode, the clipboard or nothing, but no cell."""

_FRAME = 1024
"""Bytes from which on a write is one that somebody waits for: a frame, and no mode or cell."""

_HAND_OVER = 0.001
"""Seconds that a frame is held out to the writer."""

_LAST_WORDS = 1.0
"""Seconds that leaving waits for a terminal that does not read."""


class SteadyWriter(WriterThread):
    """Writes in the background. What the terminal does not take is dropped, and one repaint asked for afterwards.

    `on_recovered` is called on this thread when a terminal that lost frames takes output again.
    """

    def __init__(self, file: IO[str], on_recovered: Callable[[], None]) -> None:
        super().__init__(file)
        self._on_recovered = on_recovered
        self._chunks: deque[bytes] = deque()
        self._pending = 0
        self._progress = time.monotonic()
        self._has_lost = self._is_last = self._is_over = False
        self._changed = threading.Condition()

    def write(self, text: str) -> None:
        """Hand over text; returns at once."""
        data = text.encode("utf-8", "replace")
        with self._changed:
            if self._has_lost and not self._is_last:
                return  # a part of a frame would be debris; the repaint brings it all
            stalled = self._pending and time.monotonic() - self._progress > PATIENCE
            if (stalled or self._pending + len(data) > MOST_PENDING) and not self._is_last and self._pending:
                self._drop()
                return
            if not self._pending:
                self._progress = time.monotonic()
            self._chunks.append(data)
            self._pending += len(data)
            self._changed.notify_all()
            if len(data) >= _FRAME:
                # Or the writer would wait until this thread is idle, which after the first frame takes its time.
                self._changed.wait_for(lambda: not self._chunks, _HAND_OVER)

    def _drop(self) -> None:
        """Forget what has not been begun."""
        self._has_lost = True
        self._pending -= sum(map(len, self._chunks))
        self._chunks.clear()

    def finish(self) -> None:
        """From now on everything counts: it gives the terminal back."""
        with self._changed:
            self._is_last = True

    def run(self) -> None:
        """Write until told to stop."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._chunks or self._is_over)
                if not self._chunks:
                    return
                data = self._chunks.popleft()
                self._changed.notify_all()
            try:
                self._write_all(data)
            except OSError:
                return  # the terminal is gone; terminal.py sees to that
            with self._changed:
                self._pending -= len(data)
                self._progress = time.monotonic()
                recovered = self._has_lost and not self._pending
                if recovered:
                    self._has_lost = False
                self._changed.notify_all()
            if recovered and not self._is_last:
                self._on_recovered()

    def _write_all(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            try:
                done = os.write(self._file.fileno(), left)
            except BlockingIOError:
                # Who shares the terminal may have made it one that never waits, so that this has to.
                if not select.select([], [self._file], [], _LAST_WORDS)[1] and self._is_over:
                    raise
                continue
            left = left[done:]
            self._progress = time.monotonic()

    def stop(self) -> None:
        """Stop when all is written, or when the terminal does not take it."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self.join(_LAST_WORDS)


@contextmanager
def patched(module: ModuleType, name: str, value: object) -> Iterator[None]:
    """Another value for a module's name, for as long as the context lasts."""
    original = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, original)


class SteadyDriver(LinuxDriver):
    """The driver for a terminal at the end of a link that is slow, and may stall."""

    _thrift: Thrift | None = None

    def forget(self) -> None:
        """Take nothing on the terminal for known: the next frame is written in full."""
        self._thrift = None

    def write(self, data: str) -> None:
        """Write a frame as what differs from the one before; anything else as it is."""
        thrift = self._thrift = self._thrift or Thrift()
        reduced = thrift.reduced(data)
        if reduced is None and not data.startswith(_NO_FRAMES):
            self.forget()
        super().write(data if reduced is None else reduced)

    def start_application_mode(self) -> None:
        """Start, with our own writer in the place of Textual's, which blocks after thirty frames."""
        import textual.drivers.linux_driver as theirs  # noqa: PLC0415 - the one seat at which a writer is made

        def make(file: IO[str]) -> SteadyWriter:
            return SteadyWriter(file, self._recovered)

        self.forget()
        with patched(theirs, "WriterThread", make):
            super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Give the terminal back, also where frames were lost."""
        if isinstance(self._writer_thread, SteadyWriter):
            self._writer_thread.finish()
        self.forget()
        super().write("\x1b[0m")
        super().stop_application_mode()

    def _recovered(self) -> None:
        """Draw everything once."""
        self.forget()
        self._app.call_later(self._app.refresh, layout=True)
