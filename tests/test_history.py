"""What is kept: nothing lost, nothing folded, and no fault that stops a reader."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesmon.history import History, Owner
from sesmon.history_file import HistoryError
from sesmon.model import SLOT, Counts, DataPoint, Reading, Target
from sesmon.schema import APPLICATION_ID, VERSION
from sesmon.series import Step, ordered, rows
from tests.campaigns.killing import campaign
from tests.fakes import START

OWNER = Owner("123456789012", "us-east-1")
TARGET = Target("us-east-1", "prod", "123456789012")
COUNTERS = st.integers(0, 2**63 - 1)
POINTS = st.lists(
    st.builds(
        lambda slot, micro, *counters: DataPoint(START + SLOT * slot + timedelta(microseconds=micro), *counters),
        st.integers(-2000, 2000),
        st.integers(0, 10**6),
        *[COUNTERS] * 4,
    ),
    max_size=20,
).map(ordered)


def reading(*points: DataPoint, after: timedelta = timedelta(0)) -> Reading:
    """A reading of some points."""
    return Reading(TARGET, START + after, points)


def point(slot: int, attempts: int = 100, complaints: int = 0) -> DataPoint:
    """A point on a grid."""
    return DataPoint(START + SLOT * slot, attempts, 1, complaints, 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a history may be made."""
    return tmp_path / "state" / "history.db"


