"""Raise, hold, escalate, clear: how evidence, slot by slot, becomes incidents. One incident is one alert."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from sesmon.alerts.limits import Breach
from sesmon.alerts.silence import Silence
from sesmon.alerts.spikes import Finding
from sesmon.model import AlertKind, Change, Metric, Severity

CALM = 8
"""Slots without evidence after which an incident is over: two hours. What flares up again before is the same one."""


Evidence = TypeVar("Evidence", Finding, Breach, Silence)


class State(NamedTuple, Generic[Evidence]):
    """How bad an incident is: `peak` is the slot with the worst `evidence`, `last` the newest one as severe."""

    severity: Severity
    badness: float
    peak: int
    last: int
    evidence: Evidence


class Incident(NamedTuple, Generic[Evidence]):
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


class Turn(NamedTuple, Generic[Evidence]):
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
    def slots(self) -> int:
        """How many it has lived through."""
        return len(self._by_slot)

    @property
    def open(self) -> Incident[Evidence] | None:
        """The incident that goes on, if there is one."""
        return self._by_slot[-1] if self._by_slot else None

    @property
    def newest(self) -> Incident[Evidence]:
        """The incident that goes on. LookupError where there is none."""
        going = self._by_slot[-1]
        if going is None:
            raise LookupError("no incident is open")
        return going

    @property
    def surely_open(self) -> int:
        """How many slots from now on the incident that goes on is open in, with the one that may clear it."""
        return self.newest.last + CALM + 1 - self.slots

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
            state = _with_more(going.state, now)
            worst = max(going.worst, now, key=lambda one: (one.severity, one.badness))
            made = going._replace(last=slot, state=state, worst=worst)
            if severity > going.state.severity:
                self._turn(slot, Change.ESCALATED, made)
        self._by_slot.append(made)

    def calm(self, slots: int = 1) -> None:
        """Live through slots without evidence."""
        while slots and (going := self.open) is not None:
            if self.slots - going.last >= CALM:
                self.close()
            else:
                self._by_slot.append(going)
            slots -= 1
        self._by_slot += [None] * slots

    def close(self) -> None:
        """Live through one slot in which an open incident is known to be over."""
        slot, going = len(self._by_slot), self.open
        if going is not None:
            over = going._replace(over=slot, state=going.worst)
            self.past.append(over)
            self._turn(slot, Change.CLEARED, over)
        self._by_slot.append(None)

    def _turn(self, slot: int, change: Change, incident: Incident[Evidence]) -> None:
        self.turns.append(Turn(slot, change, incident))


def _with_more(known: State[Evidence], more: State[Evidence]) -> State[Evidence]:
    """What is known with the evidence of a further slot."""
    if (more.severity, more.badness) > (known.severity, known.badness) or more.last - known.last >= CALM:
        return more
    return known._replace(last=more.last) if more.severity is known.severity else known
