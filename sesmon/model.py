"""The nouns: frozen, in UTC, passed from one layer to the next.

Counters are whole numbers of mails. Rates are fractions of the delivery attempts (0.001 is 0.1 %), or None
where nothing was sent. Times are aware datetimes in UTC; durations are seconds.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple

SLOT = timedelta(minutes=15)
"""What one data point covers (SES API reference, SendDataPoint: a 15-minute period)."""

MEMORY = timedelta(days=14)
"""How far back GetSendStatistics reaches (SES API reference)."""


DEFAULT_INTERVAL = 60.0
"""Seconds between two readings, unless told otherwise."""


class Metric(StrEnum):
    """One counter of a data point. The value names it in every machine-readable output."""

    SENDS = "sends"
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"
    REJECTS = "rejects"

    @property
    def field(self) -> str:
        """The attribute of `DataPoint` and `Counts` that holds it."""
        return _FIELDS[self]

    @property
    def label(self) -> str:
        """What a person reads."""
        return _LABELS[self]

    @property
    def aws_name(self) -> str:
        """What the SES API calls it."""
        return _AWS_NAMES[self]


_FIELDS = {
    Metric.SENDS: "attempts",
    Metric.BOUNCES: "bounces",
    Metric.COMPLAINTS: "complaints",
    Metric.REJECTS: "rejects",
}
_LABELS = {
    Metric.SENDS: "Delivery attempts",
    Metric.BOUNCES: "Bounces",
    Metric.COMPLAINTS: "Complaints",
    Metric.REJECTS: "Rejects",
}
_AWS_NAMES = {
    Metric.SENDS: "DeliveryAttempts",
    Metric.BOUNCES: "Bounces",
    Metric.COMPLAINTS: "Complaints",
    Metric.REJECTS: "Rejects",
}


class Counts(NamedTuple):
    """The four counters of a stretch of time, each 0 or more."""

    attempts: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0

    def of(self, metric: Metric) -> int:
        """The counter of one metric."""
        return int(getattr(self, metric.field))

    def rate(self, metric: Metric) -> float | None:
        """The metric as a fraction of the delivery attempts; None where nothing was sent."""
        return self.of(metric) / self.attempts if self.attempts else None

    def plus(self, other: Counts | DataPoint) -> Counts:
        """Both together."""
        return Counts(
            self.attempts + other.attempts,
            self.bounces + other.bounces,
            self.complaints + other.complaints,
            self.rejects + other.rejects,
        )


class DataPoint(NamedTuple):
    """What SES counted in the 15 minutes from `time` (UTC), which need not lie on the quarter hour."""

    time: datetime
    attempts: int = 0
    bounces: int = 0
    complaints: int = 0
    rejects: int = 0

    @property
    def counts(self) -> Counts:
        """The counters without the time."""
        return Counts(self.attempts, self.bounces, self.complaints, self.rejects)


class Row(NamedTuple):
    """Points put together: from `start` (UTC) to `end`, `points` of them."""

    start: datetime
    end: datetime
    counts: Counts
    points: int


class Origin(StrEnum):
    """Where the points of a reading came from."""

    SERVICE = "service"
    HISTORY = "history"
    DEMO = "demo"
    REPLAY = "replay"


class Target(NamedTuple):
    """One account in one Region, as the user named it. None is 'not known', never 'none'."""

    region: str
    profile: str | None = None
    account: str | None = None


class Reading(NamedTuple):
    """One answer of a source: points oldest first, each time once, and what had to be mended to get them so."""

    target: Target
    read_at: datetime
    points: tuple[DataPoint, ...]
    origin: Origin = Origin.SERVICE
    notes: tuple[str, ...] = ()


class ErrorKind(StrEnum):
    """Why a source could not be read."""

    CREDENTIALS = "credentials"
    DENIED = "denied"
    THROTTLED = "throttled"
    NETWORK = "network"
    SERVICE = "service"
    RESPONSE = "response"
    CONFIGURATION = "configuration"


class Failure(NamedTuple):
    """A reading that did not come off: what happened, what to do about it, and whether waiting can help.

    Both texts are clean: no control, bidi or markup characters.
    """

    kind: ErrorKind
    message: str
    remedy: str
    transient: bool

    @property
    def sentences(self) -> str:
        """What happened and what to do about it."""
        return f"{self.message} {self.remedy}"


class Severity(IntEnum):
    """How bad an alert is; they compare."""

    WARNING = 1
    CRITICAL = 2

    @property
    def label(self) -> str:
        """The word for it, as in every machine-readable output."""
        return self.name.lower()


class AlertKind(StrEnum):
    """Which judge raised it."""

    LIMIT = "limit"
    SPIKE = "spike"
    SILENCE = "silence"


class Alert(NamedTuple):
    """One incident of one metric.

    `since` is when the first data point in it began, `until` when the last one ended (None while it is open), `raised`
    when the one began that raised it, `peak` when the worst one began. `counts` are what was sent and counted from
    `since` on. `message` is a whole sentence. `withdrawn` tells that a revised point took the ground from under it.
    """

    metric: Metric
    kind: AlertKind
    severity: Severity
    since: datetime
    until: datetime | None
    raised: datetime
    peak: datetime
    counts: Counts
    message: str
    withdrawn: bool = False

    @property
    def key(self) -> tuple[Metric, AlertKind, datetime]:
        """What stays the same from reading to reading for as long as it is the same incident."""
        return (self.metric, self.kind, self.since)

    @property
    def is_open(self) -> bool:
        """Whether it is still going on."""
        return self.until is None and not self.withdrawn

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether any of it lies in the half-open span from `start` to `end`.

        A rate over a day stays up for a day after what drove it up: of a limit's alert only the way to its peak counts.
        """
        until = self.peak + SLOT if self.kind is AlertKind.LIMIT else self.until
        return self.since < end and (until is None or until > start) and not self.withdrawn


