"""What the user chose to see, and the data as seen that way. No widget here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import NamedTuple, TypeVar

from sesmon.alerts.limits import LIMITS, MINIMUM_MAIL, NEWEST, PACE, REPRESENTATIVE_VOLUME, Forecast, Limit, forecast
from sesmon.clock import LocalZone
from sesmon.model import SLOT, Alert, Counts, DataPoint, Metric, Severity, Snapshot
from sesmon.series import Series, Standing, Step, Window, floor, grid_end, standing, window_end

WINDOWS = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168, 336))
"""What cards and chart can look back over; the longest is all that SES remembers."""

LONG_WINDOWS = (timedelta(days=30), timedelta(days=90), timedelta(days=365), timedelta(days=36_500))
"""What the history adds to them, each where it reaches further back than the one before; the last is all there is."""

ALL_WINDOWS = WINDOWS + LONG_WINDOWS

_DAY = timedelta(days=1)

LOCAL = LocalZone()

_T = TypeVar("_T")


class View(NamedTuple):
    """The user's choices. `rings` and `notifies` are how a newly raised alert makes itself known."""

    window: timedelta = WINDOWS[2]
    metric: Metric = Metric.COMPLAINTS
    as_rate: bool = True
    utc: bool = False
    step: Step = Step.SLOT
    sort: str = "time"
    descending: bool = True
    alerts_only: bool = False
    volume: int = REPRESENTATIVE_VOLUME
    minimum_mail: int = MINIMUM_MAIL
    rings: bool = True
    notifies: bool = True
    limits: tuple[Limit, ...] = LIMITS

    @property
    def is_long(self) -> bool:
        """Whether the window reaches beyond what SES remembers: then days take the place of data points."""
        return self.window > WINDOWS[-1]

    @property
    def row_step(self) -> Step:
        """What one row of the table puts together."""
        return Step.DAY if self.is_long else self.step

    @property
    def row_zone(self) -> tzinfo:
        """The zone of the rows' times: the history's days are UTC's."""
        return UTC if self.is_long else self.zone

    @property
    def zone(self) -> tzinfo:
        """The zone that times are shown in."""
        return UTC if self.utc else LOCAL

    def limits_of(self, metric: Metric) -> list[Limit]:
        """The limits of one metric, the lowest first."""
        return [limit for limit in self.limits if limit.metric is metric]

    @property
    def shows_rate(self) -> bool:
        """Whether the chart shows a rate: delivery attempts have none."""
        return self.as_rate and self.metric is not Metric.SENDS


class Column(NamedTuple):
    """One stretch of a sparkline or chart: what was counted in it, and its highest single points.

    `peak_rate` leaves out points with less than a tenth of the mail of the stretch's busiest one, whose rate is
    mostly chance. `points` of 0 is a gap.
    """

    start: datetime
    end: datetime
    points: int
    peak: int
    peak_rate: float | None
    severity: Severity | None
    filling: bool


