"""Alert events as text and as JSON lines."""

from __future__ import annotations

import json

from sesmon.model import Event
from sesmon.reports.csv import iso


def fields(event: Event) -> dict[str, str]:
    """An event by the names of every machine-readable output; times are ISO 8601 in UTC."""
    alert = event.alert
    return {
        "time": iso(event.time),
        "event": event.change.value,
        "metric": alert.metric.value,
        "kind": alert.kind.value,
        "severity": alert.severity.label,
        "since": iso(alert.since),
        "message": alert.message,
    }


def json_line(event: Event) -> str:
    """One JSON object, without a line's end."""
    return json.dumps(fields(event), ensure_ascii=False)


def text_line(event: Event) -> str:
    """One line for a person."""
    named = fields(event)
    return f"{named['time']}  {named['event']:<9}  {named['severity']:<8}  {named['metric']:<10}  {named['message']}"
