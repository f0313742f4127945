"""The loop: when it reads, what it publishes, and how it fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import sesmon.monitor
from sesmon.alerts.judge import Judge
from sesmon.model import DataPoint, ErrorKind, Origin, Phase, Reading, Snapshot, Target
from sesmon.monitor import Monitor
from sesmon.pacing import CALL_SPACING, CallKey, ProcessPacer
from sesmon.sources.base import SourceError
from tests.fakes import FakeClock

TARGET = Target("eu-west-1", "prod")
POINT = DataPoint(datetime(2026, 3, 2, 10, 2, tzinfo=UTC), 100, 1, 0, 0)
THROTTLED = SourceError(ErrorKind.THROTTLED, "SES throttled.", "Wait.", transient=True)
DENIED = SourceError(ErrorKind.DENIED, "AWS denies it.", "Allow it.", transient=False)


@dataclass
class ScriptedSource:
    """Answers with what the script holds, then stops the monitor."""

    clock: FakeClock
    script: list[tuple[DataPoint, ...] | Exception]
    target: Target = TARGET
    origin: Origin = Origin.SERVICE
    live: bool = True
    slowness: float = 0.0
    starts: list[float] = field(default_factory=list)
    ended: Callable[[], None] = lambda: None
    before_answer: Callable[[int], None] = lambda _number: None

    def read(self) -> Reading:
        """The next answer of the script."""
        self.starts.append(self.clock.elapsed())
        self.clock.advance(self.slowness)
        self.before_answer(len(self.starts))
        answer = self.script.pop(0)
        if not self.script:
            self.ended()
        if isinstance(answer, Exception):
            raise answer
        return Reading(self.target, self.clock.now(), answer)


@dataclass
class Run:
    """What came of running a monitor over a script."""

    starts: list[float]
    published: list[Snapshot]

    @property
    def gaps(self) -> list[float]:
        """Seconds between the starts of two calls."""
        return [later - earlier for earlier, later in zip(self.starts, self.starts[1:], strict=False)]


def run(
    script: Sequence[tuple[DataPoint, ...] | Exception],
    *,
    interval: float = 60.0,
    slowness: float = 0.0,
    live: bool = True,
    chance: float = 1.0,
    before_answer: Callable[[Monitor, FakeClock, int], None] | None = None,
) -> Run:
    """Run a monitor until its script has one answer left, which is given but not looked at."""
    clock = FakeClock()
    source = ScriptedSource(clock, [*script, ()], live=live, slowness=slowness)
    published: list[Snapshot] = []
    pacer = ProcessPacer(clock)
    monitor = Monitor(source, clock, pacer, published.append, interval=interval, chance=lambda: chance)
    source.ended = monitor.stop
    if before_answer is not None:
        source.before_answer = lambda number: before_answer(monitor, clock, number)
    monitor.run()
    return Run(source.starts, published)


def of_phase(result: Run, phase: Phase) -> list[Snapshot]:
    """The snapshots published in a phase."""
    return [snapshot for snapshot in result.published if snapshot.phase is phase]


def test_reads_at_the_interval() -> None:
    """Readings that come off start one interval apart."""
    assert run([(POINT,)] * 4, interval=60).gaps == [60.0] * 4


def test_a_slow_answer_does_not_stretch_the_interval() -> None:
    """The interval counts from the start of the call, not from its answer."""
    assert run([(POINT,)] * 3, interval=60, slowness=8).gaps == [60.0] * 3


def test_an_interval_shorter_than_the_answer_keeps_the_spacing() -> None:
    """With answers slower than the interval, the next call waits a second after the answer."""
    assert run([(POINT,)] * 3, interval=1, slowness=4).gaps == [4 + CALL_SPACING] * 3


def test_a_reading_is_published_with_its_age_and_the_next_time() -> None:
    """A live snapshot tells when it was read, when the next comes, and what changed."""
    second = (POINT._replace(complaints=3), POINT._replace(time=POINT.time + timedelta(minutes=15)))
    live = of_phase(run([(POINT,), second]), Phase.LIVE)
    assert live[0].reading is not None
    assert live[0].reading.points == (POINT,)
    assert live[0].changed == frozenset()
    assert live[-1].changed == {point.time for point in second}
    assert live[-1].next_mark is not None
    assert live[-1].read_mark is not None
    assert live[-1].next_mark - live[-1].read_mark == 60


def test_transient_failures_back_off_and_recover() -> None:
    """After failures that waiting helps, waits double up to the longest; a good reading ends that."""
    gaps = run([THROTTLED] * 5 + [(POINT,), (POINT,)], interval=10).gaps
    assert gaps == [20, 40, 80, 160, 300, 10, 10]


def test_backoff_starts_at_a_second_at_least() -> None:
    """Even the shortest interval backs off by more than the spacing."""
    assert run([THROTTLED] * 3, interval=1).gaps == [2, 4, 8]


def test_permanent_failures_are_tried_at_the_interval() -> None:
    """A failure that waiting cannot help is tried again at the interval."""
    assert run([DENIED] * 4, interval=30).gaps == [30] * 4


def test_a_failure_keeps_the_last_reading() -> None:
    """A failed reading publishes why, and leaves the last good one with its own time."""
    stale = of_phase(run([(POINT,), DENIED, DENIED]), Phase.STALE)
    assert stale[0].failure == DENIED.failure
    assert stale[0].reading is not None
    assert stale[0].reading.points == (POINT,)
    assert stale[-1].failures == 2
    assert stale[-1].read_mark is not None
    assert stale[-1].now_mark - stale[-1].read_mark >= 60


def test_a_good_reading_clears_the_failure() -> None:
    """Once a reading comes off, nothing is left of the failure."""
    live = of_phase(run([THROTTLED, (POINT,)]), Phase.LIVE)
    assert live[-1].failure is None
    assert live[-1].failures == 0


def test_a_bug_in_a_source_is_a_failure_and_not_the_end() -> None:
    """An exception that a source should not raise is shown as a sentence, and the loop goes on."""
    result = run([ValueError("[bold]\x1b]0;owned\x07"), (POINT,)])
    stale = of_phase(result, Phase.STALE)[0]
    assert stale.failure is not None
    assert "\x1b" not in stale.failure.message
    assert "[" not in stale.failure.message
    assert of_phase(result, Phase.LIVE)


@pytest.mark.parametrize(("owner", "name"), [(Judge, "judge"), (sesmon.monitor, "changed")])
def test_a_bug_in_the_loop_is_a_failure_and_not_the_end(
    owner: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks while a reading is worked through is a sentence, and the next reading is judged as ever."""
    sound, calls = getattr(owner, name), []

    def broken_once(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 1:
            raise ZeroDivisionError("once")
        return sound(*arguments)

    monkeypatch.setattr(owner, name, broken_once)
    result = run([(POINT,)] * 4)
    stale = of_phase(result, Phase.STALE)[0]
    assert stale.failure is not None
    assert stale.failure.message == "Reading eu-west-1 failed inside sesmon (ZeroDivisionError: once)."
    assert of_phase(result, Phase.LIVE)[-1].failure is None
    assert len(result.starts) == 5


def test_a_bug_is_what_comes_of_a_single_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that reads once is told of a bug as of any failure."""
    monkeypatch.setattr("sesmon.alerts.judge.Judge.judge", lambda *_: 1 / 0)
    clock = FakeClock()
    monitor = Monitor(ScriptedSource(clock, [(POINT,)]), clock, ProcessPacer(clock), lambda _snapshot: None)
    failure = monitor.once().failure
    assert failure is not None
    assert "failed inside sesmon (ZeroDivisionError: division by zero)" in failure.message


def test_a_turn_that_a_bug_took_is_given_back() -> None:
    """A bug between the turn and the call does not hold the next call up for good."""
    clock = FakeClock()
    source = ScriptedSource(clock, [(POINT,)])
    raised: list[Snapshot] = []

    def publish(snapshot: Snapshot) -> None:
        if snapshot.phase is Phase.READING and not raised:
            raised.append(snapshot)
            raise ZeroDivisionError

    monitor = Monitor(source, clock, ProcessPacer(clock), publish, chance=lambda: 1.0)
    source.ended = monitor.stop
    monitor.run()
    assert raised
    assert source.starts


def test_a_bug_gives_back_no_turn_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What breaks once the turn is given back leaves the turn alone, which may be another process's by then."""
    given_back = []

    class Noting(ProcessPacer):
        def done(self, key: CallKey) -> None:
            given_back.append(key)
            super().done(key)

    monkeypatch.setattr(Judge, "judge", lambda *_: 1 / 0)
    clock = FakeClock()
    source = ScriptedSource(clock, [(POINT,)] * 3)
    monitor = Monitor(source, clock, Noting(clock), lambda _snapshot: None)
    source.ended = monitor.stop
    monitor.run()
    assert len(given_back) == len(source.starts) == 3


def test_refresh_held_down_keeps_the_spacing() -> None:
    """However often a refresh is asked for, calls start a second after the return of the one before."""
    result = run(
        [(POINT,)] * 10, interval=60, slowness=0.2, before_answer=lambda monitor, _clock, _number: monitor.refresh()
    )
    assert all(gap >= 0.2 + CALL_SPACING for gap in result.gaps)
    assert sum(result.gaps) < 20


def test_refresh_cuts_a_backoff_short() -> None:
    """A refresh during a back-off reads after the spacing, and no sooner."""
    result = run([THROTTLED] * 4, interval=60, before_answer=lambda monitor, _clock, _number: monitor.refresh())
    assert result.gaps == [CALL_SPACING] * 4


def test_many_refreshes_while_reading_lead_to_one_reading() -> None:
    """What was asked for twice while a call was under way is answered once."""

    def hammer(monitor: Monitor, _clock: FakeClock, number: int) -> None:
        if number == 1:
            for _ in range(50):
                monitor.refresh()

    assert run([(POINT,)] * 3, interval=60, before_answer=hammer).gaps == [CALL_SPACING, 60, 60]


def test_a_sleep_of_hours_leads_to_one_reading() -> None:
    """After a laptop slept through many intervals, there is one reading and then the interval again."""

    def sleep(_monitor: Monitor, clock: FakeClock, number: int) -> None:
        if number == 2:
            clock.advance(8 * 3600)

    gaps = run([(POINT,)] * 5, interval=60, before_answer=sleep).gaps
    assert gaps[0] == 60
    assert gaps[1] == 8 * 3600 + CALL_SPACING
    assert gaps[2:] == [60, 60, 60]


def test_a_recording_is_read_once() -> None:
    """A source that is not live is read once, and the monitor ends without stopping the view."""
    result = run([(POINT,), (POINT,)], live=False)
    assert len(result.starts) == 1
    assert result.published[-1].phase is Phase.ENDED
    assert result.published[-1].next_mark is None


def test_an_account_learned_by_reading_keeps_the_spacing() -> None:
    """A target that a reading completes does not count as another account for the pacing."""

    def learn(monitor: Monitor, _clock: FakeClock, number: int) -> None:
        monitor.source.target = Target("eu-west-1", "prod", str(number))  # type: ignore[misc]
        monitor.refresh()

    result = run([(POINT,)] * 4, before_answer=learn)
    assert result.gaps == [CALL_SPACING] * 4
    assert result.published[-1].target.account is not None


def test_stopping_leaves_a_hanging_call_behind() -> None:
    """stop() returns at once while a call hangs, and nothing is published after it."""
    hanging, release = threading.Event(), threading.Event()
    clock = FakeClock()
    source = ScriptedSource(clock, [(POINT,), (POINT,)])

    def hang(_number: int) -> None:
        hanging.set()
        release.wait(30)

    source.before_answer = hang
    published: list[Snapshot] = []
    monitor = Monitor(source, clock, ProcessPacer(clock), published.append)
    monitor.start()
    assert hanging.wait(30)
    count = len(published)
    monitor.stop()
    release.set()
    assert monitor._thread is not None
    monitor._thread.join(30)
    assert not monitor._thread.is_alive()
    assert len(published) == count
