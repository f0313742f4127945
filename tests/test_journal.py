"""The log: what a bug report needs, nothing that opens an account, and nothing that stops the monitor."""

from __future__ import annotations

import logging
import re
import stat
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from sesmon import journal
from sesmon.journal import close_journal, open_journal, tell
from sesmon.model import Change, Event, Phase
from tests.tui.scenes import DENIED, LIVE, SPIKE_ALERT, STALE, STARTING


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A log at level debug; closed after."""
    handler = open_journal(tmp_path / "sesmon.log", "debug")
    yield tmp_path / "sesmon.log"
    close_journal(handler)


def test_it_tells_what_a_report_needs(path: Path) -> None:
    """Readings with their duration, failures with the wait, recovery, alerts, and trouble with the history."""
    reading = LIVE._replace(phase=Phase.READING, next_mark=None)
    told = [
        STARTING,
        reading._replace(reading=None, now_mark=1000.0, history_notes=("set aside",)),
        LIVE._replace(now_mark=1000.25),
        reading._replace(now_mark=1060.0),
        STALE._replace(now_mark=1061.5, next_mark=1121.5, failures=1),
        LIVE._replace(now_mark=1122.0, history_off="h.db: disk full"),
        LIVE._replace(now_mark=1123.0, events=(Event(SPIKE_ALERT.raised, Change.RAISED, SPIKE_ALERT),)),
    ]
    for before, now in pairwise(told):
        tell(before, now)
    text = path.read_text()
    for words in (
        "every 60 s",
        "1324 points after 0.250 s",
        f"failure 1 (denied) after 1.500 s: {DENIED.message}; next try in 60.0 s",
        "well again after failure 1",
        "raised critical complaints (spike): 180 complaints in 25,000 sends",
        "history off: h.db: disk full",
        "history on again",
        "set aside",
    ):
        assert words in text
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z (DEBUG|INFO|WARNING)", line) for line in text.splitlines())


def test_the_same_is_not_told_twice(path: Path) -> None:
    """A snapshot that brings nothing new writes nothing."""
    before = path.read_text()
    tell(LIVE, LIVE._replace(now_mark=2000.0, next_mark=2060.0))
    assert path.read_text() == before


def test_only_its_user_can_read_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log and what is rotated away are made with mode 0600, and so many files are kept."""
    monkeypatch.setattr(journal, "LARGEST", 2000)
    handler = open_journal(path.with_name("small.log"), "info")
    for number in range(300):
        logging.getLogger("sesmon.test").info("line %d of many", number)
    close_journal(handler)
    files = sorted(path.parent.glob("small.log*"))
    assert [file.name for file in files] == ["small.log", *(f"small.log.{n}" for n in range(1, journal.OLD_FILES + 1))]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert "line 299" in files[0].read_text()


def test_text_from_outside_is_one_clean_line(path: Path) -> None:
    """What a source says can neither begin a line nor move a terminal that shows the log, in a traceback neither."""
    try:
        int("\x1b[2J\x9b31m\u202eevil\u2028\r\n2026-01-01T00:00:00.000Z INFO forged")
    except ValueError:
        logging.getLogger("sesmon.test").exception("a \x1b]0;title\x07 b\nsecond")
    for line in path.read_text().split("\n"):
        assert line.isprintable()
        assert not line.startswith("2026-01-01")


def test_other_programs_loggers_are_not_in_it(path: Path) -> None:
    """Botocore's own lines, which hold session tokens at level debug, do not reach the file."""
    logging.getLogger("botocore.auth").warning("x-amz-security-token: FwoGZXIvYXdzE")
    assert "security-token" not in path.read_text()


def test_a_full_disk_stops_nobody(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that cannot be written is lost without a word on the screen."""
    handler = open_journal(Path("/dev/full"), "info")
    try:
        logging.getLogger("sesmon.test").info("lost")
    finally:
        with pytest.raises(OSError, match="No space"):
            close_journal(handler)
    assert capsys.readouterr() == ("", "")


def test_without_a_file_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """With no log wanted, neither a failure nor a bug inside writes to the terminal."""
    tell(LIVE, STALE)
    logging.getLogger("sesmon.monitor").error("not for the screen")
    assert capsys.readouterr() == ("", "")
