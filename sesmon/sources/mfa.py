"""Where an MFA code is asked for: a source on its own thread asks, and whoever owns the terminal answers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sesmon.wording import clean

Show = Callable[[str, Callable[[str | None], None]], None]
"""Shows a question and calls back with the code, or with None where the user declines. It returns at once."""


class MfaNeeded(Exception):  # noqa: N818 - it names what is missing; faults.py goes by this name
    """A profile asked for an MFA code, and none was given."""


class MfaDesk:
    """Passes a question to the screen, and waits for the answer. What was declined is asked again only when invited.

    Several sources can ask at once: one question stands on the screen at a time.
    """

    def __init__(self) -> None:
        self.show: Show | None = None
        self._declined: set[str] = set()
        self._turn = threading.Lock()

    def invite(self) -> None:
        """Let the questions through again."""
        self._declined.clear()

    def ask(self, prompt: str) -> str:
        """The code that answers botocore's prompt; waits as long as the user takes.

        Raises:
            MfaNeeded: where nobody can be asked, or the user declined.
        """
        with self._turn:
            return self._ask(prompt)

    def _ask(self, prompt: str) -> str:
        if self.show is None or prompt in self._declined:
            raise MfaNeeded
        answered = threading.Event()
        answers: list[str | None] = []

        def answer(code: str | None) -> None:
            answers.append(code)
            answered.set()

        self.show(clean(prompt).rstrip(": ") + ":", answer)
        answered.wait()
        if answers[0] is None:
            self._declined.add(prompt)
            raise MfaNeeded
        return answers[0]
