"""From points to alerts: one incident is one alert, with a start, a peak and an end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sesmon import wording
from sesmon.alerts.limits import LIMITS, Limit, surely_over
from sesmon.model import SLOT, Alert, AlertKind, Counts, DataPoint, Metric
from sesmon.series import Series


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set, with defaults that need no tuning.

    `doubt` is the chance of a rate's bound being wrong that is allowed; `minimum_mail` and `minimum_count` are how
    many delivery attempts and how many complaints or bounces a window must hold to be judged. `acute` windows tell of
    an incident, `lasting` ones of a standing; each raises alerts of its own. An alert ends after `quiet` without a
    further point over a limit.
    """

    doubt: float = 1e-3
    minimum_mail: int = 50
    minimum_count: int = 3
    quiet: timedelta = timedelta(minutes=45)
    acute: tuple[timedelta, ...] = (SLOT, timedelta(hours=1))
    lasting: tuple[timedelta, ...] = (timedelta(hours=24),)
    limits: tuple[Limit, ...] = LIMITS


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reading gives reason to say: open alerts first, worst first, then past ones, newest first."""

    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class _Breach:
    """A point whose own slot, or a window that ends with it, is surely over a limit."""

    point: DataPoint
    limit: Limit
    start: datetime
    counts: Counts

    @property
    def rate(self) -> float:
        return self.counts.rate(self.limit.metric) or 0.0


class Judge:
    """Judges readings one after the other; points that are the same are not judged again."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._known: tuple[DataPoint, ...] | None = None
        self._alerts: tuple[Alert, ...] = ()

    def judge(self, points: Sequence[DataPoint], now: datetime) -> Judgement:
        """The alerts that `points` (oldest first, each time once) give reason for, as of `now` (UTC)."""
        judged = tuple(points)
        if judged != self._known:
            series = Series(judged)
            self._alerts = tuple(
                alert
                for metric in (Metric.COMPLAINTS, Metric.BOUNCES)
                for windows in (self._settings.acute, self._settings.lasting)
                for alert in self._incidents(self._breaches(series, metric, windows))
            )
            self._known = judged
        return Judgement(tuple(sorted((self._aged(alert, now) for alert in self._alerts), key=_order)))

    def _breaches(self, series: Series, metric: Metric, windows: Sequence[timedelta]) -> Iterable[_Breach]:
        limits = sorted((limit for limit in self._settings.limits if limit.metric is metric), key=lambda x: -x.severity)
        for point in series.points:
            breach = self._worst(series, point, limits, windows)
            if breach is not None:
                yield breach

    def _worst(
        self, series: Series, point: DataPoint, limits: Sequence[Limit], windows: Sequence[timedelta]
    ) -> _Breach | None:
        """The worst limit that one of the windows ending with the point is surely over; of the windows the shortest.

        In an acute window the point must be over the limit itself: one that is not does not belong to the incident.
        """
        settings = self._settings
        end = point.time + SLOT
        for limit in limits:
            if windows is settings.acute and point.counts.of(limit.metric) <= limit.rate * point.attempts:
                continue
            for window in windows:
                counts = point.counts if window <= SLOT else series.total(end - window, end)
                count = counts.of(limit.metric)
                if counts.attempts < settings.minimum_mail or count < settings.minimum_count:
                    continue
                if surely_over(limit, count, counts.attempts, settings.doubt):
                    return _Breach(point, limit, end - window, counts)
        return None

    def _incidents(self, breaches: Iterable[_Breach]) -> Iterable[Alert]:
        """Breaches no further apart than the quiet time put together."""
        group: list[_Breach] = []
        for breach in breaches:
            if group and breach.point.time - group[-1].point.time > self._settings.quiet + SLOT:
                yield self._alert(group)
                group = []
            group.append(breach)
        if group:
            yield self._alert(group)

    def _alert(self, group: Sequence[_Breach]) -> Alert:
        worst = max(group, key=lambda breach: (breach.limit.severity, breach.rate))
        counts = Counts()
        for breach in group:
            counts = counts.plus(breach.point)
        return Alert(
            metric=worst.limit.metric,
            kind=AlertKind.LIMIT,
            severity=worst.limit.severity,
            since=group[0].point.time,
            until=group[-1].point.time + SLOT,
            peak=worst.point.time,
            counts=counts,
            message=_sentence(worst),
        )

    def _aged(self, alert: Alert, now: datetime) -> Alert:
        """The alert as of now: open until the quiet time has gone by after its last point."""
        return replace(alert, until=None) if alert.until and now < alert.until + self._settings.quiet else alert


def _order(alert: Alert) -> tuple[bool, float, float]:
    return (not alert.is_open, -alert.severity if alert.is_open else 0.0, -alert.since.timestamp())


def _sentence(breach: _Breach) -> str:
    metric, counts = breach.limit.metric, breach.counts
    start = wording.clock_time(max(breach.start, breach.point.time + SLOT - timedelta(hours=24)), UTC)
    length = wording.duration((breach.point.time + SLOT - breach.start).total_seconds())
    return (
        f"{wording.count(counts.of(metric))} {metric.label.lower()} in {wording.count(counts.attempts)} sends "
        f"({wording.percent(breach.rate)}) in the {length} from {start} UTC: over the {breach.limit.rate * 100:g} % "
        f"at which {breach.limit.consequence}."
    )
