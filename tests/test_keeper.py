"""Between the loop and the history."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from sesmon import history_file
from sesmon.history import History, Owner
from sesmon.keeper import Keeper, asker
from sesmon.model import Origin, Phase, Reading, Snapshot, Target
from sesmon.monitor import Monitor
from sesmon.pacing import ProcessPacer
from sesmon.sources.base import SourceError
from tests.fakes import START, FakeClock
from tests.test_damage import damaged
from tests.test_history import point
from tests.test_monitor import THROTTLED, ScriptedSource

NAMED = Target("us-east-1", "prod")
KNOWN = NAMED._replace(account="123456789012")


def keeper(path: Path, target: Target = NAMED, endpoint: str | None = None) -> Keeper:
    """A keeper of what a user named so."""
    return Keeper(path, asker(target, endpoint, {}), FakeClock())


def test_the_last_reading_is_known_before_the_account_is(tmp_path: Path) -> None:
    """A reading kept under the account is found again by how the user named it."""
    first = keeper(tmp_path / "h.db")
    assert first.last_known() is None
    first.keep(Reading(KNOWN, START, (point(0),)))
    first.close()
    again = keeper(tmp_path / "h.db").last_known()
    assert again is not None
    assert (again.target, again.points, again.origin) == (KNOWN, (point(0),), Origin.HISTORY)


def test_names_and_endpoints_are_apart(tmp_path: Path) -> None:
    """Another profile, Region or endpoint finds nothing of this one, and an endpoint's points are its own."""
    path = tmp_path / "h.db"
    keeper(path).keep(Reading(KNOWN, START, (point(0),)))
    for target, endpoint in (
        (Target("us-east-1", "dev"), None),
        (Target("eu-west-1", "prod"), None),
        (NAMED, "http://x"),
    ):
        assert keeper(path, target, endpoint).last_known() is None
    keeper(path, endpoint="http://x").keep(Reading(KNOWN, START, (point(1),)))
    with History(path, START) as history:
        assert history.points(Owner("123456789012", "us-east-1")) == [point(0)]


def test_nothing_is_written_before_the_file_is_looked_over(tmp_path: Path) -> None:
    """While a damaged file cannot be set aside no reading is kept in it; the first after that is in the new one."""
    path = tmp_path / "h.db"
    damaged(path)
    place = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(place, fcntl.LOCK_EX)
    with closing(keeper(path)) as kept:
        kept.keep(Reading(KNOWN, START, (point(0),)))
        assert "locked" in str(kept.trouble)
        os.close(place)
        kept.keep(Reading(KNOWN, START, (point(0),)))
        assert kept.trouble is None
        assert "is kept as" in kept.notes[0]


def test_no_key_is_kept(tmp_path: Path) -> None:
    """Nothing of an access key reaches the file."""
    made = Keeper(tmp_path / "h.db", asker(Target("us-east-1"), None, {"AWS_ACCESS_KEY_ID": "AKIAMARKER"}), FakeClock())
    made.keep(Reading(Target("us-east-1"), START, (point(0),)))
    made.close()
    assert all(b"AKIAMARKER" not in file.read_bytes() for file in tmp_path.iterdir())


def test_what_was_imported_before_the_first_reading_is_the_accounts(tmp_path: Path) -> None:
    """Points that wait under the user's name for an account are that account's once a reading tells it."""
    path = tmp_path / "h.db"
    with History(path, START) as history:
        history.merge(Owner("profile prod", "us-east-1"), [point(0)], START)
    with closing(keeper(path)) as kept:
        kept.keep(Reading(KNOWN, START, (point(1),)))
    with History(path, START) as history:
        assert history.points(Owner("123456789012", "us-east-1")) == [point(0), point(1)]
        assert history.owners() == [Owner("123456789012", "us-east-1")]


