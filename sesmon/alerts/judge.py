"""From points to alerts. Each slot of 15 minutes is judged by what came before it and nothing else.

So a walk over two weeks says what would have been said at each moment of them, and a new reading costs only what it
changes: the walk is taken back to the first slot that differs, and goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from sesmon.alerts.habit import BLOCK, LEARNING_BLOCKS
from sesmon.alerts.settings import COUNTED, Settings
from sesmon.alerts.timeline import Timeline
from sesmon.alerts.watches import LimitWatch, SilenceWatch, SpikeWatch, Watch
from sesmon.model import MEMORY, SLOT, Alert, Change, DataPoint, Event, Metric

_LONGEST_WALK = 28 * 96
"""Slots after which a walk begins anew with the points at hand, so that it does not grow for ever."""

_PAST = 2 * MEMORY
"""How long ago an alert may have ended that the points do not reach."""

_FUTURE = timedelta(days=1)
"""How far behind this host's clock may be."""


class Judgement(NamedTuple):
    """What a reading gives reason to say.

    `alerts`: open ones first, worst first, then past ones, newest first, with those that were told of a past that the
    points do not reach. `events` are what this reading changed; a first one tells of what is open. `learning` is how
    much more past is needed to tell spikes, or None.
    """

    alerts: tuple[Alert, ...]
    events: tuple[Event, ...] = ()
    learning: timedelta | None = None


