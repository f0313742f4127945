"""Alert events as text and as JSON lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from sesmon.model import SLOT, Alert, AlertKind, Change, Counts, Event, Metric, Severity
from sesmon.reports import events
from tests.strategies import alerts

TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - see timezones
ALERTS = alerts(TIMES, st.text())
EVENTS = st.builds(Event, TIMES, st.sampled_from(Change), ALERTS)

START = datetime(2026, 3, 2, 16, 13, tzinfo=timezone(timedelta(hours=2)))
EVENT = Event(
    START + SLOT,
    Change.ESCALATED,
    Alert(
        Metric.COMPLAINTS,
        AlertKind.SPIKE,
        Severity.CRITICAL,
        START,
        None,
        START,
        START + SLOT,
        Counts(2410, 20, 31, 0),
        "31 complaints in 2,410 sends; 10 × the usual.",
    ),
)


def test_a_json_line_has_the_promised_names_and_words() -> None:
    """Times are ISO in UTC, and the words are those of every machine-readable output."""
    assert json.loads(events.json_line(EVENT)) == {
        "time": "2026-03-02T14:28:00Z",
        "event": "escalated",
        "metric": "complaints",
        "kind": "spike",
        "severity": "critical",
        "since": "2026-03-02T14:13:00Z",
        "message": "31 complaints in 2,410 sends; 10 × the usual.",
    }


def test_a_text_line_reads_in_columns() -> None:
    """Lines of different words have their sentences below one another."""
    line = events.text_line(EVENT)
    assert line == (
        "2026-03-02T14:28:00Z  escalated  critical  complaints  31 complaints in 2,410 sends; 10 × the usual."
    )
    other = events.text_line(Event(START, Change.RAISED, EVENT.alert))
    assert other.index("31 complaints") == line.index("31 complaints")


@given(EVENTS)
def test_any_event_is_one_json_line(event: Event) -> None:
    """Whatever an event holds, it is one line, and reads back as what it was."""
    line = events.json_line(event)
    assert "\n" not in line
    read = json.loads(line)
    assert (read["message"], read["event"], read["metric"]) == (event.alert.message, event.change, event.alert.metric)
    assert datetime.fromisoformat(read["time"]) == event.time
