"""What became of alerts, kept; and a history of before there were any."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesmon.history import Answer, History, Judged, Moment, Owner
from sesmon.history_file import HistoryError
from sesmon.model import SLOT, Alert, AlertKind, Change, Counts, Event, Metric, Severity
from sesmon.schema import APPLICATION_ID, SCHEMA, VERSION
from tests.fakes import START
from tests.strategies import alerts
from tests.test_history import OWNER, point, reading

TIMES = st.integers(-(10**15), 10**15).map(lambda microseconds: START + timedelta(microseconds=microseconds))
ALERTS = alerts(TIMES, st.text(st.characters(exclude_categories=["Cs"])))


def event_of(alert: Alert, change: Change, slot: int = 0) -> Event:
    """What became of an alert; what is withdrawn says so itself."""
    return Event(START + SLOT * slot, change, alert._replace(withdrawn=change is Change.WITHDRAWN))


RAISED = event_of(
    Alert(
        Metric.COMPLAINTS,
        AlertKind.SPIKE,
        Severity.WARNING,
        START,
        None,
        START,
        START,
        Counts(2410, 20, 31, 0),
        "31 complaints.",
    ),
    Change.RAISED,
)
ESCALATED = event_of(RAISED.alert._replace(severity=Severity.CRITICAL), Change.ESCALATED, 1)
CLEARED = event_of(ESCALATED.alert._replace(until=START + SLOT * 2), Change.CLEARED, 9)


def judged(at: datetime, *alerts: Alert) -> Judged:
    """What a reading made of the alerts."""
    return Judged(alerts, at, at)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a history may be made."""
    return tmp_path / "h.db"


@settings(max_examples=25)
@given(events=st.lists(st.builds(event_of, ALERTS, st.sampled_from(Change)), max_size=6))
def test_events_come_back_as_they_were(events: list[Event], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every field of an event comes back, to the microsecond, in the order of the readings that told it."""
    with closing(History(tmp_path_factory.mktemp("h") / "h.db", START)) as history:
        for place, event in enumerate(events):
            history.record_alerts(OWNER, judged(START + SLOT * place), [event])
        assert history.events(OWNER) == events


def test_several_events_of_a_reading_keep_their_order_in_time(path: Path) -> None:
    """Of one reading the earlier event comes first; of two, what the earlier reading told."""
    with History(path, START) as history:
        history.record_alerts(OWNER, judged(START + SLOT * 20), [CLEARED])
        history.record_alerts(OWNER, judged(START + SLOT * 2), [ESCALATED, RAISED])
        assert history.events(OWNER) == [RAISED, ESCALATED, CLEARED]


def test_what_is_kept_already_stays_as_it_is(path: Path) -> None:
    """Two processes that judge one reading keep its events once."""
    with History(path, START) as history, History(path, START) as other:
        history.record_alerts(OWNER, judged(START), [RAISED])
        other.record_alerts(OWNER, judged(START), [RAISED, ESCALATED])
        assert history.events(OWNER) == other.events(OWNER) == [RAISED, ESCALATED]


def test_events_of_accounts_and_regions_are_apart(path: Path) -> None:
    """Another owner has events of its own."""
    other = Owner(OWNER.identity, "eu-west-1")
    with History(path, START) as history:
        history.record_alerts(OWNER, judged(START), [RAISED])
        history.record_alerts(other, judged(START), [ESCALATED])
        assert history.events(OWNER) == [RAISED]
        assert history.events(other) == [ESCALATED]
        assert history.events(Owner("999999999999", "us-east-1")) == []


def test_counts_beyond_the_largest_number_stay_at_it(path: Path) -> None:
    """The sum of several points can be more than SQLite's integers hold, and is still kept."""
    huge = event_of(RAISED.alert._replace(counts=Counts(2**70, 1, 2, 3)), Change.RAISED)
    with History(path, START) as history:
        history.record_alerts(OWNER, judged(START), [huge])
        (kept,) = history.events(OWNER)
    assert kept.alert.counts == Counts(2**63 - 1, 1, 2, 3)


def test_a_locked_file_keeps_no_part_of_the_events(path: Path) -> None:
    """While another process holds the file nothing of them is written, and they can be written later."""
    with History(path, START) as history, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="locked"):
            history.record_alerts(OWNER, judged(START), [RAISED])
        other.execute("ROLLBACK")
        assert history.events(OWNER) == []
        history.record_alerts(OWNER, judged(START), [RAISED])
        assert history.events(OWNER) == [RAISED]