class Judge:
    """Judges readings one after the other; what did not change is not judged again."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._timeline: Timeline | None = None
        self._watches: list[Watch] = []
        self._told: tuple[Alert, ...] | None = None
        self._told_of: Timeline | None = None
        self._told_until: datetime | None = None
        self._past: tuple[Alert, ...] = ()
        self._over = 0

    def remember(self, alerts: Sequence[Alert], until: datetime) -> None:
        """Take it that these alerts have been told, of points up to `until` (UTC): they are no news."""
        self._told = tuple(alert for alert in alerts if not alert.withdrawn)
        self._past = tuple(alert for alert in alerts if alert.withdrawn)
        self._told_of, self._told_until = None, until

    def judge(self, points: Sequence[DataPoint], now: datetime) -> Judgement:
        """The alerts that `points` (oldest first, each time once) give reason for, as of `now` (UTC)."""
        points = _present(points, now)
        self._walk(points, now)
        alerts = tuple(alert for watch in self._watches for alert in watch.alerts())
        events = self._changes(alerts, points[-1].time) if points else ()
        if points:
            self._told, self._told_of, self._told_until = alerts, self._timeline, points[-1].time
        oldest = (points[-1].time if points else now) - _PAST
        self._past = tuple(
            past
            for past in self._past
            if (past.until is None or past.until > oldest) and not any(is_same(past, alert) for alert in alerts)
        )
        return Judgement(tuple(sorted((*alerts, *self._past), key=_order)), events, self._learning())

    def walk(self, points: Sequence[DataPoint], now: datetime) -> tuple[Event, ...]:
        """Every event that would have been told, had each of the points just arrived, oldest first."""
        events: list[Event] = []
        for stretch in _stretches(points):
            self._timeline = None
            self._walk(stretch, min(now, stretch[-1].time + MEMORY))
            turns = [turn for watch in self._watches for turn in watch.turns()]
            turns.sort(key=lambda turn: turn[0])
            events += (Event(stretch[0].time + SLOT * slot, change, alert) for slot, change, alert in turns)
        return tuple(events)

    def _walk(self, points: Sequence[DataPoint], now: datetime) -> None:
        if not points:
            return
        timeline = self._timeline
        if timeline is None or not 0 <= timeline.slot(points[0].time) <= len(timeline) <= _LONGEST_WALK:
            timeline = self._begin(points[0].time)
        first, counts = timeline.laid_out(points, now)
        same = timeline.agreement(first, counts)
        over = timeline.over(now)
        # A slot that was still filling may be over by now, though nothing was added to it.
        same = min(same, max(first, self._over))
        if same < len(timeline):
            timeline.forget_from(same)
            for watch in self._watches:
                watch.forget_from(same)
        new = counts[same - first :]
        timeline.live(new)
        # One after the other, in this order: a limit's watch asks the habit that the spikes' watch has lived on.
        for watch in self._watches:
            watch.live(new, over=over)
        self._over = over

    def _begin(self, origin: datetime) -> Timeline:
        settings = self._settings
        self._timeline = timeline = Timeline(origin)
        self._over = 0
        counted = [metric for metric in COUNTED if metric not in settings.quiet]
        limited = [metric for metric in counted if any(limit.metric is metric for limit in settings.limits)]
        spikes = {metric: SpikeWatch(metric, settings, timeline) for metric in counted}
        self._watches = [
            *spikes.values(),
            *(LimitWatch(spikes[metric].habit, metric, settings, timeline) for metric in limited),
        ]
        if Metric.SENDS not in settings.quiet:
            self._watches.append(SilenceWatch(timeline))
        return timeline

    def _learning(self) -> timedelta | None:
        left = LEARNING_BLOCKS * BLOCK - (len(self._timeline) if self._timeline else 0)
        return SLOT * left if left > 0 else None

    def _changes(self, alerts: Sequence[Alert], newest: datetime) -> tuple[Event, ...]:
        """What differs from what was told before, of points up to `newest`, oldest first; what is gone is past."""
        if self._told is None or self._told_until is None:
            raised = sorted((alert for alert in alerts if alert.is_open), key=lambda alert: alert.raised)
            return tuple(Event(alert.raised, Change.RAISED, alert) for alert in raised)
        is_own = self._told_of is self._timeline
        out = []
        for alert in alerts:
            before = next((told for told in self._told if is_same(told, alert)), None)
            # Another walk began elsewhere in the past and may see it otherwise: what is over there is no news.
            if before is None and not is_own and not alert.is_open and alert.raised <= self._told_until:
                continue
            if before is None:
                out.append(Event(alert.raised, Change.RAISED, alert))
            elif alert.is_open and alert.severity > before.severity:
                out.append(Event(alert.peak, Change.ESCALATED, alert))
            if not alert.is_open and (before is None or before.is_open):
                out.append(Event(max(newest, alert.until or newest), Change.CLEARED, alert))
        gone = [told for told in self._told if not any(is_same(told, alert) for alert in alerts)]
        for told in gone:
            ended = told._replace(
                until=told.until or max(newest, told.since) + SLOT, withdrawn=told.withdrawn or is_own
            )
            if is_own:
                out.append(Event(newest, Change.WITHDRAWN, ended))
            elif told.is_open:
                out.append(Event(newest, Change.CLEARED, ended))
            self._past = (*self._past, ended)
        return tuple(sorted(out, key=lambda event: event.time))


def _present(points: Sequence[DataPoint], now: datetime) -> Sequence[DataPoint]:
    """The stretch that goes on; points of another day's future say nothing of it."""
    if points and points[-1].time > now + _FUTURE:
        points = [point for point in points if point.time <= now + _FUTURE]
    return _stretches(points)[-1] if points else points


def _stretches(points: Sequence[DataPoint]) -> list[Sequence[DataPoint]]:
    """The points cut where nothing was sent for two weeks: no habit outlives that, and each is judged by itself."""
    cuts = [place for place in range(1, len(points)) if points[place].time - points[place - 1].time > MEMORY]
    edges = [0, *cuts, len(points)]
    return [points[start:end] for start, end in pairwise(edges) if end > start]


def is_same(one: Alert, other: Alert) -> bool:
    """Whether two alerts tell of one incident: a revised point can move its ends."""
    return (
        one.metric is other.metric
        and one.kind is other.kind
        and (other.until is None or one.since < other.until)
        and (one.until is None or other.since < one.until)
    )


def _order(alert: Alert) -> tuple[bool, float, float]:
    since = alert.since.timestamp()
    return (False, -alert.severity, since) if alert.is_open else (True, 0.0, -since)
