"""From the loop to the history: alerts are told once, over every run that shares a history, and kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from sesmon.alerts.settings import Settings
from sesmon.history import History, Judged, Owner
from sesmon.keeper import Keeper, asker
from sesmon.model import SLOT, Alert, Change, DataPoint, Event, Metric, Phase, Reading, Snapshot, Target
from sesmon.monitor import Monitor
from sesmon.pacing import ProcessPacer
from sesmon.series import changed
from tests.alerts.test_judge import SLOTS, at, healthy, spiking
from tests.fakes import FakeClock
from tests.test_monitor import THROTTLED, ScriptedSource

NAMED = Target("us-east-1", "prod")
OWNER = Owner("profile prod", "us-east-1")
QUARTER = SLOT.total_seconds()

Answers = Sequence[tuple[DataPoint, ...] | Exception]


def keeper(path: Path, clock: FakeClock | None = None) -> Keeper:
    """A keeper of what a user named so."""
    return Keeper(path, asker(NAMED, None, {}), clock or FakeClock())


def run(
    answers: Answers,
    path: Path | None,
    *,
    first: int = SLOTS,
    before_answer: Callable[[int], None] = lambda _number: None,
    settings: Settings | None = None,
    audience: str = "",
) -> list[Snapshot]:
    """Run a monitor over answers, one a quarter of an hour from the end of slot `first - 1` on."""
    clock = FakeClock(at(first), elapsed=1e6 + first * QUARTER)
    source = ScriptedSource(clock, [*answers, ()], target=NAMED, before_answer=before_answer)
    published: list[Snapshot] = []
    kept = keeper(path, clock) if path else None
    monitor = Monitor(
        source,
        clock,
        ProcessPacer(clock),
        published.append,
        interval=QUARTER,
        settings=settings,
        audience=audience,
        keeper=kept,
    )
    published.append(monitor.snapshot)
    source.ended = monitor.stop
    monitor.run()
    if kept is not None:
        kept.close()
    return published


def spike_to(slot: int) -> tuple[DataPoint, ...]:
    """What is listed at the end of a slot, of a sender whose complaints spike in its newest four hundredth slots."""
    return tuple(spiking(first=SLOTS - 2, slots=2)[:slot])


def changes(events: Sequence[Event]) -> list[Change]:
    """What became of alerts."""
    return [event.change for event in events]


def kept_events(path: Path) -> list[Event]:
    """What the history holds."""
    with History(path, at(SLOTS)) as history:
        return history.events(OWNER)


def alerts_in(path: Path, audience: str = "") -> tuple[Alert, ...]:
    """How the alerts stood when they were last judged."""
    with closing(keeper(path)) as kept:
        last = kept.judged(audience)
    return last.alerts if last else ()


def test_a_snapshot_carries_alerts_and_events() -> None:
    """The reading that gives reason to an alert publishes it with its event, and later ones publish it no more."""
    published = run([spike_to(SLOTS - 2), spike_to(SLOTS - 1), spike_to(SLOTS)], None, first=SLOTS - 2)
    live = [snapshot for snapshot in published if snapshot.phase is Phase.LIVE]
    by_reading = {len(snapshot.reading.points): snapshot for snapshot in live if snapshot.reading}
    assert by_reading[SLOTS - 2].alerts == ()
    assert by_reading[SLOTS - 2].events == ()
    assert Change.RAISED in changes(by_reading[SLOTS - 1].events)
    assert any(alert.is_open for alert in by_reading[SLOTS - 1].alerts)
    keys = [(event.change, event.alert.key) for event in by_reading[SLOTS].events]
    assert len(keys) == len(set(keys))
    assert by_reading[SLOTS].learning is None


def test_learning_is_told() -> None:
    """With less than a day of past a snapshot says how much more is needed."""
    published = run([spike_to(90)], None, first=90)
    assert published[-1].learning == SLOT * 6


def test_a_failure_keeps_the_alerts() -> None:
    """While readings fail, what was open stays open, and nothing is told anew."""
    published = run([spike_to(SLOTS), THROTTLED], None)
    live = next(snapshot for snapshot in published if snapshot.phase is Phase.LIVE)
    stale = next(snapshot for snapshot in published if snapshot.phase is Phase.STALE)
    assert stale.alerts
    assert (stale.alerts, stale.events) == (live.alerts, live.events)


def test_a_bug_between_two_readings_raises_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told before a reading failed inside sesmon is no news after it."""
    calls = []

    def broken_once(before: Sequence[DataPoint], after: Sequence[DataPoint]) -> frozenset[datetime]:
        calls.append(after)
        if len(calls) == 1:
            raise ZeroDivisionError
        return changed(before, after)

    monkeypatch.setattr("sesmon.monitor.changed", broken_once)
    published = run([spike_to(SLOTS)] * 3, None)
    phases = [snapshot.phase for snapshot in published]
    first = published[phases.index(Phase.LIVE)]
    assert Phase.LIVE in phases[phases.index(Phase.STALE) :]
    assert first.events
    assert published[-1].events == first.events


