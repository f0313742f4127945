"""Time, as it comes in."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from sesmon.clock import FastClock, LocalZone, SystemClock


def test_the_hosts_clock_tells_utc_and_never_goes_back() -> None:
    """now() is aware and in UTC; elapsed() only grows."""
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.elapsed() <= clock.elapsed()


def test_a_set_event_ends_a_wait() -> None:
    """A wait ends when the event is set by another thread, long before its time."""
    event = threading.Event()
    threading.Timer(0.05, event.set).start()
    assert SystemClock().wait(event, 3600)


def test_a_wait_lets_its_seconds_go_by() -> None:
    """A wait on an event that stays unset lasts at least as long as asked."""
    clock = SystemClock()
    before = clock.elapsed()
    assert not clock.wait(threading.Event(), 0.05)
    assert clock.elapsed() - before >= 0.05


def test_a_fast_clock_runs_fast_from_its_start() -> None:
    """A fast clock's day goes by as many times as fast as the host's."""
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)
    clock = FastClock(start, 1000)
    before = clock.elapsed()
    first = clock.now()
    clock.wait(threading.Event(), 0.02)
    gone, host = clock.now() - first, clock.elapsed() - before
    assert first >= start
    assert timedelta(seconds=20) <= gone <= timedelta(seconds=1000 * host + 1)


@pytest.mark.parametrize(
    ("zone", "month", "text"),
    [("Europe/Berlin", 1, "13:00 CET"), ("Europe/Berlin", 7, "14:00 CEST"), ("Asia/Kathmandu", 1, "17:45 +0545")],
)
def test_the_local_zone_follows_the_host(monkeypatch: pytest.MonkeyPatch, zone: str, month: int, text: str) -> None:
    """The local zone has the host's offset at each time of the year, and its name."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        local = datetime(2026, month, 15, 12, tzinfo=UTC).astimezone(LocalZone())
        assert local.strftime("%H:%M %Z") == text
        assert local.astimezone(UTC).hour == 12
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_local_zone_keeps_a_repeated_hour_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two times that share a local clock time go back to two times in UTC."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        for hour in (0, 1):
            moment = datetime(2025, 10, 26, hour, 30, tzinfo=UTC)
            assert moment.astimezone(LocalZone()).astimezone(UTC) == moment
    finally:
        monkeypatch.undo()
        time.tzset()
