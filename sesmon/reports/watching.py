"""What `sesmon watch` tells, as flat fields: alert events, and readings that fail or come off again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sesmon.model import Event, Snapshot, Target
from sesmon.reports import events
from sesmon.reports.csv import iso

Told = dict[str, str]
"""An occurrence: always with 'time', 'event', 'region', 'profile', 'account' and 'message'; empty where unknown."""

FAILED, RECOVERED = "failed", "recovered"
"""Events beside those of `model.Change`."""


def news(before: Snapshot | None, after: Snapshot, now: datetime) -> list[Told]:
    """What is to be told once `after` has come out, `before` having been told already; oldest first.

    A failure is told when it begins and when its kind changes, and once more when a reading has come off.
    """
    out: list[Told] = []
    failure = after.failure
    was = before.failure if before else None
    if failure is not None and (was is None or was.kind is not failure.kind):
        said = failure.sentences
        out.append({**_who(after.target, iso(now), FAILED), "kind": failure.kind.value, "message": said})
    if failure is None and was is not None and after.reading is not None:
        out.append({**_who(after.target, iso(now), RECOVERED), "message": f"{after.target.region} is read again."})
    out += [_event(event, after.target) for event in _fresh(before, after)]
    return out


def _fresh(before: Snapshot | None, after: Snapshot) -> Iterable[Event]:
    known = frozenset(before.events) if before else frozenset()
    return (event for event in after.events if event not in known)


def _event(event: Event, target: Target) -> Told:
    named = events.fields(event)
    return {**_who(target, named["time"], named["event"]), **named}


def _who(target: Target, time: str, event: str) -> Told:
    return {
        "time": time,
        "event": event,
        "region": target.region,
        "profile": target.profile or "",
        "account": target.account or "",
    }


def json_line(told: Told) -> str:
    """One JSON object, without a line's end."""
    return json.dumps(told, ensure_ascii=False)


def title(told: Mapping[str, str]) -> str:
    """A notification's title: 'sesmon: critical complaints raised in us-east-1'."""
    what = " ".join(told[name] for name in ("severity", "metric", "event") if name in told)
    return f"sesmon: {what} in {told['region'] or 'no Region'}"
