"""What is told without a screen."""

from __future__ import annotations

import json

from sesmon.model import Change, ErrorKind, Event, Failure
from sesmon.monitor import Monitor
from sesmon.pacing import ProcessPacer
from sesmon.reports.watching import Told, json_line, news, title
from sesmon.watching import Watching
from tests.fakes import FakeClock
from tests.test_monitor import ScriptedSource
from tests.tui.scenes import ALERT, DENIED, LIVE, NOW, SPIKE_ALERT, STALE, STARTING

RAISED = ALERT._replace(events=(Event(SPIKE_ALERT.raised, Change.RAISED, SPIKE_ALERT),))
THROTTLED = Failure(ErrorKind.THROTTLED, "SES throttles.", "Wait.", transient=True)


def kinds(told: list[Told]) -> list[str]:
    """What is told, by event."""
    return [one["event"] for one in told]


def test_an_alert_event_is_told_once() -> None:
    """A raised alert is told by the snapshot that brings it, and never again."""
    first = news(LIVE, RAISED, NOW)
    assert kinds(first) == ["raised"]
    assert first[0]["message"] == SPIKE_ALERT.message
    assert (first[0]["region"], first[0]["metric"], first[0]["severity"]) == ("us-east-1", "complaints", "critical")
    assert news(RAISED, RAISED, NOW) == []
    assert news(RAISED, RAISED._replace(now_mark=2000.0), NOW) == []


def test_a_failure_is_told_when_it_begins_changes_and_ends() -> None:
    """Not with each attempt: a night of failures is two lines."""
    assert kinds(news(LIVE, STALE, NOW)) == ["failed"]
    assert news(STALE, STALE._replace(failures=4), NOW) == []
    assert kinds(news(STALE, STALE._replace(failure=THROTTLED), NOW)) == ["failed"]
    assert kinds(news(STALE, LIVE, NOW)) == ["recovered"]


def test_the_first_snapshots_tell_what_they_know() -> None:
    """Before the first reading there is nothing to tell; a first one that fails is told."""
    assert news(None, STARTING, NOW) == []
    assert news(STARTING, LIVE, NOW) == []
    (told,) = news(None, STALE._replace(reading=None), NOW)
    assert told["kind"] == "denied"
    assert DENIED.remedy in told["message"]
    assert told["time"] == "2026-03-16T14:07:00Z"


def test_every_line_is_json_with_the_common_fields() -> None:
    """Each occurrence is one line with time, event, Region, profile, account and message."""
    for told in (*news(LIVE, RAISED, NOW), *news(LIVE, STALE, NOW), *news(STALE, LIVE, NOW)):
        line = json_line(told)
        assert "\n" not in line
        assert {"time", "event", "region", "profile", "account", "message"} <= set(json.loads(line))


def test_what_is_told_is_acted_on_first() -> None:
    """A command does not wait for the line, whose reader may be slow, and is not lost with an end that follows it."""
    clock, done = FakeClock(NOW), list[str]()
    monitor = Monitor(ScriptedSource(clock, [()]), clock, ProcessPacer(clock), lambda _snapshot: None)
    Watching([(monitor, clock)], lambda _: done.append("said"), lambda *_: done.append("acted"), lambda: None)
    monitor.publish(RAISED)
    assert done == ["acted", "said"]


def test_a_title_says_what_happened_where() -> None:
    """A notification's title names severity, metric, event and Region."""
    assert title(news(LIVE, RAISED, NOW)[0]) == "sesmon: critical complaints raised in us-east-1"
    assert title(news(LIVE, STALE, NOW)[0]) == "sesmon: failed in us-east-1"
