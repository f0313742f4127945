"""The history's tables, as the steps that lead to them: a file of an older version takes those that it lacks."""

from __future__ import annotations

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
        # What a point was until `changed_at`.
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
)
"""One step for each version; steps that have been released are never changed."""

VERSION = len(SCHEMA)
"""The version of the schema that this program knows (SQLite's `PRAGMA user_version`)."""
