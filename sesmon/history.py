"""What SES forgets after two weeks, kept for ever in one small SQLite file.

The file holds statistics and nothing secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from sesmon.history_file import HistoryFile
from sesmon.model import SLOT, Alert, Counts, DataPoint, Event, Origin, Reading, Row, Target
from sesmon.schema import (
    DAY,
    FIRST,
    LAST,
    MICROSECOND,
    alert_columns,
    alert_of,
    day_number,
    day_start,
    event_columns,
    event_of,
    stamp,
    time_of,
)

if TYPE_CHECKING:
    import sqlite3


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


class Judged(NamedTuple):
    """How alerts stood, in the order in which they are told, after the reading of `read_at` with points to `until`."""

    alerts: tuple[Alert, ...]
    read_at: datetime
    until: datetime


class Revision(NamedTuple):
    """What a point of a slot that was over was before a later reading changed it, and when that was (UTC)."""

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
        self._file = HistoryFile(path, now)
        if not in_haste:
            self.look_over(now)

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be done to have a file that is sound."""
        return self._file.notes

    def look_over(self, now: datetime) -> None:
        """See, once, that all of the file is sound; else a new one is begun. Before anything is written to it.

        Raises:
            HistoryError: where it cannot be read now, or no new one can be made.
        """
        self._file.look_over(now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    # Writing

    def record(self, owner: Owner, reading: Reading, *names: str, taken: Moment | None = None) -> int:
        """Keep a reading: points that are new or differ are written, what was revised is remembered; how many.

        `names` are how the user names the owner, for the method `named`; `taken` is when it was read, for the method
        `taken`.

        Raises:
            HistoryError: where nothing of it could be written; the file is as it was before.
        """
        with self._file.writing() as database:
            place = _place(database, owner)
            written = _keep(database, place, reading.points, reading.read_at)
            first = stamp(min(point.time for point in reading.points)) if reading.points else None
            database.execute(
                # The last to be recorded is the newest, though the clock that was ahead before it has been put right.
                "UPDATE owner SET read_at = ?, first = ?, profile = ?, account = ? WHERE id = ?",
                (stamp(reading.read_at), first, reading.target.profile, reading.target.account, place),
            )
            if taken is not None:
                database.execute("UPDATE owner SET mark = ?, boot = ? WHERE id = ?", (*taken, place))
            database.executemany("INSERT OR REPLACE INTO alias VALUES (?, ?)", [(name, place) for name in names])
            return written

    def merge(self, owner: Owner, points: Sequence[DataPoint], now: datetime) -> int:
        """Keep imported points beside those that are there; how many were written.

        Of a point that is there already, each counter keeps its greater value: a slot's counters only grow, and so
        any order of imports leads to the same history.
        """
        with self._file.writing() as database:
            return _merge(database, _place(database, owner), points, now)

    def hand_over(self, owner: Owner, to: Owner, now: datetime) -> None:
        """Make all that is kept of an owner another's: points as `merge` does, the rest where there is no such yet.

        Raises:
            HistoryError: where nothing of it could be written.
        """
        with self._file.writing() as database:
            old, new = _place(database, owner), _place(database, to)
            _merge(database, new, list(_between(database, old, None, None)), now)
            # How alerts stand for an audience is all of one judgement.
            database.execute(
                "DELETE FROM alert WHERE owner = ? AND audience IN (SELECT audience FROM judgement WHERE owner = ?)",
                (old, new),
            )
            for table in ("revision", "event", "judgement", "alert", "answer", "alias"):
                database.execute(f"UPDATE OR IGNORE {table} SET owner = ? WHERE owner = ?", (new, old))  # noqa: S608
            for table in ("point", "day", "revision", "event", "judgement", "answer"):
                database.execute(f"DELETE FROM {table} WHERE owner = ?", (old,))  # noqa: S608 - names, as above
            database.execute("DELETE FROM owner WHERE id = ?", (old,))

    def record_alerts(self, owner: Owner, judged: Judged, events: Sequence[Event], audience: str = "") -> None:
        """Keep how the alerts stand for an audience, and what became of them by that reading.

        Events that are kept already stay as they are.

        Raises:
            HistoryError: where nothing of it could be written.
        """
        with self._file.writing() as database:
            place = _place(database, owner)
            database.executemany(
                f"INSERT OR IGNORE INTO event VALUES ({', '.join('?' * 16)})",  # noqa: S608 - places, not values
                [(place, stamp(judged.read_at), *event_columns(event)) for event in events],
            )
            database.execute(
                "INSERT OR REPLACE INTO judgement VALUES (?, ?, ?, ?)",
                (place, audience, stamp(judged.read_at), stamp(judged.until)),
            )
            database.execute("DELETE FROM alert WHERE owner = ? AND audience = ?", (place, audience))
            database.executemany(
                f"INSERT INTO alert VALUES ({', '.join('?' * 16)})",  # noqa: S608 - places, not values
                [
                    (place, audience, at, *alert_columns(alert), alert.withdrawn)
                    for at, alert in enumerate(judged.alerts)
                ],
            )

    def record_answer(self, owner: Owner, operation: str, answer: Answer) -> None:
        """Keep the newest answer to an operation.

        Raises:
            HistoryError: where it could not be written.
        """
        with self._file.writing() as database:
            database.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)",
                (_place(database, owner), operation, *answer.taken, answer.pause, answer.body),
            )

    # Reading

    def owners(self) -> list[Owner]:
        """Whose points there are."""
        with self._file.reading() as database:
            rows = database.execute("SELECT identity, region FROM owner ORDER BY identity, region")
            return [Owner(*row) for row in rows]

    def target(self, owner: Owner) -> Target:
        """The owner as it was last read; of one whose points were only imported, as well as its identity tells."""
        with self._file.reading() as database:
            row = database.execute(
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
        with self._file.reading() as database:
            row = database.execute(
                "SELECT identity, region FROM alias JOIN owner ON owner.id = alias.owner WHERE name = ?", (name,)
            ).fetchone()
            return None if row is None else Owner(*row)

    def taken(self, owner: Owner) -> Moment | None:
        """When the owner was last read, on the scale of the host's boot; None where that is not known."""
        with self._file.reading() as database:
            row = database.execute(
                "SELECT mark, boot FROM owner WHERE identity = ? AND region = ? AND boot IS NOT NULL", owner
            ).fetchone()
            return None if row is None else Moment(*row)

    def points(self, owner: Owner, since: datetime | None = None, until: datetime | None = None) -> list[DataPoint]:
        """The points from `since` on and before `until`, oldest first; all there are unless told."""
        with self._file.reading() as database:
            place = _known_place(database, owner)
            return [] if place is None else list(_between(database, place, since, until))

    def revisions(self, owner: Owner) -> list[Revision]:
        """What points were before they were changed, oldest change first."""
        with self._file.reading() as database:
            rows = database.execute(
                "SELECT time, attempts, bounces, complaints, rejects, changed_at FROM revision"
                " JOIN owner ON owner.id = revision.owner WHERE identity = ? AND region = ? ORDER BY changed_at, time",
                owner,
            )
            return [Revision(DataPoint(time_of(row[0]), *row[1:5]), time_of(row[5])) for row in rows]

    def events(self, owner: Owner) -> list[Event]:
        """What became of alerts, in the order in which it was told."""
        with self._file.reading() as database:
            rows = database.execute(
                "SELECT event.* FROM event JOIN owner ON owner.id = event.owner"
                " WHERE identity = ? AND region = ? ORDER BY event.read_at, time, metric, kind, severity",
                owner,
            )
            return [event_of(row[2:]) for row in rows]

    def judged(self, owner: Owner, audience: str = "") -> Judged | None:
        """How the alerts stood when they were last judged for an audience; None where they never were."""
        with self._file.reading() as database:
            found = database.execute(
                "SELECT id, judgement.read_at, until FROM judgement JOIN owner ON owner.id = judgement.owner"
                " WHERE identity = ? AND region = ? AND audience = ?",
                (*owner, audience),
            ).fetchone()
            if found is None:
                return None
            place, read_at, until = found
            rows = database.execute(
                "SELECT * FROM alert WHERE owner = ? AND audience = ? ORDER BY place", (place, audience)
            )
            alerts = tuple(alert_of(row[3:-1], withdrawn=bool(row[-1])) for row in rows)
        return Judged(alerts, time_of(read_at), time_of(until))

    def answer(self, owner: Owner, operation: str) -> Answer | None:
        """The newest answer to an operation; None where there is none."""
        with self._file.reading() as database:
            row = database.execute(
                "SELECT answer.mark, answer.boot, pause, body FROM answer JOIN owner ON owner.id = answer.owner"
                " WHERE identity = ? AND region = ? AND operation = ?",
                (*owner, operation),
            ).fetchone()
        return None if row is None else Answer(Moment(row[0], row[1]), row[2], row[3])

    def latest(self, owner: Owner) -> Stored | None:
        """The newest reading of an owner, with the points from its oldest on; None where there never was one."""
        with self._file.reading() as database:
            row = database.execute(
                "SELECT id, read_at, profile, account, first FROM owner"
                " WHERE identity = ? AND region = ? AND read_at > 0",
                owner,
            ).fetchone()
            if row is None:
                return None
            read_at = time_of(row[1])
            points = () if row[4] is None else tuple(_between(database, row[0], time_of(row[4]), None))
        target = Target(owner.region, row[2], row[3])
        return Stored(target, Reading(target, read_at, points, Origin.HISTORY))

    def days(self, owner: Owner) -> list[Row]:
        """What each day (UTC) that has points comes to, oldest first: a row a day, however many years there are."""
        with self._file.reading() as database:
            rows = database.execute(
                "SELECT day, points, attempts, bounces, complaints, rejects FROM day"
                " JOIN owner ON owner.id = day.owner WHERE identity = ? AND region = ? ORDER BY day",
                owner,
            ).fetchall()
        starts = ((day_start(row[0]), row) for row in rows)
        return [Row(start, start + DAY, Counts(*row[2:]), row[1]) for start, row in starts]


def _place(database: sqlite3.Connection, owner: Owner) -> int:
    database.execute("INSERT OR IGNORE INTO owner (identity, region) VALUES (?, ?)", owner)
    found = database.execute("SELECT id FROM owner WHERE identity = ? AND region = ?", owner).fetchone()
    return int(found[0])


def _known_place(database: sqlite3.Connection, owner: Owner) -> int | None:
    row = database.execute("SELECT id FROM owner WHERE identity = ? AND region = ?", owner).fetchone()
    return None if row is None else int(row[0])


def _keep(database: sqlite3.Connection, place: int, points: Sequence[DataPoint], now: datetime) -> int:
    known = {point.time: point for point in _points(database, place, points)}
    fresh = [point for point in points if known.get(point.time) != point]
    # A slot that is still filling changes with every reading: that is no revision.
    revised = [known[point.time] for point in fresh if point.time in known and point.time + SLOT <= now]
    database.executemany(
        "INSERT OR REPLACE INTO revision VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(place, stamp(point.time), stamp(now), *point.counts) for point in revised],
    )
    database.executemany(
        "INSERT OR REPLACE INTO point VALUES (?, ?, ?, ?, ?, ?)",
        [(place, stamp(point.time), *point.counts) for point in fresh],
    )
    for day in sorted({day_number(point.time) for point in fresh}):
        _sum_up(database, place, day)
    return len(fresh)


def _merge(database: sqlite3.Connection, place: int, points: Sequence[DataPoint], now: datetime) -> int:
    known = {point.time: point for point in _points(database, place, points)}
    merged = [
        DataPoint(point.time, *map(max, zip(point.counts, known[point.time].counts, strict=True)))
        if point.time in known
        else point
        for point in points
    ]
    return _keep(database, place, merged, now)


def _sum_up(database: sqlite3.Connection, place: int, day: int) -> None:
    """Write anew what a day's points come to; a sum beyond SQLite's integers stays at their largest."""
    start = day_start(day)
    points = list(_between(database, place, start, start + DAY))
    sums = (min(LAST, sum(counter)) for counter in zip(*(point.counts for point in points), strict=True))
    database.execute("INSERT OR REPLACE INTO day VALUES (?, ?, ?, ?, ?, ?, ?)", (place, day, len(points), *sums))


def _points(database: sqlite3.Connection, place: int, like: Sequence[DataPoint]) -> Iterator[DataPoint]:
    """What is kept in the span that some points cover."""
    if like:
        times = [point.time for point in like]
        yield from _between(database, place, min(times), max(times) + MICROSECOND)


def _between(
    database: sqlite3.Connection, place: int, since: datetime | None, until: datetime | None
) -> Iterable[DataPoint]:
    rows = database.execute(
        "SELECT time, attempts, bounces, complaints, rejects FROM point"
        " WHERE owner = ? AND time >= ? AND time < ? ORDER BY time",
        (place, stamp(since) if since else FIRST, stamp(until) if until else LAST),
    )
    return (DataPoint(time_of(row[0]), *row[1:]) for row in rows.fetchall())
