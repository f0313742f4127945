"""Many targets side by side."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sesmon.alerts.settings import Settings
from sesmon.fleet import AT_ONCE, monitors
from sesmon.model import DataPoint, Origin, Phase, Reading, Snapshot, Target
from sesmon.pacing import CALL_SPACING, ProcessPacer
from tests.fakes import START, FakeClock
from tests.test_monitor import ScriptedSource

POINT = DataPoint(START, 100, 1, 0, 0)


def test_readings_spread_over_the_interval() -> None:
    """After the first round, the second readings lie evenly over the interval, and the third an interval later."""
    gaps = []
    for place in range(4):
        clock = FakeClock()
        source = ScriptedSource(clock, [(POINT,)] * 4)
        made = monitors(
            [(source, clock, None, ProcessPacer(clock))] * 4, lambda *_: None, interval=60, settings=Settings()
        )
        source.ended = made[place].stop
        made[place].run()
        gaps.append([later - earlier for earlier, later in zip(source.starts, source.starts[1:], strict=False)])
    assert [gap[0] for gap in gaps] == [15, 30, 45, 60]
    assert all(gap[1:] == [60, 60] for gap in gaps)
    assert min(min(gap) for gap in gaps) >= CALL_SPACING


def test_each_target_publishes_under_its_place() -> None:
    """What one target has read is never another's."""
    clock = FakeClock()
    sources = [ScriptedSource(clock, [(POINT._replace(attempts=place),), ()]) for place in range(3)]
    for place, source in enumerate(sources):
        source.target = Target(f"region-{place}")
    published: list[tuple[int, Snapshot]] = []
    made = monitors(
        [(source, clock, None, ProcessPacer(clock)) for source in sources],
        lambda place, snapshot: published.append((place, snapshot)),
        interval=60,
        settings=Settings(),
    )
    for source, monitor in zip(sources, made, strict=True):
        source.ended = monitor.stop
        monitor.run()
    assert {place for place, _snapshot in published} == {0, 1, 2}
    for place, snapshot in published:
        assert snapshot.target.region == f"region-{place}"
    first = {place: snapshot.reading for place, snapshot in reversed(published) if snapshot.phase is Phase.LIVE}
    assert {place: reading and reading.points for place, reading in first.items()} == {
        place: (POINT._replace(attempts=place),) for place in range(3)
    }


@dataclass
class Hanging:
    """A source that answers when it is let go, and counts how many hang at once."""

    gate: threading.Event
    hanging: list[int]
    lock: threading.Lock
    target: Target = field(default_factory=lambda: Target("eu-west-1"))
    origin: Origin = Origin.SERVICE
    live: bool = True
    began: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def read(self) -> Reading:
        """Hang."""
        with self.lock:
            self.hanging.append(self.hanging[-1] + 1)
        self.began.release()
        assert self.gate.wait(60)
        with self.lock:
            self.hanging.append(self.hanging[-1] - 1)
        return Reading(self.target, START, (POINT,))


def test_no_more_calls_than_the_bound_are_under_way() -> None:
    """Of many targets that hang together, only so many call at once; all are read in the end."""
    count = AT_ONCE + 10
    gate, hanging, lock, began = threading.Event(), [0], threading.Lock(), threading.Semaphore(0)
    done = threading.Semaphore(0)
    clock = FakeClock()
    sources = [Hanging(gate, hanging, lock, Target(f"r{place}"), began=began) for place in range(count)]

    def take(_place: int, snapshot: Snapshot) -> None:
        if snapshot.phase is Phase.LIVE:
            done.release()

    made = monitors(
        [(source, clock, None, ProcessPacer(clock)) for source in sources], take, interval=3600, settings=Settings()
    )
    for monitor in made:
        monitor.start()
    for _ in range(AT_ONCE):
        assert began.acquire(timeout=60)
    assert not began.acquire(timeout=0.2)
    gate.set()
    for _ in range(count):
        assert done.acquire(timeout=60)
    for monitor in made:
        monitor.stop()
    assert max(hanging) <= AT_ONCE