def test_a_history_of_the_first_version_takes_the_steps_that_it_lacks(path: Path) -> None:
    """A file of before alerts were kept loses nothing, keeps events from now on, and is of this version after."""
    with closing(sqlite3.connect(path)) as database:
        for statement in SCHEMA[0]:
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute("PRAGMA user_version = 1")
        database.execute("INSERT INTO owner (id, identity, region) VALUES (1, ?, ?)", OWNER)
        stamp = int(START.timestamp()) * 10**6
        database.execute("INSERT INTO point VALUES (1, ?, 100, 1, 0, 0)", (stamp,))
        database.commit()
    with History(path, START) as history:
        assert history.notes == ()
        assert history.points(OWNER) == [point(0)]
        assert history.events(OWNER) == []
        history.record(OWNER, reading(point(1)))
        history.record_alerts(OWNER, judged(START), [RAISED])
    with History(path, START) as history:
        assert history.points(OWNER) == [point(0), point(1)]
        assert history.events(OWNER) == [RAISED]
        assert history._file._connection().execute("PRAGMA user_version").fetchone()[0] == VERSION
    with closing(sqlite3.connect(path)) as migrated, closing(sqlite3.connect(path.with_name("new.db"))) as fresh:
        for step in SCHEMA:
            for statement in step:
                fresh.execute(statement)
        tables = "SELECT name, sql FROM sqlite_master ORDER BY name"
        assert migrated.execute(tables).fetchall() == fresh.execute(tables).fetchall()


@settings(max_examples=25)
@given(alerts=st.lists(ALERTS, max_size=4), before=st.lists(ALERTS, max_size=4))
def test_alerts_stand_as_the_newest_reading_left_them(
    alerts: list[Alert], before: list[Alert], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What an earlier reading made of the alerts is replaced, field by field and in order."""
    with closing(History(tmp_path_factory.mktemp("h") / "h.db", START)) as history:
        history.record_alerts(OWNER, judged(START, *before), [])
        history.record_alerts(OWNER, judged(START + SLOT, *alerts), [RAISED])
        assert history.judged(OWNER) == judged(START + SLOT, *alerts)
        assert history.judged(Owner("999999999999", "us-east-1")) is None


@given(alerts=st.lists(ALERTS, min_size=1, max_size=3), others=st.lists(ALERTS, max_size=3))
def test_each_audience_has_alerts_of_its_own(
    alerts: list[Alert], others: list[Alert], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What is judged by other settings, or for somebody else, changes nothing of what one was told."""
    with closing(History(tmp_path_factory.mktemp("h") / "h.db", START)) as history:
        history.record_alerts(OWNER, judged(START, *alerts), [])
        history.record_alerts(OWNER, judged(START + SLOT, *others), [], "watch")
        assert history.judged(OWNER) == judged(START, *alerts)
        assert history.judged(OWNER, "watch") == judged(START + SLOT, *others)
        assert history.judged(OWNER, "others") is None


@settings(max_examples=15)
@given(alerts=st.lists(ALERTS, min_size=1, max_size=3), others=st.lists(ALERTS, max_size=3))
def test_what_is_handed_over_is_all_there_is(
    alerts: list[Alert], others: list[Alert], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Points, alerts, events and answers become the other owner's, whose own come before them; nothing stays behind."""
    old, answer = Owner("profile prod", OWNER.region), Answer(Moment(1.0, "boot"), 60.0, "{}")
    with closing(History(tmp_path_factory.mktemp("h") / "h.db", START)) as history:
        for owner, own, number in ((old, alerts, 0), (OWNER, others, 1)):
            history.record(owner, reading(point(number)), f"name {number}")
            history.record_alerts(owner, judged(START, *own), [event_of(RAISED.alert, Change.RAISED, number)])
        history.record_alerts(old, judged(START, *alerts), [], "watch")
        history.record_answer(old, "GetSendQuota", answer)
        history.hand_over(old, OWNER, START)
        assert history.owners() == [OWNER]
        assert history.points(OWNER) == [point(0), point(1)]
        assert sum(day.points for day in history.days(OWNER)) == 2
        assert history.judged(OWNER) == judged(START, *others)
        assert history.judged(OWNER, "watch") == judged(START, *alerts)
        assert len(history.events(OWNER)) == 2
        assert history.answer(OWNER, "GetSendQuota") == answer
        assert history.named("name 0") == history.named("name 1") == OWNER
        rest = "SELECT count(*) FROM alert WHERE owner NOT IN (SELECT id FROM owner)"
        assert history._file._connection().execute(rest).fetchone()[0] == 0