@settings(max_examples=25)
@given(points=POINTS)
def test_what_is_kept_comes_back_exactly(
    points: tuple[DataPoint, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Times to the microsecond and counters to 2^63 - 1 come back as they were, oldest first."""
    path = tmp_path_factory.mktemp("h") / "h.db"
    with History(path, START) as history:
        history.record(OWNER, reading(*points))
    with History(path, START) as history:
        assert history.points(OWNER) == list(points)


def test_file_and_directory_are_the_users_alone(path: Path) -> None:
    """The file is 0600 in a directory 0700."""
    with History(path, START) as history:
        history.record(OWNER, reading(point(0)))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == dict.fromkeys(modes, 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_shared_file_keeps_its_mode(path: Path) -> None:
    """A file that was made group-writable stays so, and so do the files that SQLite puts beside it."""
    path.parent.mkdir(mode=0o770)
    History(path, START).close()
    path.chmod(0o660)
    with History(path, START) as history:
        history.record(OWNER, reading(point(0)))
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o660}


def test_only_what_changed_is_written_and_the_change_is_remembered(path: Path) -> None:
    """A later reading writes its new and revised points, and what a revised one was is kept with the time."""
    with History(path, START) as history:
        assert history.record(OWNER, reading(point(0), point(1))) == 2
        later = reading(point(0, complaints=3), point(1), point(2), after=timedelta(hours=1))
        assert history.record(OWNER, later) == 2
        assert history.points(OWNER) == list(later.points)
        (revision,) = history.revisions(OWNER)
        assert (revision.was, revision.changed_at) == (point(0), later.read_at)


def test_a_slot_that_fills_is_not_revised(path: Path) -> None:
    """What a point was while its slot went on is not remembered; what it was when the slot was over is."""
    with History(path, START) as history:
        for minute in range(17):
            history.record(OWNER, reading(point(0, attempts=10 * minute), after=timedelta(minutes=minute)))
        assert [revision.was for revision in history.revisions(OWNER)] == [
            point(0, attempts=140),
            point(0, attempts=150),
        ]


def test_points_outlive_the_services_memory(path: Path) -> None:
    """Points that a later reading no longer lists are kept."""
    with History(path, START) as history:
        history.record(OWNER, reading(point(0)))
        history.record(OWNER, reading(point(2000), after=timedelta(days=30)))
        assert history.points(OWNER) == [point(0), point(2000)]
        assert history.points(OWNER, since=START + SLOT) == [point(2000)]
        assert history.points(OWNER, until=START + SLOT) == [point(0)]


def test_accounts_and_regions_are_apart(path: Path) -> None:
    """Another account or Region has points of its own."""
    other = Owner("123456789012", "eu-west-1")
    with History(path, START) as history:
        history.record(OWNER, reading(point(0)))
        history.record(other, reading(point(1)))
        assert history.points(OWNER) == [point(0)]
        assert history.points(Owner("999999999999", "us-east-1")) == []
        assert history.owners() == sorted([OWNER, other])


def test_the_newest_reading_is_known_by_the_users_name_for_it(path: Path) -> None:
    """The owner that was last read under a name is found again, with what its newest reading listed, and when."""
    with History(path, START) as history:
        old, new = point(-1350), point(-1)
        history.record(OWNER, reading(old, after=-SLOT), "prod")
        history.record(OWNER, reading(new), "prod")
        assert history.named("prod") == OWNER
        assert history.named("other") is None
        stored = history.latest(OWNER)
    assert stored is not None
    assert stored.target == TARGET
    assert (stored.reading.read_at, stored.reading.points) == (START, (new,))


def test_a_clock_that_was_ahead_is_forgotten(path: Path) -> None:
    """The newest reading is the one that was recorded last, though the clock was ahead at the one before."""
    with History(path, START) as history:
        history.record(OWNER, reading(point(-1), after=timedelta(hours=9)))
        history.record(OWNER, reading(point(-1), point(0)))
        stored = history.latest(OWNER)
    assert stored is not None
    assert stored.reading.read_at == START


def test_a_reading_without_points_is_known_as_such(path: Path) -> None:
    """An account that has gone quiet is last known as quiet, whatever is kept of it."""
    with History(path, START) as history:
        history.record(OWNER, reading(point(-1350), after=-SLOT))
        history.record(OWNER, reading())
        stored = history.latest(OWNER)
    assert stored is not None
    assert stored.reading.points == ()


@settings(max_examples=25)
@given(first=POINTS, second=POINTS, third=POINTS)
def test_imports_commute(
    first: tuple[DataPoint, ...],
    second: tuple[DataPoint, ...],
    third: tuple[DataPoint, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Overlapping imports lead to the same points in any order, and once more changes nothing."""
    results = []
    for order in ((first, second, third), (third, first, second), (second, third, first, first)):
        with History(tmp_path_factory.mktemp("h") / "h.db", START) as history:
            for points in order:
                history.merge(OWNER, points, START)
            results.append(history.points(OWNER))
    assert results[0] == results[1] == results[2] == list(ordered([*first, *second, *third]))


def test_a_newer_file_is_left_alone(path: Path) -> None:
    """A file of a schema that this program does not know is refused with what to do, and not touched."""
    History(path, START).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="newer sesmon"):
        History(path, START)
    assert path.read_bytes() == before


def test_another_programs_database_is_left_alone(path: Path) -> None:
    """A sound database that is not ours is refused, and not touched."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE mine (x)")
    with pytest.raises(HistoryError, match="another program's"):
        History(path, START)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID


def test_a_locked_file_is_an_error_that_passes(path: Path) -> None:
    """While another process holds the file nothing is written, nothing is lost, and the next reading is kept."""
    with History(path, START) as history, closing(sqlite3.connect(path, isolation_level=None)) as other:
        history.record(OWNER, reading(point(0)))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="locked"):
            history.record(OWNER, reading(point(0), point(1)))
        assert history.points(OWNER) == [point(0)]
        other.execute("ROLLBACK")
        history.record(OWNER, reading(point(0), point(1)))
        assert history.points(OWNER) == [point(0), point(1)]


def test_a_full_disk_loses_nothing_that_was_kept(path: Path) -> None:
    """Where there is no room the reading is refused whole, and what was kept stays readable."""
    with History(path, START) as history:
        history.record(OWNER, reading(point(0)))
        pages = history._file._connection().execute("PRAGMA page_count").fetchone()[0]
        history._file._connection().execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(HistoryError, match="make room"):
            history.merge(OWNER, [point(slot) for slot in range(20_000)], START)
        assert history.points(OWNER) == [point(0)]


def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    """A directory that is a file, and a file that is a directory, are one sentence with a remedy."""
    (tmp_path / "file").write_text("")
    for impossible in (tmp_path / "file" / "history.db", tmp_path):
        with pytest.raises(HistoryError, match="--history"):
            History(impossible, START)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_without_permission_is_told(tmp_path: Path) -> None:
    """A directory that may not be written to is one sentence with a remedy."""
    tmp_path.chmod(0o500)
    with pytest.raises(HistoryError, match="--history"):
        History(tmp_path / "history.db", START)


def test_killed_writers_lose_nothing_that_was_readable(path: Path) -> None:
    """SIGKILL in the middle of readings and imports leaves a sound file with every point that was once kept."""
    out = campaign(path, turns=4, writers=2, chance=random.Random("test"))
    assert out.kills == 8
    assert (out.damaged, out.set_aside, out.lost) == (0, 0, 0)


def test_a_file_that_may_only_be_read_is_told(path: Path) -> None:
    """A read-only database refuses a reading with a remedy, and what it holds stays readable."""
    with History(path, START) as history:
        history.record(OWNER, reading(point(0)))
        history._file._connection().execute("PRAGMA query_only = ON")
        with pytest.raises(HistoryError, match="make the file writable"):
            history.record(OWNER, reading(point(1)))
        assert history.points(OWNER) == [point(0)]


@settings(max_examples=25)
@given(lists=st.lists(POINTS, min_size=1, max_size=4))
def test_days_are_what_their_points_come_to(
    lists: list[tuple[DataPoint, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After any readings each day that has points is listed once with their sums, the largest number at the most."""
    with closing(History(tmp_path_factory.mktemp("h") / "h.db", START)) as history:
        for place, points in enumerate(lists):
            history.record(OWNER, reading(*points, after=SLOT * place))
        whole, days = history.points(OWNER), history.days(OWNER)
    made = rows(whole, Step.DAY, UTC)
    assert [(row.start, row.end, row.points) for row in days] == [(row.start, row.end, row.points) for row in made]
    for row, exact in zip(days, made, strict=True):
        assert row.counts == Counts(*(min(2**63 - 1, counter) for counter in exact.counts))
