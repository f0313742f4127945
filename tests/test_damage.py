"""What becomes of a damaged history: it is set aside, once, and a new one is begun."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import pytest

from sesmon import history_file
from sesmon.history import History
from sesmon.history_file import HistoryError
from tests.fakes import START
from tests.test_history import OWNER, point, reading


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a history may be made."""
    return tmp_path / "state" / "history.db"


@pytest.mark.parametrize(
    "content", [b'{"SendDataPoints": []}', b"#!/bin/sh\nexit\n", b"SQLite format 3\0" + bytes(range(84)), bytes(8192)]
)
def test_a_file_of_another_kind_is_refused_and_keeps_its_name(tmp_path: Path, content: bytes) -> None:
    """A file that never was a history, such as a recording given in its place, is neither renamed nor changed."""
    path = tmp_path / "incident.json"
    path.write_bytes(content)
    with pytest.raises(HistoryError, match=r"incident\.json is no history of sesmon's; give another file"):
        History(path, START)
    assert [file.name for file in tmp_path.iterdir()] == ["incident.json"]
    assert path.read_bytes() == content


@pytest.mark.parametrize("damage", ["noise", "cut", "middle"])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(path: Path, damage: str) -> None:
    """A file of noise, or one cut or overwritten in its middle, is kept under another name, and said."""
    with History(path, START) as history:
        history.merge(OWNER, [point(slot) for slot in range(3000)], START)
    sound = path.read_bytes()
    noise = bytes(range(256)) * 64
    broken = {"noise": noise, "cut": sound[: len(sound) // 2], "middle": sound[:8192] + noise + sound[24576:]}[damage]
    path.write_bytes(broken)
    with History(path, START) as history:
        assert history.notes
        assert "damaged" in history.notes[0]
        history.record(OWNER, reading(point(0)))
        assert history.points(OWNER) == [point(0)]
    (aside,) = path.parent.glob("*.damaged-*")
    assert aside.read_bytes() == broken


def damaged(path: Path) -> None:
    """A history that opens, and whose middle is noise."""
    with History(path, START) as history:
        history.merge(OWNER, [point(slot) for slot in range(3000)], START)
    sound = path.read_bytes()
    path.write_bytes(sound[:8192] + bytes(range(256)) * 64 + sound[24576:])


def test_who_is_in_haste_looks_it_over_before_writing(path: Path) -> None:
    """A file damaged in its middle is opened in haste all the same, and set aside when it is looked over, once."""
    damaged(path)
    with History(path, START, in_haste=True) as history:
        assert not history.notes
        for _ in range(2):
            history.look_over(START)
            assert len(history.notes) == 1
        history.record(OWNER, reading(point(0)))
        assert history.points(OWNER) == [point(0)]


def test_only_the_damaged_file_is_set_aside(path: Path) -> None:
    """Who looks a damaged file over after another has begun a new one takes that one, and leaves it its name."""
    damaged(path)
    with History(path, START, in_haste=True) as first, History(path, START, in_haste=True) as second:
        first.look_over(START)
        first.record(OWNER, reading(point(0)))
        second.look_over(START)
        assert second.points(OWNER) == [point(0)]
        assert second.notes == ("the history was damaged, and another process has begun a new one",)
    # The others are those that SQLite keeps beside the damaged one while it is open.
    assert [file.suffix for file in path.parent.glob("*.damaged-*") if not file.name.endswith(("-wal", "-shm"))] == [
        ".damaged-20260302T120000Z"
    ]


def test_of_many_who_open_a_damaged_file_at_once_one_sets_it_aside(path: Path) -> None:
    """However openings fall together, there is one file beside the new one, and what each records is kept."""
    path.parent.mkdir()
    path.write_bytes(bytes(range(256)) * 64)
    together = threading.Barrier(4)

    def open_and_record(slot: int) -> None:
        together.wait()
        with History(path, START) as history:
            history.record(OWNER, reading(point(slot)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(open_and_record, range(4)))
    with History(path, START) as history:
        assert history.points(OWNER) == [point(slot) for slot in range(4)]
    assert len(list(path.parent.glob("*.damaged-*"))) == 1


def test_a_damaged_file_waits_for_whoever_holds_its_directory(path: Path) -> None:
    """While another process sets files of the directory aside, nothing is renamed, and the user is told."""
    damaged(path)
    place = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(place, fcntl.LOCK_EX)
    with History(path, START, in_haste=True) as history:
        with pytest.raises(HistoryError, match="locked; another process holds it"):
            history.look_over(START)
        assert [file.name for file in path.parent.glob("*damaged*")] == []
        os.close(place)
        history.look_over(START)
        assert "is kept as" in history.notes[0]


def test_a_new_file_that_cannot_be_made_is_made_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full while a damaged file is replaced, the next reading is kept in the new file."""
    damaged(path)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    with History(path, START, in_haste=True) as history:
        with monkeypatch.context() as disk:
            disk.setattr(history_file, "_open", Mock(side_effect=full))
            with pytest.raises(HistoryError, match="make room"):
                history.look_over(START)
            with pytest.raises(HistoryError, match="make room"):
                history.record(OWNER, reading(point(0)))
        history.record(OWNER, reading(point(0)))
        history.look_over(START)
        assert history.points(OWNER) == [point(0)]
        assert len(history.notes) == 1
    assert len(list(path.parent.glob("*.damaged-*"))) == 1


def test_what_was_set_aside_at_the_start_is_told_though_no_new_file_can_be_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is full while a file that does not even open is replaced, it is known what became of it."""
    path.parent.mkdir()
    path.write_bytes(bytes(range(256)) * 64)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    with monkeypatch.context() as disk:
        disk.setattr(history_file, "_open", Mock(side_effect=[sqlite3.DatabaseError("not a database"), full]))
        history = History(path, START, in_haste=True)
        with pytest.raises(HistoryError, match="make room"):
            history.owners()
    with history:
        history.record(OWNER, reading(point(0)))
        assert "is kept as" in history.notes[0]


def test_who_has_closed_the_file_sets_nothing_aside(path: Path) -> None:
    """A look at a file after its close is an error, and no damage."""
    history = History(path, START, in_haste=True)
    history.close()
    with pytest.raises(HistoryError, match="closed"):
        history.look_over(START)
    assert [file.name for file in path.parent.iterdir()] == ["history.db"]