class Board:
    """A snapshot seen through a view: what the widgets draw from. It never changes once made."""

    def __init__(self, snapshot: Snapshot, view: View, series: Series | None = None) -> None:
        self.snapshot = snapshot
        self.view = view
        self._columns: dict[tuple[Metric, int], list[Column]] = {}
        reading = snapshot.reading
        self.series = series if series is not None else Series(reading.points if reading else ())
        self._days = Series(DataPoint(row.start, *row.counts) for row in snapshot.days) if view.is_long else Series()

    def seen_through(self, view: View) -> Board:
        """The same data through another view."""
        return Board(self.snapshot, view, self.series)

    def with_snapshot(self, snapshot: Snapshot) -> Board:
        """The same view of other data; points that are the same are not worked through again."""
        same = snapshot.reading is not None and snapshot.reading.points == self.series.points
        return Board(snapshot, self.view, self.series if same else None)

    @cached_property
    def end(self) -> datetime | None:
        """Where windows end; None before the first reading."""
        reading = self.snapshot.reading
        return window_end(self.series, reading.read_at) if reading else None

    @property
    def drawn(self) -> Series:
        """What cards and chart draw: the data points, or days where the window is long."""
        return self._days if self.view.is_long else self.series

    @property
    def unit(self) -> timedelta:
        """How long one of them is."""
        return _DAY if self.view.is_long else SLOT

    @property
    def windows(self) -> tuple[timedelta, ...]:
        """The windows that there are data for: SES's own, and longer ones as far as the history reaches."""
        days = self.snapshot.days
        if not days or self.end is None:
            return WINDOWS
        reach = self.end - days[0].start
        return WINDOWS + tuple(
            window for window, before in zip(LONG_WINDOWS, ALL_WINDOWS[5:], strict=False) if reach > before
        )

    @cached_property
    def standing(self) -> Standing | None:
        """The newest mail up to a representative volume; None where there is none."""
        return standing(self.series.points, self.snapshot.days, self.view.volume, self.end) if self.end else None

    def is_judged(self, metric: Metric) -> bool:
        """Whether the standing's rate may be held against limits: with mail enough, or an alert that goes on."""
        mail = self.standing.counts.attempts if self.standing else 0
        return mail >= self.view.minimum_mail or self.open_severity(metric) is not None

    def forecast(self, metric: Metric) -> Forecast | None:
        """When the metric's next limit is met, at the pace of the last hours; None where it would not be.

        Nor is one told where there is too little mail to judge.
        """
        standing, end = self.standing, self.end
        if standing is None or end is None or not self.is_judged(metric):
            return None
        recent, newest = (self.series.total(end - length, end) for length in (PACE, NEWEST))
        whole = standing.counts.attempts if standing.is_whole else self.view.volume
        found = (forecast(limit, standing.counts, whole, recent, newest) for limit in self.view.limits_of(metric))
        return next(filter(None, found), None)

    @cached_property
    def window(self) -> Window | None:
        """The chosen window; None before the first reading. All there is begins with the first day."""
        if self.end is None:
            return None
        start = self.end - self.view.window
        if self.view.is_long and self.drawn.first is not None:
            start = max(start, self.drawn.first) if self.view.window == LONG_WINDOWS[-1] else start
        return Window(start, self.end)

    @cached_property
    def total(self) -> Counts:
        """What the window counts; a long one counts whole days."""
        if self.window is None:
            return Counts()
        start = floor(self.window.start, Step.DAY, UTC) if self.view.is_long else self.window.start
        return self.drawn.total(start, self.window.end)

    @cached_property
    def total_before(self) -> Counts | None:
        """What the window before it counted; None where the service does not remember so far back."""
        if self.window is None or self.end is None:
            return None
        before = self.window.before
        first = self.drawn.first if self.view.is_long else self.end - WINDOWS[-1]
        if first is None or before.start < first:
            return None
        start = floor(before.start, Step.DAY, UTC) if self.view.is_long else before.start
        end = floor(before.end, Step.DAY, UTC) if self.view.is_long else before.end
        return self.drawn.total(start, end)

    def columns(self, metric: Metric, width: int) -> list[Column]:
        """The window in at most `width` columns of whole slots, oldest first, on the grid of the newest point."""
        known = self._columns.get((metric, width))
        if known is None:
            known = self._columns[metric, width] = self._made_columns(metric, width)
        return known

    def _made_columns(self, metric: Metric, width: int) -> list[Column]:
        if self.window is None or width < 1:
            return []
        slots = max(1, -(-self.window.length // self.unit))
        each = -(-slots // width)
        count = -(-slots // each)
        span = self.unit * each
        end = grid_end(self.drawn, self.window.end, self.unit)
        start = end - span * count
        newest = self.drawn.last if self.is_filling else None
        out = []
        for place, points in enumerate(self.drawn.grid(start, span, count)):
            begin = start + span * place
            out.append(
                Column(
                    begin,
                    begin + span,
                    len(points),
                    max((getattr(point, metric.field) for point in points), default=0),
                    _peak_rate(points, metric),
                    self.severity(begin, begin + span, metric) if points else None,
                    newest is not None and begin <= newest < begin + span,
                )
            )
        return out

    @property
    def is_filling(self) -> bool:
        """Whether the newest point's 15 minutes are not over yet."""
        reading, last = self.snapshot.reading, self.series.last
        return (
            reading is not None
            and last is not None
            and self.snapshot.next_mark is not None
            and reading.read_at < last + SLOT
        )

    def marks(self, start: datetime, end: datetime) -> dict[Metric, Severity]:
        """The metrics that an alert covers from `start` to `end`, each with its worst severity."""
        out: dict[Metric, Severity] = {}
        for alert in self.snapshot.alerts:
            if alert.covers(start, end):
                out[alert.metric] = max(alert.severity, out.get(alert.metric, alert.severity))
        return out

    def severity(self, start: datetime, end: datetime, metric: Metric | None = None) -> Severity | None:
        """The worst alert from `start` to `end`, of one metric or of any."""
        marks = self.marks(start, end)
        return max(marks.values(), default=None) if metric is None else marks.get(metric)

    @cached_property
    def open_alerts(self) -> list[Alert]:
        """The alerts that go on, worst first."""
        return sorted((a for a in self.snapshot.alerts if a.is_open), key=lambda a: (-a.severity, a.since))

    def open_severity(self, metric: Metric) -> Severity | None:
        """The worst alert of a metric that goes on."""
        return max((alert.severity for alert in self.open_alerts if alert.metric is metric), default=None)


def _peak_rate(points: tuple[DataPoint, ...], metric: Metric) -> float | None:
    busiest = max((point.attempts for point in points), default=0)
    rates = [
        getattr(point, metric.field) / point.attempts
        for point in points
        if point.attempts and point.attempts * 10 >= busiest
    ]
    return max(rates, default=None)


def next_in(items: tuple[_T, ...], current: _T, step: int = 1) -> _T:
    """The item `step` places on, round and round."""
    return items[(items.index(current) + step) % len(items)]
