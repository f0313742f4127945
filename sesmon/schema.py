"""The history's tables: the steps that lead to them, and how what is kept becomes their columns and comes back.

A file of an older version takes the steps that it lacks. Times are microseconds since 1970 in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sesmon.model import Alert, AlertKind, Change, Counts, Event, Metric, Severity

APPLICATION_ID = 0x5E5E50A1
"""Marks the file as ours (SQLite's `PRAGMA application_id`)."""

SCHEMA: tuple[tuple[str, ...], ...] = (
    (
        # Whose points: `read_at` is 0 for an owner whose points were only imported. `mark` is the same moment in
        # seconds of the boot `boot`, by which processes of one host tell how fresh it is, however the clock is set.
        # `first` is the oldest point that this reading listed; NULL where it listed none.
        "CREATE TABLE owner (id INTEGER PRIMARY KEY, identity TEXT NOT NULL, region TEXT NOT NULL,"
        " read_at INTEGER NOT NULL DEFAULT 0, mark REAL NOT NULL DEFAULT 0, boot TEXT, first INTEGER,"
        " profile TEXT, account TEXT, UNIQUE (identity, region))",
        "CREATE TABLE point (owner INTEGER NOT NULL REFERENCES owner, time INTEGER NOT NULL, attempts INTEGER NOT NULL,"
        " bounces INTEGER NOT NULL, complaints INTEGER NOT NULL, rejects INTEGER NOT NULL,"
        " PRIMARY KEY (owner, time)) WITHOUT ROWID",
        # Under what name (profile, Region and so on, as the user gave them) an owner was last read: it is known before
        # credentials are, and so the first frame can show what is kept.
        "CREATE TABLE alias (name TEXT PRIMARY KEY, owner INTEGER NOT NULL REFERENCES owner) WITHOUT ROWID",
        # Whose turn it is to call: until `busy_until` a call may be under way, before `free_at` none may begin.
        "CREATE TABLE turn (caller TEXT NOT NULL, operation TEXT NOT NULL, boot TEXT NOT NULL,"
        " busy_until REAL NOT NULL, free_at REAL NOT NULL, PRIMARY KEY (caller, operation)) WITHOUT ROWID",
        # What the points of a day (days since 1970, in UTC) come to: long windows cost by their days, not their points.
        "CREATE TABLE day (owner INTEGER NOT NULL REFERENCES owner, day INTEGER NOT NULL, points INTEGER NOT NULL,"
        " attempts INTEGER NOT NULL, bounces INTEGER NOT NULL, complaints INTEGER NOT NULL, rejects INTEGER NOT NULL,"
        " PRIMARY KEY (owner, day)) WITHOUT ROWID",
        # What a point was until `changed_at`, when its slot was over.
        "CREATE TABLE revision (owner INTEGER NOT NULL REFERENCES owner, time INTEGER NOT NULL,"
        " changed_at INTEGER NOT NULL, attempts INTEGER NOT NULL, bounces INTEGER NOT NULL,"
        " complaints INTEGER NOT NULL, rejects INTEGER NOT NULL, PRIMARY KEY (owner, time, changed_at)) WITHOUT ROWID",
    ),
    (
        # What became of alerts: `event` tells it at `time` of the alert that the other columns describe, and `read_at`
        # is the reading that gave reason to. Several processes that judge one reading tell the same.
        "CREATE TABLE event (owner INTEGER NOT NULL REFERENCES owner, read_at INTEGER NOT NULL, time INTEGER NOT NULL,"
        " event TEXT NOT NULL, metric TEXT NOT NULL, kind TEXT NOT NULL, severity INTEGER NOT NULL,"
        " since INTEGER NOT NULL, until INTEGER, raised INTEGER NOT NULL, peak INTEGER NOT NULL,"
        " attempts INTEGER NOT NULL, bounces INTEGER NOT NULL, complaints INTEGER NOT NULL, rejects INTEGER NOT NULL,"
        " message TEXT NOT NULL, PRIMARY KEY (owner, read_at, time, metric, kind, event)) WITHOUT ROWID",
        # What was last answered to an operation beside the statistics, as JSON, and when, as in `owner`; for `pause`
        # seconds nobody need ask again.
        "CREATE TABLE answer (owner INTEGER NOT NULL REFERENCES owner, operation TEXT NOT NULL, mark REAL NOT NULL,"
        " boot TEXT NOT NULL, pause REAL NOT NULL, body TEXT NOT NULL, PRIMARY KEY (owner, operation)) WITHOUT ROWID",
        # How the alerts stood after the newest reading, in the order in which they are told.
        "CREATE TABLE alert (owner INTEGER NOT NULL REFERENCES owner, place INTEGER NOT NULL, metric TEXT NOT NULL,"
        " kind TEXT NOT NULL, severity INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER,"
        " raised INTEGER NOT NULL, peak INTEGER NOT NULL, attempts INTEGER NOT NULL, bounces INTEGER NOT NULL,"
        " complaints INTEGER NOT NULL, rejects INTEGER NOT NULL, message TEXT NOT NULL, withdrawn INTEGER NOT NULL,"
        " PRIMARY KEY (owner, place)) WITHOUT ROWID",
    ),
    (
        # For whom alerts were judged, by which settings: after the reading of `read_at`, of points up to `until`.
        "CREATE TABLE judgement (owner INTEGER NOT NULL REFERENCES owner, audience TEXT NOT NULL,"
        " read_at INTEGER NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (owner, audience)) WITHOUT ROWID",
        # How the alerts stand for each of them, in the order in which they are told. What stood without this is
        # judged anew.
        "DROP TABLE alert",
        "CREATE TABLE alert (owner INTEGER NOT NULL REFERENCES owner, audience TEXT NOT NULL, place INTEGER NOT NULL,"
        " metric TEXT NOT NULL, kind TEXT NOT NULL, severity INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER,"
        " raised INTEGER NOT NULL, peak INTEGER NOT NULL, attempts INTEGER NOT NULL, bounces INTEGER NOT NULL,"
        " complaints INTEGER NOT NULL, rejects INTEGER NOT NULL, message TEXT NOT NULL, withdrawn INTEGER NOT NULL,"
        " PRIMARY KEY (owner, audience, place)) WITHOUT ROWID",
    ),
)
"""One step for each version; steps that have been released are never changed."""

VERSION = len(SCHEMA)
"""The version of the schema that this program knows (SQLite's `PRAGMA user_version`)."""

FIRST, LAST = -(2**63), 2**63 - 1
"""The least and the greatest integer of a column."""

MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stamp(time: datetime) -> int:
    """A time as a column has it."""
    return (time - _EPOCH) // MICROSECOND


def time_of(column: int) -> datetime:
    """The time (UTC) that a column tells."""
    return _EPOCH + MICROSECOND * column


def day_number(time: datetime) -> int:
    """Which day (UTC) a time lies in, counted from 1970 on."""
    return (time - _EPOCH).days


def day_start(day: int) -> datetime:
    """When a day (UTC) of that number begins."""
    return _EPOCH + DAY * day


def event_columns(event: Event) -> tuple[object, ...]:
    """An event, from the column `time` of its table on."""
    return (stamp(event.time), event.change.value, *alert_columns(event.alert))


def event_of(columns: Sequence[Any]) -> Event:
    """The event that `event_columns` made them of."""
    time, change, *alert = columns
    return Event(time_of(time), Change(change), alert_of(alert, withdrawn=change == Change.WITHDRAWN))


def alert_columns(alert: Alert) -> tuple[object, ...]:
    """An alert, from the column `metric` to `message`; a counter beyond SQLite's integers stays at their largest."""
    return (
        alert.metric.value,
        alert.kind.value,
        alert.severity.value,
        stamp(alert.since),
        None if alert.until is None else stamp(alert.until),
        stamp(alert.raised),
        stamp(alert.peak),
        *(min(LAST, counter) for counter in alert.counts),
        alert.message,
    )


def alert_of(columns: Sequence[Any], *, withdrawn: bool) -> Alert:
    """The alert that `alert_columns` made them of; whether it was withdrawn stands beside them."""
    metric, kind, severity, since, until, raised, peak, *counts, message = columns
    return Alert(
        Metric(metric),
        AlertKind(kind),
        Severity(severity),
        time_of(since),
        None if until is None else time_of(until),
        time_of(raised),
        time_of(peak),
        Counts(*counts),
        message,
        withdrawn=withdrawn,
    )
