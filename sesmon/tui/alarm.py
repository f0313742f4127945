"""What makes the terminal ring: alerts that are newly raised, or have grown worse, and were not acknowledged."""

from __future__ import annotations

from datetime import datetime

from sesmon.model import Alert, AlertKind, Change, Event, Metric, Snapshot

Key = tuple[Metric, AlertKind, datetime]
"""What names an alert for as long as it is watched: a revised point can move its start, but hardly what raised it."""


def key(alert: Alert) -> Key:
    """The alert's name."""
    return (alert.metric, alert.kind, alert.raised)


class Alarm:
    """Which alerts have been acknowledged, and what is worth a bell."""

    def __init__(self) -> None:
        self.acknowledged: frozenset[Key] = frozenset()

    def toggle(self, alert: Alert) -> bool:
        """Acknowledge an alert, or take that back; whether it is acknowledged now."""
        self.acknowledged ^= {key(alert)}
        return key(alert) in self.acknowledged

    def news(self, before: Snapshot, after: Snapshot) -> list[Event]:
        """What `after` tells that `before` did not, and that nobody has acknowledged: the worst of each metric."""
        known = set(before.events)
        fresh = [
            event
            for event in after.events
            if event not in known
            and event.change in {Change.RAISED, Change.ESCALATED}
            and key(event.alert) not in self.acknowledged
        ]
        fresh.sort(key=lambda event: -event.alert.severity)
        return list({event.alert.metric: event for event in reversed(fresh)}.values())
