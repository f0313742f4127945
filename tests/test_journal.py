"""The log's lines: what a bug report needs, each thing once."""

from __future__ import annotations

import logging
import re
from itertools import pairwise
from pathlib import Path

import pytest

from sesmon.journal import reading_once, tell
from sesmon.model import Change, Event, Phase
from tests.tui.scenes import DENIED, LIVE, SPIKE_ALERT, STALE, STARTING


def test_it_tells_what_a_report_needs(log_path: Path) -> None:
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
    text = log_path.read_text()
    for words in (
        "every 60 s",
        "read from the service: 1324 points after 0.250 s",
        f"failure 1 (denied) after 1.500 s: {DENIED.message}; next try in 60.0 s",
        "well again after failure 1",
        "raised critical complaints (spike): 180 complaints in 25,000 sends",
        "history off: h.db: disk full",
        "history on again",
        "set aside",
    ):
        assert words in text
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z (DEBUG|INFO|WARNING)", line) for line in text.splitlines())


def test_who_reads_once_tells_of_no_next_try(log_path: Path) -> None:
    """A command that reads once neither has an interval nor tries again, and says so."""
    with reading_once():
        tell(STARTING, STALE._replace(failures=1, next_mark=STALE.now_mark + 60))
    text = log_path.read_text()
    assert "read once" in text
    assert "failure 1" in text
    assert "next try" not in text
    assert "every" not in text


def test_the_same_is_not_told_twice(log_path: Path) -> None:
    """A snapshot that brings nothing new writes nothing."""
    before = log_path.read_text()
    tell(LIVE, LIVE._replace(now_mark=2000.0, next_mark=2060.0))
    assert log_path.read_text() == before


def test_without_a_file_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """With no log wanted, neither a failure nor a bug inside writes to the terminal."""
    tell(LIVE, STALE)
    logging.getLogger("sesmon.monitor").error("not for the screen")
    assert capsys.readouterr() == ("", "")