def test_an_alert_is_raised_once_over_runs_that_share_a_history(tmp_path: Path) -> None:
    """A later run shows what an earlier one told from its first frame on, raises none of it again, and clears it."""
    path = tmp_path / "h.db"
    first = run([spike_to(SLOTS)], path)
    raised = {event.alert.key for event in first[-1].events if event.change is Change.RAISED}
    assert raised
    second = run([spike_to(SLOTS)], path, first=SLOTS + 1)
    assert {alert.key for alert in second[0].alerts} == raised
    assert all(snapshot.events == () for snapshot in second)
    calm = (*spike_to(SLOTS), *(point._replace(time=at(SLOTS + slot)) for slot, point in enumerate(healthy(20))))
    third = run([calm], path, first=SLOTS + 20)
    assert Change.CLEARED in changes(third[-1].events)
    assert Change.RAISED not in changes(third[-1].events)
    kept = kept_events(path)
    assert sorted(event.alert.key for event in kept if event.change is Change.RAISED) == sorted(raised)
    assert changes(kept).count(Change.CLEARED) == changes(third[-1].events).count(Change.CLEARED)


def test_what_happened_while_nobody_watched_is_told_by_the_next_run(tmp_path: Path) -> None:
    """An incident that began after the last run is raised by the first reading of the next."""
    path = tmp_path / "h.db"
    assert run([spike_to(SLOTS - 2)], path, first=SLOTS - 2)[-1].events == ()
    later = run([spike_to(SLOTS)], path)
    assert Change.RAISED in changes(later[-1].events)


def test_without_a_history_each_run_tells_what_is_open() -> None:
    """Nothing is known of an earlier run, so that what is open is raised."""
    for _ in range(2):
        assert Change.RAISED in changes(run([spike_to(SLOTS)], None)[-1].events)


def test_events_that_cannot_be_kept_are_kept_later(tmp_path: Path) -> None:
    """While another process holds the file events are told all the same; they are kept with a later reading, once."""
    path = tmp_path / "h.db"
    keeper(path).close()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:

        def hold(number: int) -> None:
            if number == 1:
                other.execute("BEGIN IMMEDIATE")
            elif number == 2:
                other.execute("ROLLBACK")

        published = run([spike_to(SLOTS), spike_to(SLOTS)], path, before_answer=hold)
    held = next(snapshot for snapshot in published if snapshot.phase is Phase.LIVE)
    assert held.history_off is not None
    assert "locked" in held.history_off
    assert Change.RAISED in changes(held.events)
    assert published[-1].history_off is None
    kept = kept_events(path)
    assert len(kept) == len(held.events)
    assert set(kept) == set(held.events)


def test_a_keeper_knows_how_the_alerts_stood(tmp_path: Path) -> None:
    """They come back as the newest reading left them, in order; before that nothing is known."""
    path = tmp_path / "h.db"
    kept = keeper(path)
    assert kept.judged() is None
    reading = Reading(NAMED, at(SLOTS), spike_to(SLOTS))
    kept.keep(reading)
    assert kept.judged() is None
    last = run([spike_to(SLOTS)], None)[-1]
    assert kept.keep_alerts(reading, last.alerts, last.events)
    assert kept.judged() == Judged(last.alerts, reading.read_at, reading.points[-1].time)
    over = tuple(alert._replace(until=at(SLOTS)) for alert in last.alerts)
    assert kept.keep_alerts(reading._replace(read_at=at(SLOTS + 9)), over, ())
    kept.close()
    assert alerts_in(path) == over


def test_what_became_worse_without_an_event_is_kept_too(tmp_path: Path) -> None:
    """An open alert's sentence grows with each reading, and a later start shows the newest."""
    path = tmp_path / "h.db"
    grown = run([spike_to(SLOTS - 1), spike_to(SLOTS)], path, first=SLOTS - 1)[-1].alerts
    assert alerts_in(path) == grown


def test_a_history_that_is_off_knows_and_keeps_nothing(tmp_path: Path) -> None:
    """Where the file cannot be opened nothing was told, and keeping says that it did not come off."""
    (tmp_path / "file").write_text("")
    off = keeper(tmp_path / "file" / "h.db")
    assert off.judged() is None
    assert not off.keep_alerts(Reading(NAMED, at(SLOTS), ()), (), ())
    assert off.trouble


def test_what_was_seen_on_a_screen_has_paged_nobody(tmp_path: Path) -> None:
    """An alert that one audience was told is news for another, once for each of them."""
    path = tmp_path / "h.db"
    seen = run([spike_to(SLOTS)], path)[-1]
    paged = run([spike_to(SLOTS)], path, audience="watch")[-1]
    assert Change.RAISED in changes(seen.events)
    assert changes(paged.events) == changes(seen.events)
    assert run([spike_to(SLOTS)], path, audience="watch")[-1].events == ()


def test_other_settings_leave_everyones_alerts_alone(tmp_path: Path) -> None:
    """One who is told nothing of complaints takes the alert from nobody else, and brings it back for nobody."""
    path = tmp_path / "h.db"
    mine = run([spike_to(SLOTS)], path)[-1].alerts
    quiet = Settings(quiet=frozenset({Metric.COMPLAINTS}))
    others = run([spike_to(SLOTS)], path, settings=quiet)[-1].alerts
    assert Metric.COMPLAINTS in {alert.metric for alert in mine}
    assert Metric.COMPLAINTS not in {alert.metric for alert in others}
    assert alerts_in(path) == mine
    assert alerts_in(path, quiet.name) == others
