"""Raise, hold, escalate, clear: how evidence, slot by slot, becomes incidents. One incident is one alert."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sesmon.alerts.limits import Breach
from sesmon.alerts.silence import Silence
from sesmon.alerts.spikes import Finding
from sesmon.model import AlertKind, Change, Metric, Severity

CALM = 8
"""Slots without evidence after which an incident is over: two hours. What flares up again before is the same one."""


Evidence = TypeVar("Evidence", Finding, Breach, Silence)


@dataclass(frozen=True, slots=True)
class State(Generic[Evidence]):
    """How bad an incident is: `peak` is the slot with the worst `evidence`, `last` the newest one as severe."""

    severity: Severity
    badness: float
    peak: int
    last: int
    evidence: Evidence

    def with_more(self, more: State[Evidence]) -> State[Evidence]:
        """What is known with the evidence of a further slot."""
        if (more.severity, more.badness) > (self.severity, self.badness) or more.last - self.last >= CALM:
            return more
        return replace(self, last=more.last) if more.severity is self.severity else self


@dataclass(frozen=True, slots=True)
class Incident(Generic[Evidence]):
    """One incident, in slots: from `start` on, last seen in `last`, raised in `raised`, `over` in (None: open).

    `state` is how bad it is by now, or was at its worst once it is over: an incident that has been no more than a
    warning for as long as ends one is no more than that. `worst` is the worst so far.
    """

    kind: AlertKind
    metric: Metric
    start: int
    raised: int
    last: int
    state: State[Evidence]
    worst: State[Evidence]
    over: int | None = None


@dataclass(frozen=True, slots=True)
class Turn(Generic[Evidence]):
    """A change of an incident, in a slot."""

    slot: int
    change: Change
    incident: Incident[Evidence]


class Docket(Generic[Evidence]):
    """The incidents of one kind and metric, one after the other, with a memory that can be taken back."""

    def __init__(self, kind: AlertKind, metric: Metric) -> None:
        self._kind, self._metric = kind, metric
        self._by_slot: list[Incident[Evidence] | None] = []
        self.past: list[Incident[Evidence]] = []
        self.turns: list[Turn[Evidence]] = []

    @property
    def open(self) -> Incident[Evidence] | None:
        """The incident that goes on, if there is one."""
        return self._by_slot[-1] if self._by_slot else None

    @property
    def incidents(self) -> list[Incident[Evidence]]:
        """All of them, oldest first."""
        out = list(self.past)
        if (going := self.open) is not None:
            out.append(going)
        return out

    @property
    def calm_since(self) -> int:
        """The first slot after the newest incident that is over; 0 where there was none."""
        return self.past[-1].last + 1 if self.past else 0

    def forget_from(self, slot: int) -> None:
        """Take back everything from that slot on."""
        del self._by_slot[slot:]
        while self.past and self.past[-1].over is not None and self.past[-1].over >= slot:
            self.past.pop()
        while self.turns and self.turns[-1].slot >= slot:
            self.turns.pop()

    def flag(self, evidence: Evidence, severity: Severity, start: int, badness: float) -> None:
        """Live through one slot that gives evidence: since when, and how bad it is."""
        slot, going = len(self._by_slot), self.open
        now = State(severity, badness, slot, slot, evidence)
        if going is None:
            made = Incident(self._kind, self._metric, start, slot, slot, now, now)
            self._turn(slot, Change.RAISED, made)
        else:
            state = going.state.with_more(now)
            worst = max(going.worst, now, key=lambda one: (one.severity, one.badness))
            made = replace(going, last=slot, state=state, worst=worst)
            if severity > going.state.severity:
                self._turn(slot, Change.ESCALATED, made)
        self._by_slot.append(made)

    def calm(self) -> None:
        """Live through one slot without evidence."""
        slot, going = len(self._by_slot), self.open
        if going is not None and slot - going.last >= CALM:
            self.close()
        else:
            self._by_slot.append(going)

    def close(self) -> None:
        """Live through one slot in which an open incident is known to be over."""
        slot, going = len(self._by_slot), self.open
        if going is not None:
            over = replace(going, over=slot, state=going.worst)
            self.past.append(over)
            self._turn(slot, Change.CLEARED, over)
        self._by_slot.append(None)

    def _turn(self, slot: int, change: Change, incident: Incident[Evidence]) -> None:
        self.turns.append(Turn(slot, change, incident))
