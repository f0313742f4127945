"""What SES forgets after two weeks, kept for ever in one small SQLite file.

Times are kept as microseconds since 1970 in UTC. The file holds statistics and nothing secret.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from sesmon.history_file import broken, looked_over, opened
from sesmon.model import (
    Alert,
    AlertKind,
    Change,
    Counts,
    DataPoint,
    Event,
    Metric,
    Origin,
    Reading,
    Row,
    Severity,
    Target,
)

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Owner(NamedTuple):
    """Whose points they are: an account number, or what stands for an account that is not known; and the Region."""

    identity: str
    region: str


class Moment(NamedTuple):
    """Seconds since the host's boot, and which boot: what the processes of one host can compare."""

    mark: float
    boot: str


class Answer(NamedTuple):
    """What was answered to an operation beside the statistics, as JSON: when, and for how many seconds it will do."""

    taken: Moment
    pause: float
    body: str


class Revision(NamedTuple):
    """What a point was before a later reading changed it, and when that was (UTC)."""

    was: DataPoint
    changed_at: datetime


class Stored(NamedTuple):
    """The newest reading of an owner that the history knows, with the points of the two weeks before it."""

    target: Target
    reading: Reading


class History:
    """One SQLite file. Safe to use from several threads, and from several processes at once.

    A damaged file is set aside under a new name, and `notes` says so.
    """

    def __init__(self, path: Path, now: datetime, *, in_haste: bool = False) -> None:
        """Open the file, or make it; who is in haste looks all of it over later, with `look_over`.

        Raises:
            HistoryError: where it can be neither opened nor made, or a newer sesmon wrote it.
        """
        self.path = path
        self._lock = threading.Lock()
        self._is_looked_over = False
        self._database, self.notes = opened(path, now)
        if not in_haste:
            self.look_over(now)

    def look_over(self, now: datetime) -> None:
        """See, once, that all of the file is sound; else a new one is begun. Before anything is written to it.

        Raises:
            HistoryError: where it cannot be read now, or no new one can be made.
        """
        with self._lock:
            if not self._is_looked_over:
                self._database, notes = looked_over(self._database, self.path, now)
                self.notes += notes
                self._is_looked_over = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._database.close()

    # Writing

    def record(self, owner: Owner, reading: Reading, name: str = "", taken: Moment | None = None) -> int:
        """Keep a reading: points that are new or differ are written, what they were is remembered; how many.

        `name` is how the user named the owner, for `named`; `taken` is when it was read, for `fresh`.

        Raises:
            HistoryError: where nothing of it could be written; the file is as it was before.
        """
        with self._writing():
            place = self._place(owner)
            written = self._keep(place, reading.points, reading.read_at)
            first = _stamp(min(point.time for point in reading.points)) if reading.points else None
            self._database.execute(
                "UPDATE owner SET read_at = max(read_at, ?), first = ?, profile = ?, account = ? WHERE id = ?",
                (_stamp(reading.read_at), first, reading.target.profile, reading.target.account, place),
            )
            if taken is not None:
                self._database.execute("UPDATE owner SET mark = ?, boot = ? WHERE id = ?", (*taken, place))
            if name:
                self._database.execute("INSERT OR REPLACE INTO alias VALUES (?, ?)", (name, place))
            return written

    def merge(self, owner: Owner, points: Sequence[DataPoint], now: datetime) -> int:
        """Keep imported points beside those that are there; how many were written.

        Of a point that is there already, each counter keeps its greater value: a slot's counters only grow, and so
        any order of imports leads to the same history.
        """
        with self._writing():
            place = self._place(owner)
            known = {point.time: point for point in self._points(place, points)}
            merged = [
                DataPoint(point.time, *map(max, zip(point.counts, known[point.time].counts, strict=True)))
                if point.time in known
                else point
                for point in points
            ]
            return self._keep(place, merged, now)

    def record_alerts(self, owner: Owner, alerts: Sequence[Alert], events: Sequence[Event], read_at: datetime) -> None:
        """Keep how the alerts stand after the reading of `read_at` (UTC), and what became of them by it.

        Events that are kept already stay as they are.

        Raises:
            HistoryError: where nothing of it could be written.
        """
        with self._writing():
            place = self._place(owner)
            self._database.executemany(
                f"INSERT OR IGNORE INTO event VALUES ({', '.join('?' * 16)})",  # noqa: S608 - places, not values
                [(place, _stamp(read_at), *_event_columns(event)) for event in events],
            )
            self._database.execute("DELETE FROM alert WHERE owner = ?", (place,))
            self._database.executemany(
                f"INSERT INTO alert VALUES ({', '.join('?' * 15)})",  # noqa: S608 - places, not values
                [(place, at, *_alert_columns(alert), alert.withdrawn) for at, alert in enumerate(alerts)],
            )

    def record_answer(self, owner: Owner, operation: str, answer: Answer) -> None:
        """Keep the newest answer to an operation.

        Raises:
            HistoryError: where it could not be written.
        """
        with self._writing():
            self._database.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)",
                (self._place(owner), operation, *answer.taken, answer.pause, answer.body),
            )

    def _keep(self, place: int, points: Sequence[DataPoint], now: datetime) -> int:
        known = {point.time: point for point in self._points(place, points)}
        fresh = [point for point in points if known.get(point.time) != point]
        revised = [known[point.time] for point in fresh if point.time in known]
        self._database.executemany(
            "INSERT OR REPLACE INTO revision VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(place, _stamp(point.time), _stamp(now), *point.counts) for point in revised],
        )
        self._database.executemany(
            "INSERT OR REPLACE INTO point VALUES (?, ?, ?, ?, ?, ?)",
            [(place, _stamp(point.time), *point.counts) for point in fresh],
        )
        for day in sorted({(point.time - _EPOCH).days for point in fresh}):
            self._sum_up(place, day)
        return len(fresh)

    def _sum_up(self, place: int, day: int) -> None:
        """Write anew what a day's points come to; a sum beyond SQLite's integers stays at their largest."""
        start = _EPOCH + _DAY * day
        points = list(self._between(place, start, start + _DAY))
        sums = (min(_LAST, sum(counter)) for counter in zip(*(point.counts for point in points), strict=True))
        self._database.execute(
            "INSERT OR REPLACE INTO day VALUES (?, ?, ?, ?, ?, ?, ?)", (place, day, len(points), *sums)
        )

    def _points(self, place: int, like: Sequence[DataPoint]) -> Iterator[DataPoint]:
        """What is kept in the span that some points cover."""
        if like:
            times = [point.time for point in like]
            yield from self._between(place, min(times), max(times) + _MICROSECOND)

    def _place(self, owner: Owner) -> int:
        self._database.execute("INSERT OR IGNORE INTO owner (identity, region) VALUES (?, ?)", owner)
        found = self._database.execute("SELECT id FROM owner WHERE identity = ? AND region = ?", owner).fetchone()
        return int(found[0])

    # Reading

    def owners(self) -> list[Owner]:
        """Whose points there are."""
        with self._reading():
            rows = self._database.execute("SELECT identity, region FROM owner ORDER BY identity, region")
            return [Owner(*row) for row in rows]

    def target(self, owner: Owner) -> Target:
        """The owner as it was last read; of one whose points were only imported, as well as its identity tells."""
        with self._reading():
            row = self._database.execute(
                "SELECT profile, account FROM owner WHERE identity = ? AND region = ?", owner
            ).fetchone()
        profile, account = row or (None, None)
        if account is None and owner.identity.isdecimal():
            account = owner.identity
        if profile is None and account is None:
            profile = owner.identity.removeprefix("profile ")
        return Target(owner.region, profile, account)

    def named(self, name: str) -> Owner | None:
        """The owner that was last read under a name; None where there was none."""
        with self._reading():
            row = self._database.execute(
                "SELECT identity, region FROM alias JOIN owner ON owner.id = alias.owner WHERE name = ?", (name,)
            ).fetchone()
            return None if row is None else Owner(*row)

    def taken(self, owner: Owner) -> Moment | None:
        """When the owner was last read, on the scale of the host's boot; None where that is not known."""
        with self._reading():
            row = self._database.execute(
                "SELECT mark, boot FROM owner WHERE identity = ? AND region = ? AND boot IS NOT NULL", owner
            ).fetchone()
            return None if row is None else Moment(*row)

    def points(self, owner: Owner, since: datetime | None = None, until: datetime | None = None) -> list[DataPoint]:
        """The points from `since` on and before `until`, oldest first; all there are unless told."""
        with self._reading():
            place = self._known_place(owner)
            return [] if place is None else list(self._between(place, since, until))

    def revisions(self, owner: Owner) -> list[Revision]:
        """What points were before they were changed, oldest change first."""
        with self._reading():
            rows = self._database.execute(
                "SELECT time, attempts, bounces, complaints, rejects, changed_at FROM revision"
                " JOIN owner ON owner.id = revision.owner WHERE identity = ? AND region = ? ORDER BY changed_at, time",
                owner,
            )
            return [Revision(DataPoint(_time(row[0]), *row[1:5]), _time(row[5])) for row in rows]

    def events(self, owner: Owner) -> list[Event]:
        """What became of alerts, in the order in which it was told."""
        with self._reading():
            rows = self._database.execute(
                "SELECT event.* FROM event JOIN owner ON owner.id = event.owner"
                " WHERE identity = ? AND region = ? ORDER BY event.read_at, time, metric, kind, severity",
                owner,
            )
            return [_event(row[2:]) for row in rows]

    def alerts(self, owner: Owner) -> list[Alert]:
        """How the alerts stood after the newest reading, in the order in which they were told."""
        with self._reading():
            rows = self._database.execute(
                "SELECT alert.* FROM alert JOIN owner ON owner.id = alert.owner"
                " WHERE identity = ? AND region = ? ORDER BY place",
                owner,
            )
            return [_alert(row[2:-1], withdrawn=bool(row[-1])) for row in rows]

    def answer(self, owner: Owner, operation: str) -> Answer | None:
        """The newest answer to an operation; None where there is none."""
        with self._reading():
            row = self._database.execute(
                "SELECT answer.mark, answer.boot, pause, body FROM answer JOIN owner ON owner.id = answer.owner"
                " WHERE identity = ? AND region = ? AND operation = ?",
                (*owner, operation),
            ).fetchone()
        return None if row is None else Answer(Moment(row[0], row[1]), row[2], row[3])

    def latest(self, owner: Owner) -> Stored | None:
        """The newest reading of an owner, with the points from its oldest on; None where there never was one."""
        with self._reading():
            row = self._database.execute(
                "SELECT id, read_at, profile, account, first FROM owner"
                " WHERE identity = ? AND region = ? AND read_at > 0",
                owner,
            ).fetchone()
            if row is None:
                return None
            read_at = _time(row[1])
            points = () if row[4] is None else tuple(self._between(row[0], _time(row[4]), None))
        target = Target(owner.region, row[2], row[3])
        return Stored(target, Reading(target, read_at, points, Origin.HISTORY))

    def days(self, owner: Owner) -> list[Row]:
        """What each day (UTC) that has points comes to, oldest first: a row a day, however many years there are."""
        with self._reading():
            rows = self._database.execute(
                "SELECT day, points, attempts, bounces, complaints, rejects FROM day"
                " JOIN owner ON owner.id = day.owner WHERE identity = ? AND region = ? ORDER BY day",
                owner,
            ).fetchall()
        starts = ((_EPOCH + _DAY * row[0], row) for row in rows)
        return [Row(start, start + _DAY, Counts(*row[2:]), row[1]) for start, row in starts]

    def _known_place(self, owner: Owner) -> int | None:
        row = self._database.execute("SELECT id FROM owner WHERE identity = ? AND region = ?", owner).fetchone()
        return None if row is None else int(row[0])

    def _between(self, place: int, since: datetime | None, until: datetime | None) -> Iterable[DataPoint]:
        rows = self._database.execute(
            "SELECT time, attempts, bounces, complaints, rejects FROM point"
            " WHERE owner = ? AND time >= ? AND time < ? ORDER BY time",
            (place, _stamp(since) if since else _FIRST, _stamp(until) if until else _LAST),
        )
        return (DataPoint(_time(row[0]), *row[1:]) for row in rows.fetchall())

    # Failing

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it, or nothing."""
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    # A full disk has SQLite roll back by itself.
                    if self._database.in_transaction:
                        self._database.execute("ROLLBACK")
                    raise
                self._database.execute("COMMIT")
            except (sqlite3.Error, OverflowError) as error:
                raise broken(self.path, error) from error

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise broken(self.path, error) from error


_FIRST, _LAST = -(2**63), 2**63 - 1


def _event_columns(event: Event) -> tuple[object, ...]:
    return (_stamp(event.time), event.change.value, *_alert_columns(event.alert))


def _alert_columns(alert: Alert) -> tuple[object, ...]:
    return (
        alert.metric.value,
        alert.kind.value,
        alert.severity.value,
        _stamp(alert.since),
        None if alert.until is None else _stamp(alert.until),
        _stamp(alert.raised),
        _stamp(alert.peak),
        *(min(_LAST, counter) for counter in alert.counts),
        alert.message,
    )


def _event(columns: tuple[Any, ...]) -> Event:
    time, change, *alert = columns
    return Event(_time(time), Change(change), _alert(alert, withdrawn=change == Change.WITHDRAWN))


def _alert(columns: Sequence[Any], *, withdrawn: bool) -> Alert:
    metric, kind, severity, since, until, raised, peak, *counts, message = columns
    return Alert(
        Metric(metric),
        AlertKind(kind),
        Severity(severity),
        _time(since),
        None if until is None else _time(until),
        _time(raised),
        _time(peak),
        Counts(*counts),
        message,
        withdrawn=withdrawn,
    )


def _stamp(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND


def _time(stamp: int) -> datetime:
    return _EPOCH + _MICROSECOND * stamp
