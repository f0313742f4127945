"""The three judges of a timeline: spikes of a metric, limits of a metric, and silence; each with its own incidents."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from datetime import timedelta
from typing import Generic, Protocol

from sesmon.alerts import sentences
from sesmon.alerts.habit import Habit
from sesmon.alerts.incidents import Docket, Evidence, Incident
from sesmon.alerts.kinds import KINDS
from sesmon.alerts.limits import PACE, Breach, Forecast, forecast, surely_over
from sesmon.alerts.settings import Settings
from sesmon.alerts.silence import Rhythm, Silence
from sesmon.alerts.spikes import Finding, find
from sesmon.alerts.timeline import Timeline
from sesmon.model import SLOT, Alert, AlertKind, Change, Counts, Metric, Severity

HOLD_CHANCE, HOLD_RATIO, HOLD_LEAST, HOLD_SLOTS = 1e-3, 1.5, 2, 4
"""A spike goes on while a window of its length, or of an hour, is still this unlikely."""

HOLD_LIMIT = 0.9
"""A breach goes on while the rate is over this share of the limit."""

_DAY = 96
_PACE_SLOTS = PACE // SLOT


class Watch(Protocol):
    """One of them. Slots are lived through in order, after the timeline has, and can be taken back."""

    def live(self, counts: Counts, *, is_over: bool) -> None:
        """Judge one more slot; `is_over` tells that its 15 minutes are."""
        ...

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        ...

    def alerts(self) -> list[Alert]:
        """What there is to tell, oldest first."""
        ...

    def turns(self) -> list[tuple[int, Change, Alert]]:
        """Every change of one of the alerts, with the slot that brought it, in order."""
        ...


class _Telling(ABC, Generic[Evidence]):
    """A watch that tells of the incidents of its docket."""

    _docket: Docket[Evidence]

    @abstractmethod
    def _alert(self, incident: Incident[Evidence]) -> Alert:
        """An incident as it is told."""

    def alerts(self) -> list[Alert]:
        """What there is to tell."""
        return [self._alert(incident) for incident in self._docket.incidents]

    def turns(self) -> list[tuple[int, Change, Alert]]:
        """Every change, with its slot."""
        return [(turn.slot, turn.change, self._alert(turn.incident)) for turn in self._docket.turns]


class SpikeWatch(_Telling[Finding]):
    """A metric against the sender's own habit."""

    def __init__(self, metric: Metric, settings: Settings, timeline: Timeline) -> None:
        self._metric, self._settings, self._timeline = metric, settings, timeline
        self.habit = Habit(KINDS[metric])
        self._docket: Docket[Finding] = Docket(AlertKind.SPIKE, metric)
        self._pauses = [x for x in settings.limits if x.metric is metric and x.severity is Severity.CRITICAL]

    def live(self, counts: Counts, *, is_over: bool) -> None:
        """Judge one more slot."""
        going, settings = self._docket.open, self._settings
        self.habit.live(counts.attempts, counts.of(self._metric), is_usual=going is None)
        if going is None:
            found = find(
                self.habit,
                chance=settings.chance(self._metric),
                least=settings.least,
                ratio=settings.ratio,
                first=self._docket.calm_since,
            )
        else:
            longest = max(HOLD_SLOTS, going.worst.evidence.end - going.worst.evidence.start)
            found = find(self.habit, chance=HOLD_CHANCE, least=HOLD_LEAST, ratio=HOLD_RATIO, longest=longest)
        if found is None:
            self._docket.calm()
        else:
            self._docket.flag(found, self._severity(found), found.start, -found.chance)

    def _severity(self, found: Finding) -> Severity:
        """Critical where the window's rate is surely over the limit at which AWS may pause sending."""
        attempts = round(max(found.exposed, self._timeline.sent(found.start, found.end)))
        is_over = any(surely_over(limit, found.count, attempts, self._settings.doubt) for limit in self._pauses)
        return Severity.CRITICAL if is_over else Severity.WARNING

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        self.habit.forget_from(slot)
        self._docket.forget_from(slot)

    def _alert(self, incident: Incident[Finding]) -> Alert:
        found = incident.state.evidence
        sent = self._timeline.sent(found.start, found.end)
        return _alert(incident, self._timeline, sentences.of_spike(self._metric, found, sent, self._timeline.when))


