"""The three judges of a timeline: spikes of a metric, limits of a metric, and silence; each with its own incidents."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Generic, Protocol

from sesmon.alerts import sentences
from sesmon.alerts.habit import Habit
from sesmon.alerts.incidents import Docket, Evidence, Incident
from sesmon.alerts.kinds import KINDS
from sesmon.alerts.limits import NEWEST, PACE, Breach, Forecast, forecast, headroom, surely_over
from sesmon.alerts.settings import Settings
from sesmon.alerts.silence import Rhythm, Silence
from sesmon.alerts.spikes import Finding, findings
from sesmon.alerts.timeline import Timeline
from sesmon.model import SLOT, Alert, AlertKind, Change, Counts, Metric, Severity

HOLD_CHANCE, HOLD_RATIO, HOLD_LEAST, HOLD_SLOTS = 1e-3, 1.5, 2, 4
"""A spike goes on while a window of its length, or of an hour, is still this unlikely."""

HOLD_LIMIT = 0.9
"""A breach goes on while the rate is over this share of the limit."""

_DAY = 96


class Watch(Protocol):
    """One of them. Slots are lived through in order, after the timeline has, and can be taken back."""

    def live(self, counts: Sequence[Counts], *, over: int) -> None:
        """Judge further slots, which are the newest; the 15 minutes of those before slot `over` are."""
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
    def _alert(self, incident: Incident[Evidence], end: int) -> Alert:
        """An incident as it is told before slot `end`."""

    def alerts(self) -> list[Alert]:
        """What there is to tell."""
        return [self._alert(incident, self._docket.slots) for incident in self._docket.incidents]

    def turns(self) -> list[tuple[int, Change, Alert]]:
        """Every change, with its slot."""
        return [(turn.slot, turn.change, self._alert(turn.incident, turn.slot + 1)) for turn in self._docket.turns]


class SpikeWatch(_Telling[Finding]):
    """A metric against the sender's own habit."""

    def __init__(self, metric: Metric, settings: Settings, timeline: Timeline) -> None:
        self._metric, self._settings, self._timeline = metric, settings, timeline
        self.habit = Habit(KINDS[metric], timeline.trails)
        self._docket: Docket[Finding] = Docket(AlertKind.SPIKE, metric)
        self._pauses = [x for x in settings.limits if x.metric is metric and x.severity is Severity.CRITICAL]

    def live(self, counts: Sequence[Counts], *, over: int) -> None:
        """Judge further slots."""
        counted: list[int] = list(map(attrgetter(self._metric.field), counts))
        start = 0
        while start < len(counted):
            # What the habit learns depends on whether an incident is open, and on nothing else that is judged here:
            # it lives a day ahead, or as long as one that is open surely stays so, and is then asked slot by slot.
            is_usual = self._docket.open is None
            end = start + (_DAY if is_usual else self._docket.surely_open)
            self.habit.live(counted[start:end], is_usual=is_usual)
            start += self._find() if is_usual else self._hold()

    def _find(self) -> int:
        """Judge the slots that the habit has lived through as usual ones, up to one that is not: so many."""
        habit, docket, settings = self.habit, self._docket, self._settings
        first, end = docket.slots, len(habit)
        found = next(
            findings(
                habit,
                range(first + 1, end + 1),
                chance=settings.chance(self._metric),
                least=settings.least,
                ratio=settings.ratio,
                first=docket.calm_since,
            ),
            None,
        )
        if found is None:
            docket.calm(end - first)
            return end - first
        docket.calm(found.end - 1 - first)
        docket.flag(found, self._severity(found), found.start, -found.chance)
        habit.forget_from(found.end)
        return found.end - first

    def _hold(self) -> int:
        """Judge the slots that the habit has lived through with an incident open: so many."""
        habit, docket = self.habit, self._docket
        first, last = docket.slots, len(habit)
        for end in range(first + 1, last + 1):
            worst = docket.newest.worst.evidence
            longest = max(HOLD_SLOTS, worst.end - worst.start)
            ends = range(end, end + 1)
            found = next(
                findings(habit, ends, chance=HOLD_CHANCE, least=HOLD_LEAST, ratio=HOLD_RATIO, longest=longest), None
            )
            if found is None:
                docket.calm()
            else:
                docket.flag(found, self._severity(found), found.start, -found.chance)
        return last - first

    def _severity(self, found: Finding) -> Severity:
        """Critical where the window's rate is surely over the limit at which AWS may pause sending."""
        attempts = round(max(found.exposed, self._timeline.sent(found.start, found.end)))
        is_over = any(surely_over(limit, found.counted, attempts, self._settings.doubt) for limit in self._pauses)
        return Severity.CRITICAL if is_over else Severity.WARNING

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        self.habit.forget_from(slot)
        self._docket.forget_from(slot)

    def _alert(self, incident: Incident[Finding], end: int) -> Alert:
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

    def live(self, counts: Sequence[Counts], *, over: int) -> None:
        """Judge further slots."""
        docket = self._docket
        first = docket.slots
        for end, windows in self._likely_windows(range(first + 1, first + len(counts) + 1)):
            # Between those with likely windows nothing is a breach.
            docket.calm(end - 1 - docket.slots)
            breach = self._breach(end, windows)
            if breach is None:
                docket.calm()
            else:
                docket.flag(breach, breach.limit.severity, end - 1, breach.rate)
        docket.calm(first + len(counts) - docket.slots)

    def _breach(self, end: int, windows: list[tuple[int, bool, int, int]]) -> Breach | None:
        """The worst limit that one of the windows, which end before slot `end`, is surely over, or is still about.

        Where several are, it is told by the one with the highest rate.
        """
        settings, timeline, going = self._settings, self._timeline, self._docket.open
        for limit in self._limits:
            found = []
            for start, is_volume, sent, count in windows:
                if count < HOLD_LIMIT * limit.rate * sent:
                    continue
                attempts = max(sent, round(self._habit.exposed(start, end)))
                if going is not None and going.state.severity >= limit.severity:
                    is_over = count > HOLD_LIMIT * limit.rate * attempts
                else:
                    is_over = surely_over(limit, count, attempts, settings.doubt)
                if is_over:
                    found.append(Breach(limit, start, end, timeline.total(start, end), attempts, is_volume))
            if found:
                return max(found, key=lambda breach: breach.rate)
        return None

    def _likely_windows(self, ends: range) -> Iterator[tuple[int, list[tuple[int, bool, int, int]]]]:
        """A day, and the representative volume where there was so much mail: first slot, delivery attempts and count.

        Those that end before one of the slots `ends`, by that slot. Only those with enough of both for the lowest
        limit: for nearly every slot, none.
        """
        least, mail, volume = self._settings.least, self._settings.minimum_mail, self._settings.volume
        sent, counted = self._timeline.sums[Metric.SENDS], self._timeline.sums[self._metric]
        enough = HOLD_LIMIT * self._limits[-1].rate
        for end in ends:
            out = []
            whole, all_counted = sent[end], counted[end]
            start = end - _DAY if end > _DAY else 0
            attempts, count = whole - sent[start], all_counted - counted[start]
            if count >= least and attempts >= mail and count >= enough * attempts:
                out.append((start, False, attempts, count))
            if whole >= volume:
                start = self._volume_start(end)
                attempts, count = whole - sent[start], all_counted - counted[start]
                if count >= least and attempts >= mail and count >= enough * attempts:
                    out.append((start, True, attempts, count))
            if out:
                yield end, out

    def _volume_start(self, end: int) -> int:
        """The first slot of the representative volume that ends before slot `end`, where so much was sent."""
        sent = self._timeline.sums[Metric.SENDS]
        return bisect_left(sent, sent[end] - self._settings.volume + 1) - 1

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        self._docket.forget_from(slot)

    def _alert(self, incident: Incident[Breach], end: int) -> Alert:
        breach = incident.state.evidence
        soon = self._forecast(breach, end) if incident.over is None else None
        return _alert(incident, self._timeline, sentences.of_limit(breach, soon, self._timeline.when))

    def _forecast(self, breach: Breach, end: int) -> Forecast | None:
        """When the next limit is met in the first of the windows that end before slot `end`, if it is in none yet."""
        timeline = self._timeline
        above = [limit for limit in self._limits if limit.rate > breach.limit.rate]
        if not above:
            return None
        recent, newest = (timeline.total(max(0, end - length // SLOT), end) for length in (PACE, NEWEST))
        starts = [max(0, end - _DAY)]
        if timeline.sent(0, end) >= self._settings.volume:
            starts.append(self._volume_start(end))
        found = []
        for start in starts:
            counts = timeline.total(start, end)
            exposed = counts._replace(attempts=max(counts.attempts, round(self._habit.exposed(start, end))))
            whole = exposed.attempts if start else math.inf
            if not headroom(above[-1], counts):
                return None
            found.append(forecast(above[-1], exposed, whole, recent, newest))
        return min(filter(None, found), key=lambda soon: soon.hours, default=None)


class SilenceWatch(_Telling[Silence]):
    """Delivery attempts that stay out."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._rhythm = Rhythm(timeline.sums[Metric.SENDS])
        self._docket: Docket[Silence] = Docket(AlertKind.SILENCE, Metric.SENDS)

    def live(self, counts: Sequence[Counts], *, over: int) -> None:
        """Judge further slots. One that is not over yet may still fill."""
        rhythm, docket = self._rhythm, self._docket
        slot = docket.slots
        last = slot + len(counts)
        quiet = [*rhythm.quiet(range(slot + 1, min(over, last) + 1)), last + 1]
        while slot < last:
            if docket.open is not None:
                self._hold(slot + 1)
            else:
                end = quiet[bisect_right(quiet, slot)]
                docket.calm(end - 1 - slot)
                if end <= last:
                    self._find(end)
            slot = docket.slots

    def _find(self, end: int) -> None:
        """Judge the slot before `end`, with no silence before it."""
        found = self._rhythm.find(end)
        if found is None:
            self._docket.calm()
        else:
            self._docket.flag(found, Severity.WARNING if found.sent else Severity.CRITICAL, found.start, 0.0)

    def _hold(self, end: int) -> None:
        """Judge the slot before `end`, with a silence before it."""
        docket = self._docket
        if self._rhythm.has_resumed(end):
            docket.close()
        else:
            going = docket.newest
            docket.flag(going.state.evidence, going.state.severity, going.start, 0.0)

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        self._docket.forget_from(slot)

    def _alert(self, incident: Incident[Silence], end: int) -> Alert:
        last = incident.last + 1
        so_far = incident.state.evidence._replace(end=last, sent=self._timeline.sent(incident.start, last))
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