def test_a_region_that_the_profile_has_can_be_named(tmp_path: Path) -> None:
    """Who leaves the Region to the profile is known under its name too, as an import names it."""
    path = tmp_path / "h.db"
    with closing(keeper(path, NAMED._replace(region=""))) as kept:
        kept.keep(Reading(KNOWN, START, (point(0),)))
    for region in ("", "us-east-1"):
        with closing(keeper(path, NAMED._replace(region=region))) as kept:
            assert kept.last_known() is not None


def test_a_history_that_could_not_be_replaced_is_replaced_with_the_next_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was set aside is told though the disk was full just then, and the history is on once there is room."""
    path = tmp_path / "h.db"
    damaged(path)
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    with closing(keeper(path)) as kept:
        with monkeypatch.context() as disk:
            disk.setattr(history_file, "_open", Mock(side_effect=full))
            kept.look_over()
        assert "make room" in str(kept.trouble)
        kept.keep(Reading(KNOWN, START, (point(0),)))
        assert kept.trouble is None
        assert "is kept as" in kept.notes[0]


def run(path: Path, *answers: object) -> list[Snapshot]:
    """Run a monitor with a history over a script of answers."""
    clock = FakeClock(START + timedelta(minutes=10), elapsed=1600)
    source = ScriptedSource(clock, [*answers, ()], target=NAMED)  # type: ignore[list-item]
    published: list[Snapshot] = []
    kept = Keeper(path, asker(NAMED, None, {}), clock)
    monitor = Monitor(source, clock, ProcessPacer(clock), published.append, keeper=kept)
    published.append(monitor.snapshot)
    source.ended = monitor.stop
    monitor.run()
    kept.close()
    return published


def test_a_start_shows_the_last_known_data_with_their_age(tmp_path: Path) -> None:
    """The first snapshot holds what is kept, as old as it is, and a failure leaves it there with the reason."""
    keeper(tmp_path / "h.db").keep(Reading(NAMED, START, (point(0),)))
    published = run(tmp_path / "h.db", THROTTLED)
    first = published[0]
    assert first.phase is Phase.STARTING
    assert first.reading is not None
    assert first.reading.points == (point(0),)
    assert first.read_mark is not None
    assert first.now_mark - first.read_mark == pytest.approx(600)
    stale = next(snapshot for snapshot in published if snapshot.phase is Phase.STALE)
    assert isinstance(THROTTLED, SourceError)
    assert stale.failure == THROTTLED.failure
    assert stale.reading is first.reading


def test_readings_are_kept(tmp_path: Path) -> None:
    """Each good reading is in the history once it is published."""
    run(tmp_path / "h.db", (point(0),), (point(0, complaints=1), point(1)))
    with History(tmp_path / "h.db", START) as history:
        assert history.points(Owner("profile prod", "us-east-1")) == [point(0, complaints=1), point(1)]


def test_a_history_that_cannot_be_is_said_and_stops_nothing(tmp_path: Path) -> None:
    """With a history that cannot be opened readings go on, and every snapshot says why it is off."""
    (tmp_path / "file").write_text("")
    published = run(tmp_path / "file" / "h.db", (point(0),), (point(1),))
    live = [snapshot for snapshot in published if snapshot.phase is Phase.LIVE]
    assert len(live) >= 2
    assert all(snapshot.history_off and "--history" in snapshot.history_off for snapshot in published)


@pytest.mark.parametrize("place", [0, 8192])
def test_a_damaged_history_is_said_on_every_snapshot(tmp_path: Path, place: int) -> None:
    """Where the file was set aside, the user reads so for as long as the program runs."""
    run(tmp_path / "h.db", tuple(point(slot) for slot in range(1000)))
    with (tmp_path / "h.db").open("r+b") as file:
        file.seek(place)
        file.write(b"noise" * 4000)
    # The first frame does not wait until all of the file is looked over.
    published = [made for made in run(tmp_path / "h.db", (point(0),)) if made.phase is not Phase.STARTING]
    assert published
    assert all("damaged" in note for snapshot in published for note in snapshot.history_notes)
    assert all(snapshot.history_notes and not snapshot.history_off for snapshot in published)