class LimitWatch(_Telling[Breach]):
    """A metric against the limits that AWS publishes, over a day and over the representative volume.

    A window that begins after a campaign holds complaints about the campaign's mail, but not the mail: they are held
    against the mail that they may answer as well, which the habit knows.
    """

    def __init__(self, habit: Habit, metric: Metric, settings: Settings, timeline: Timeline) -> None:
        self._habit, self._metric, self._settings, self._timeline = habit, metric, settings, timeline
        self._docket: Docket[Breach] = Docket(AlertKind.LIMIT, metric)
        self._limits = sorted((x for x in settings.limits if x.metric is metric), key=lambda limit: -limit.rate)

    def live(self, counts: Counts, *, is_over: bool) -> None:
        """Judge one more slot."""
        breach = self._breach()
        if breach is None:
            self._docket.calm()
        else:
            self._docket.flag(breach, breach.limit.severity, len(self._timeline) - 1, breach.rate)

    def _breach(self) -> Breach | None:
        """The worst limit that a window ending now is surely over, or is still about."""
        settings, timeline, going = self._settings, self._timeline, self._docket.open
        end = len(timeline)
        windows = self._likely_windows(end)
        for limit in self._limits:
            for start, is_volume, sent, count in windows:
                if count < HOLD_LIMIT * limit.rate * sent:
                    continue
                attempts = max(sent, round(self._habit.exposed(start, end)))
                if going is not None and going.state.severity >= limit.severity:
                    is_over = count > HOLD_LIMIT * limit.rate * attempts
                else:
                    is_over = surely_over(limit, count, attempts, settings.doubt)
                if is_over:
                    return Breach(limit, start, end, timeline.total(start, end), attempts, is_volume)
        return None

    def _likely_windows(self, end: int) -> list[tuple[int, bool, int, int]]:
        """A day, and the representative volume where there was so much mail: first slot, delivery attempts and count.

        Only those with enough of both for the lowest limit: for nearly every slot, none.
        """
        settings, out = self._settings, []
        sent, counted = self._timeline.sums[Metric.SENDS], self._timeline.sums[self._metric]
        enough = HOLD_LIMIT * self._limits[-1].rate
        starts = [(max(0, end - _DAY), False)]
        if sent[end] >= settings.volume:
            starts.append((bisect_left(sent, sent[end] - settings.volume + 1) - 1, True))
        for start, is_volume in starts:
            attempts, count = sent[end] - sent[start], counted[end] - counted[start]
            if attempts >= settings.minimum_mail and count >= settings.least and count >= enough * attempts:
                out.append((start, is_volume, attempts, count))
        return out

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        self._docket.forget_from(slot)

    def _alert(self, incident: Incident[Breach]) -> Alert:
        breach = incident.state.evidence
        soon = self._forecast(breach) if incident.over is None else None
        return _alert(incident, self._timeline, sentences.of_limit(breach, soon, self._timeline.when))

    def _forecast(self, breach: Breach) -> Forecast | None:
        """When the next limit is met, at the pace of the last hours."""
        recent = self._timeline.total(max(0, breach.end - _PACE_SLOTS), breach.end)
        above = [limit for limit in self._limits if limit.rate > breach.limit.rate]
        return forecast(above[-1], breach.counts, recent, PACE / timedelta(hours=1)) if above else None


class SilenceWatch(_Telling[Silence]):
    """Delivery attempts that stay out."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._rhythm = Rhythm()
        self._docket: Docket[Silence] = Docket(AlertKind.SILENCE, Metric.SENDS)

    def live(self, counts: Counts, *, is_over: bool) -> None:
        """Judge one more slot. One that is not over yet may still fill."""
        docket, going = self._docket, self._docket.open
        self._rhythm.live(counts.attempts)
        if going is not None:
            if self._rhythm.has_resumed():
                docket.close()
            else:
                docket.flag(going.state.evidence, going.state.severity, going.start, 0.0)
            return
        found = self._rhythm.find() if is_over else None
        if found is None:
            docket.calm()
        else:
            docket.flag(found, Severity.WARNING if found.sent else Severity.CRITICAL, found.start, 0.0)

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        self._rhythm.forget_from(slot)
        self._docket.forget_from(slot)

    def _alert(self, incident: Incident[Silence]) -> Alert:
        end = incident.last + 1
        so_far = incident.state.evidence._replace(end=end, sent=self._timeline.sent(incident.start, end))
        return _alert(incident, self._timeline, sentences.of_silence(so_far, self._timeline.when))


def _alert(
    incident: Incident[Finding] | Incident[Breach] | Incident[Silence], timeline: Timeline, message: str
) -> Alert:
    return Alert(
        metric=incident.metric,
        kind=incident.kind,
        severity=incident.state.severity,
        since=timeline.when(incident.start),
        until=None if incident.over is None else timeline.when(incident.last + 1),
        raised=timeline.when(incident.raised),
        peak=timeline.when(incident.worst.peak),
        counts=timeline.total(incident.start, incident.last + 1),
        message=message,
    )