class Change(StrEnum):
    """What can become of an alert. The value names it in every machine-readable output."""

    RAISED = "raised"
    ESCALATED = "escalated"
    CLEARED = "cleared"
    WITHDRAWN = "withdrawn"


class Event(NamedTuple):
    """What became of an alert, and when the data point that caused it began (UTC)."""

    time: datetime
    change: Change
    alert: Alert


class Quota(NamedTuple):
    """The sending quota of an account in a Region, as GetSendQuota gives it: mails in 24 hours, and mails a second.

    `max_24_hours` of -1 is no limit. 200 a day and 1 a second are the sandbox's (Amazon SES Developer Guide, 'Request
    production access').
    """

    max_24_hours: float
    sent_24_hours: float
    max_rate: float
    read_at: datetime

    @property
    def used(self) -> float | None:
        """The fraction of the 24 hours' quota that is used; None where there is no limit."""
        return self.sent_24_hours / self.max_24_hours if self.max_24_hours > 0 else None

    @property
    def is_sandbox(self) -> bool:
        """Whether the account is in the sandbox, as far as the quota tells."""
        return self.max_24_hours == 200 and self.max_rate <= 1


class Allowance(NamedTuple):
    """What an account may do, beside its statistics: each part is None until known, with why where it is missing."""

    quota: Quota | None = None
    is_enabled: bool | None = None
    quota_missing: str | None = None
    enabled_missing: str | None = None


class Phase(StrEnum):
    """How the monitor stands."""

    STARTING = "starting"
    LIVE = "live"
    READING = "reading"
    STALE = "stale"
    ENDED = "ended"


class Snapshot(NamedTuple):
    """All that the screen and the reports may know of one target at one moment.

    `reading` is the last good one and stays when a later one fails; `failure` is why the newest attempt failed.
    `read_mark`, `next_mark` and `now_mark` are on the clock's `elapsed()` scale (seconds that never jump), so that ages
    and countdowns survive a clock that is set. `interval` is the seconds between two readings.
    `alerts`: open ones first. `events` are what became of alerts since the monitor began, oldest first, the newest few
    hundred of them. `learning` is how much more past is needed to tell spikes, None where there is enough.
    `changed` holds the times of points that the newest reading added or revised. `days` are all the days (UTC) that the
    history knows, oldest first. `history_off` is why the history is off, where it ought to be on; `history_notes` is
    what had to be done to have one. `allowance` is the sending quota, and whether the account may send.
    """

    target: Target
    phase: Phase
    origin: Origin
    now_mark: float
    interval: float
    reading: Reading | None = None
    read_mark: float | None = None
    next_mark: float | None = None
    failure: Failure | None = None
    failures: int = 0
    alerts: tuple[Alert, ...] = ()
    events: tuple[Event, ...] = ()
    learning: timedelta | None = None
    changed: frozenset[datetime] = frozenset()
    history_off: str | None = None
    history_notes: tuple[str, ...] = ()
    days: tuple[Row, ...] = ()
    allowance: Allowance = Allowance()
