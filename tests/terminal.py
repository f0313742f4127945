"""The real program on a real pty, with a terminal emulator to read the screen from."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import pyte

PATIENCE = 60.0
"""Seconds to wait for what must come: a busy machine is slow, not wrong."""


class Terminal:
    """Runs `python -m sesmon` with arguments on a pty of a size. A context manager; leaving it ends the program."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        size: tuple[int, int] = (120, 40),
        environment: Mapping[str, str] | None = None,
        shell: str | None = None,
        directory: Path | None = None,
    ) -> None:
        self._arguments = ["sh", "-c", shell] if shell else [sys.executable, "-m", "sesmon", *arguments]
        # A size in the environment would go before the pty's own.
        own = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        self._environment = {**own, "TERM": "xterm-256color", **(environment or {})}
        self._size = size
        self._directory = directory
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._is_closed = False
        self.output = bytearray()
        self.is_read = threading.Event()
        self.is_read.set()

    def __enter__(self) -> Self:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", self._size[1], self._size[0], 0, 0))
        # A session's leader that opens a terminal makes it its own, which is where /dev/tty leads to.
        self.process = subprocess.Popen(
            ["sh", "-c", 'exec <>"$0" >&0 2>&1; exec "$@"', os.ttyname(slave), *self._arguments],
            stdin=subprocess.DEVNULL,
            env=self._environment,
            cwd=self._directory,
            start_new_session=True,
        )
        # Held open to the end: a pty whose other side nobody holds fails to be read.
        self._slave = slave
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        if not self._is_closed:
            os.close(self._master)
            os.close(self._slave)

    def hang_up(self) -> None:
        """Close the terminal, as a window that is closed or a link that breaks does."""
        self._is_closed = True
        self._reader.join(PATIENCE)
        os.close(self._slave)
        os.close(self._master)

    def resize(self, width: int, height: int) -> None:
        """Another size; the kernel tells the program."""
        with self._changed:
            self._screen.resize(height, width)
            fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def wipe(self) -> None:
        """Clear the screen behind the program's back: what stands there afterwards was drawn anew."""
        with self._changed:
            self._screen.erase_in_display(2)

    def wait_until_still(self, seconds: float = 1.5) -> str:
        """Wait until nothing has been written for so long, and return what stands on the screen."""
        with self._changed:
            while True:
                before = len(self.output)
                self._changed.wait(seconds)
                if len(self.output) == before:
                    break
        return self.text

    def _read(self) -> None:
        while not self._is_closed:
            self.is_read.wait()
            is_over = self.process.poll() is not None
            if not select.select([self._master], [], [], 0.1)[0]:
                if is_over:
                    return
                continue
            data = os.read(self._master, 65536)
            with self._changed:
                self.output += data
                self._changed.notify_all()
            # Apart, because it takes longer than all that it tells of took to come: who waits for bytes does not wait.
            with self._changed:
                self._stream.feed(_without_private(data))
                self._changed.notify_all()

    @property
    def text(self) -> str:
        """What stands on the screen."""
        with self._changed:
            return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def words(self) -> str:
        """The same with white space folded, so that folded sentences can be found."""
        return " ".join(self.text.split())

    def press(self, keys: str) -> None:
        """Send keys as the terminal would."""
        os.write(self._master, keys.encode())

    def wait_for(self, *texts: str, seconds: float = PATIENCE) -> str:
        """Wait until all of the texts stand on the screen, white space folded."""

        def all_there() -> bool:
            words = self.words
            return all(text in words for text in texts)

        self.wait_until(all_there, seconds, f"{texts} did not come")
        return self.text

    def wait_until(self, holds: Callable[[], bool], seconds: float = PATIENCE, otherwise: str = "not so") -> None:
        """Wait until something holds of the screen, which is looked at whenever it changes."""
        with self._changed:
            assert self._changed.wait_for(holds, seconds), f"{otherwise}; the screen shows:\n{self.text}"

    def wait_for_end(self, seconds: float = PATIENCE) -> int:
        """Wait until the program has ended, and return its exit status."""
        status = self.process.wait(seconds)
        self._reader.join(PATIENCE)
        return status

    def send_signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)


def _without_private(data: bytes) -> bytes:
    """The output without the sequences that the emulator takes for text: kitty's keyboard protocol."""
    for sequence in (b"\x1b[>1u", b"\x1b[<u", b"\x1b[>25u", b"\x1b[=0;1u"):
        data = data.replace(sequence, b"")
    return data
