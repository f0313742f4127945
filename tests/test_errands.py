"""Commands and notifications outside the program."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from pathlib import Path

import pytest

from sesmon.errands import _SAID, Command, ErrandError, Errands, Notification, Told, _Ear
from tests.fakes import FakeClock

TOLD = {
    "time": "2026-03-02T14:13:00Z",
    "event": "raised",
    "region": "us-east-1",
    "message": "31 complaints; $(id) `id`",
}
LINE = json.dumps(TOLD)


def python(code: str) -> str:
    """A command line that runs a piece of Python."""
    return f"{sys.executable} -c '{code}'"


def test_a_command_gets_the_occurrence_twice(tmp_path: Path) -> None:
    """The line is on standard input, and each field in a variable of its own."""
    path = tmp_path / "got"
    code = f'import os, sys; open("{path}", "w").write(sys.stdin.read() + os.environ["SESMON_MESSAGE"])'
    Command(python(code), os.environ).run(TOLD, LINE)
    assert path.read_text() == f"{LINE}\n{TOLD['message']}"


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    """What a shell would act on is a word like any other."""
    path = tmp_path / "got"
    code = f'import sys; open("{path}", "w").write(sys.argv[1])'
    Command(f"{python(code)} '$HOME;touch {tmp_path}/no'", os.environ).run(TOLD, LINE)
    assert path.read_text() == f"$HOME;touch {tmp_path}/no"
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("text", ["", "   ", "'open"])
def test_what_is_no_command_is_refused(text: str) -> None:
    """No word, or an open quotation, is refused before anything is watched."""
    with pytest.raises(ValueError):  # noqa: PT011 - shlex's own words
        Command(text, {})


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/nowhere/at-all", "cannot be run: No such file"),
        (python('import sys; sys.exit("\x1b[31mbad [red]luck")').replace("\x1b", "\\x1b"), "exited with 1: "),
        (python("import time; time.sleep(60)"), "took more than 0.3 s"),
    ],
)
def test_a_command_that_fails_is_one_clean_sentence(command: str, words: str) -> None:
    """A missing file, a status and a time limit are told, without a control character."""
    with pytest.raises(ErrandError) as raised:
        Command(command, os.environ, longest=0.3 if "sleep" in command else 60).run(TOLD, LINE)
    assert words in str(raised.value)
    assert str(raised.value).isprintable()


def test_a_notification_that_fails_is_told() -> None:
    """Neither an exception nor a refusal of the service goes unsaid."""

    def breaks(*, title: str, body: str) -> bool:
        raise OSError(title + body)

    for notify in (breaks, lambda *, title, body: False):
        with pytest.raises(ErrandError):
            Notification(notify, lambda _told: "title").run(TOLD, LINE)


def shell(code: str) -> str:
    """A command line that has a shell run a piece of code."""
    return f"sh -c '{code}'"


def test_what_a_command_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    """A command has ended when it has, and not when all that it started has closed its standard error."""
    held = tmp_path / "held"
    os.mkfifo(held)
    try:
        with pytest.raises(ErrandError, match=r"exited with 3: gone\."):
            Command(shell(f"cat {held} >&2 & echo gone >&2; exit 3"), os.environ, longest=20).run(TOLD, LINE)
    finally:
        held.write_text("")


@pytest.mark.parametrize(
    ("code", "words"), [("yes >&2 & wait", "took more than"), ("yes | head -c 1000000 >&2; exit 1", "with 1: y y y")]
)
def test_what_a_command_says_without_end_is_not_held(code: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The beginning of its standard error is kept, the rest read and let go; nobody writes on when it was ended."""
    ears: list[_Ear] = []

    class Watched(_Ear):
        def __init__(self) -> None:
            super().__init__()
            ears.append(self)

    monkeypatch.setattr("sesmon.errands._Ear", Watched)
    with pytest.raises(ErrandError, match=words):
        Command(shell(code), os.environ, longest=0.5 if "wait" in code else 60).run(TOLD, LINE)
    (ear,) = ears
    ear._thread.join(60)
    assert not ear._thread.is_alive()
    assert len(ear._said) == _SAID


class Slow:
    """An errand that waits until it is let go."""

    def __init__(self) -> None:
        self.go, self.done = threading.Event(), []  # type: ignore[var-annotated]

    def run(self, told: object, line: str) -> None:
        """Wait, then note it."""
        assert self.go.wait(30)
        self.done.append(line)


def test_errands_are_never_in_the_way_and_in_order() -> None:
    """Adding returns at once while an errand hangs; all are done in the end, in order."""
    slow, reports = Slow(), list[str]()
    errands = Errands([slow], reports.append)
    for number in range(50):
        errands.add(TOLD, str(number))
    assert slow.done == []
    slow.go.set()
    errands.close(30)
    assert slow.done == [str(number) for number in range(50)]
    assert reports == []


def test_too_many_waiting_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot wait any more is reported, and not lost in silence."""
    monkeypatch.setattr("sesmon.errands._WAITING", 2)
    slow, reports = Slow(), list[str]()
    errands = Errands([slow], reports.append)
    for number in range(6):
        errands.add(TOLD, str(number))
    slow.go.set()
    errands.close(30)
    assert len(slow.done) + len(reports) == 6
    assert reports


def test_closing_has_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the wait for a place among those that wait has taken, the wait for their end does not take again."""
    clock, waits = FakeClock(), list[float | None]()

    class Full(queue.Queue[object]):
        def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
            clock.advance(timeout or 0)
            raise queue.Full

    errands = Errands([], lambda _why: None, elapsed=clock.elapsed)
    monkeypatch.setattr(errands, "_waiting", Full())
    monkeypatch.setattr(errands._thread, "join", waits.append)
    errands.close(5)
    assert waits == [0]


def test_what_did_not_come_off_is_in_the_log(log_path: Path) -> None:
    """A command that fails is told to the user, and to the log as well."""
    told: list[str] = []
    errands = Errands([Command("false", os.environ)], told.append)
    errands.add({}, "{}")
    errands.close(60)
    assert told == ["--exec false exited with 1."]
    assert "WARNING sesmon.errands: --exec false exited with 1." in log_path.read_text()


def test_a_bug_in_one_errand_does_not_end_the_others() -> None:
    """What breaks inside sesmon is reported, and the next errand runs."""
    done = []

    class Broken:
        def run(self, told: Told, line: str) -> None:
            raise ZeroDivisionError("inside")

    class Sound:
        def run(self, told: Told, line: str) -> None:
            done.append(line)

    reported: list[str] = []
    errands = Errands([Broken(), Sound()], reported.append)
    errands.add(TOLD, "first")
    errands.add(TOLD, "second")
    errands.close(30)
    assert done == ["first", "second"]
    assert len(reported) == 2
    assert "failed inside sesmon (ZeroDivisionError: inside)" in reported[0]
