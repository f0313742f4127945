"""What is done about an occurrence outside the program: commands and notifications, never in the loop's way."""

from __future__ import annotations

import logging
import os
import queue
import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, Self

from sesmon.wording import REPORT_BUG, bug, clean

_log = logging.getLogger(__name__)

Told = Mapping[str, str]

LONGEST = 30.0
"""Seconds that a command may take."""

_SAID = 4096
"""Bytes of a command's standard error that are kept: the first."""

_LAST_WORDS = 1.0
"""Seconds that the rest of them may take when a command has ended, and what it left running holds the pipe open."""

_WAITING = 1000
"""Occurrences that may wait for their errands; the ones that come then are reported as left out."""


class Errand(Protocol):
    """Something to do about each occurrence."""

    def run(self, told: Told, line: str) -> None:
        """Do it. `line` is the occurrence as JSON.

        Raises:
            ErrandError: where it did not come off.
        """
        ...


class ErrandError(Exception):
    """An errand that did not come off. `str()` is one clean sentence."""


class _Ear:
    """Listens to a command's standard error: keeps the beginning and lets the rest go, so that nothing waits for it.

    A context manager for as long as the command runs, to which `pipe` is given. What the command leaves running may
    hold that open for longer, and is heard out; where the command took too long, its next word ends it.
    """

    def __init__(self) -> None:
        reading, self.pipe = os.pipe()
        self._said = bytearray()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(reading,), name="standard error", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        os.close(self.pipe)
        if kind is not None:
            self._is_over.set()

    def _listen(self, reading: int) -> None:
        with open(reading, "rb", buffering=0) as pipe:
            while (piece := pipe.read(_SAID)) and not self._is_over.is_set():
                self._said += piece[: _SAID - len(self._said)]

    def said(self) -> str:
        """The beginning of what was said, once the command has ended."""
        self._thread.join(_LAST_WORDS)
        return clean(bytes(self._said).decode("utf-8", "replace"))


class Command:
    """A command of the user's: no shell, the occurrence on standard input and in SESMON_* variables."""

    def __init__(self, text: str, environment: Mapping[str, str], *, longest: float = LONGEST) -> None:
        """Take the command apart as a shell would.

        Raises:
            ValueError: where it has no word, or a quotation is not closed.
        """
        self._words = shlex.split(text)
        if not self._words:
            raise ValueError("it has no word")
        self._environment, self._longest = environment, longest

    def run(self, told: Told, line: str) -> None:
        """Run it to its end.

        Raises:
            ErrandError: where it cannot be run, takes too long or exits with another status than 0.
        """
        named = {f"SESMON_{name.upper()}": value.replace("\0", "") for name, value in told.items()}
        what = f"--exec {clean(self._words[0])}"
        try:
            with _Ear() as ear:
                done = subprocess.run(  # noqa: S603 - the user's own command, and no shell
                    self._words,
                    input=line + "\n",
                    text=True,
                    encoding="utf-8",
                    env={**self._environment, **named},
                    stdout=subprocess.DEVNULL,
                    stderr=ear.pipe,
                    errors="replace",
                    timeout=self._longest,
                    check=False,
                )
        except subprocess.TimeoutExpired as error:
            raise ErrandError(f"{what} took more than {self._longest:g} s, and was ended.") from error
        except OSError as error:
            raise ErrandError(f"{what} cannot be run: {clean(error.strerror or str(error))}.") from error
        if done.returncode:
            said = ear.said()
            raise ErrandError(f"{what} exited with {done.returncode}{f': {said}' if said else ''}.")


class Notifier(Protocol):
    """Sends a message; something true where it was taken (apprise's `notify`)."""

    def __call__(self, *, title: str, body: str) -> object:
        """Send it."""
        ...


class Notification:
    """Something that takes a title and a text, such as apprise."""

    def __init__(self, notify: Notifier, title: Callable[[Told], str]) -> None:
        self._notify, self._title = notify, title

    def run(self, told: Told, line: str) -> None:
        """Send it.

        Raises:
            ErrandError: where it was not taken.
        """
        try:
            is_sent = self._notify(title=self._title(told), body=told["message"])
        except Exception as error:
            raise ErrandError(f"--notify failed: {clean(str(error))}.") from error
        if not is_sent:
            raise ErrandError("--notify did not come off: check its URL, and that its service is up.")


class Errands:
    """A thread of its own that runs errands one after the other. `report` is told of those that did not come off."""

    def __init__(
        self,
        errands: Sequence[Errand],
        report: Callable[[str], None],
        *,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._errands, self._report, self._elapsed = errands, report, elapsed
        self._waiting: queue.Queue[tuple[Told, str] | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._work, name="errands", daemon=True)
        self._thread.start()

    def add(self, told: Told, line: str) -> None:
        """Have the errands run for an occurrence; returns at once."""
        if not self._errands:
            return
        try:
            self._waiting.put_nowait((told, line))
        except queue.Full:
            self._tell(f"{_WAITING} occurrences wait for their errands; this one was left out: {line}")

    def close(self, seconds: float) -> None:
        """Let those that wait be run, for so many seconds at the most."""
        until = self._elapsed() + seconds
        with suppress(queue.Full):
            self._waiting.put(None, timeout=seconds)
        self._thread.join(max(0.0, until - self._elapsed()))

    def _tell(self, why: str) -> None:
        _log.warning("%s", why)
        self._report(why)

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            for errand in self._errands:
                try:
                    errand.run(*item)
                except ErrandError as error:
                    self._tell(str(error))
                except Exception as error:  # noqa: BLE001 - the next alert must be told, whatever became of this one
                    _log.error("an errand failed inside sesmon", exc_info=error)
                    self._report(f"{bug('a command or notification', error)}. {REPORT_BUG}")
