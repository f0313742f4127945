"""The screen against a model of it: after any sequence of keys, resizes and readings the two agree."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from sesmon.model import SLOT, Alert, Counts, DataPoint, Metric, Phase, Reading, Row, Snapshot
from sesmon.series import Step
from sesmon.tui.actions import ACTIONS
from sesmon.tui.columns import SORTS, sort_key
from sesmon.tui.screens.main import MainScreen
from sesmon.tui.view import ALL_WINDOWS
from tests.tui.harness import Stage, height_in_sight, stage
from tests.tui.scenes import DENIED, HEALTHY, LIVE, NOW, PAST_ALERT, SPIKE_ALERT, YEAR_OF_DAYS

ELSEWHERE = {"quit", "command_palette", "export", "refresh", "help", "details"}
"""Actions that leave the screen, write a file, or open a dialog; the dialogs have a rule of their own."""

KEYS = sorted({action.keys.split(",")[0] for action in ACTIONS if action.name not in ELSEWHERE})

POINTS = HEALTHY[-120:]

COUNTERS = st.tuples(*[st.integers(0, 2**63 - 1) | st.integers(0, 50)] * 4)


class Conductor:
    """Runs one app on a loop of its own; each step of a machine is awaited there, in the app's own task."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._steps: asyncio.Queue[tuple[Callable[[Stage], Awaitable[Any]], asyncio.Future[Any]] | None] = (
            asyncio.Queue()
        )
        self._task = self._loop.create_task(self._conduct())

    async def _conduct(self) -> None:
        async with stage(size=(100, 30)) as on:
            while (step := await self._steps.get()) is not None:
                work, done = step
                try:
                    done.set_result(await work(on))
                except Exception as error:  # noqa: BLE001 - it is raised where the step was asked for
                    done.set_exception(error)

    def do(self, work: Callable[[Stage], Awaitable[Any]]) -> Any:
        """Await a step, and return what it returns."""
        done = self._loop.create_future()
        self._steps.put_nowait((work, done))
        self._loop.run_until_complete(asyncio.wait({done, self._task}, return_when=asyncio.FIRST_COMPLETED))
        if not done.done():
            self._task.result()
        return done.result()

    def end(self) -> None:
        """Close the app and the loop."""
        self._steps.put_nowait(None)
        self._loop.run_until_complete(self._task)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


class ScreenMachine(RuleBasedStateMachine):
    """What the user chose, and what the service listed; the screen must show what follows from them."""

    def __init__(self) -> None:
        super().__init__()
        self.conductor = Conductor()
        self.snapshot = LIVE._replace(reading=Reading(LIVE.target, NOW, POINTS))
        self.shown = self.snapshot

    def teardown(self) -> None:
        """Close the app."""
        self.conductor.end()

    @initialize(days=st.booleans())
    def begin(self, days: bool) -> None:
        """A first reading, with a year of history or none."""
        self.publish(self.snapshot._replace(days=YEAR_OF_DAYS if days else ()))

    # Steps

    def publish(self, snapshot: Snapshot) -> None:
        """A snapshot comes in: the cursor follows from the top, else it stays on its record, or the nearest to it."""
        before, follows = self.see(lambda main: (main.table.cursor_time, main.table.follows))
        frozen = self.see(lambda main: main.is_frozen)
        self.snapshot = snapshot
        if not frozen:
            self.shown = snapshot
        self.conductor.do(lambda on: on.publish(snapshot))
        rows = self.rows()
        if not rows or frozen:
            return
        cursor = self.see(lambda main: main.table.cursor_time)
        if follows or before is None:
            assert cursor == rows[0].start
        else:
            nearest = min(abs(row.start - before) for row in rows)
            assert abs(cursor - before) == nearest

    @rule(key=st.sampled_from(KEYS))
    def press(self, key: str) -> None:
        """A key."""
        self.conductor.do(lambda on: on.press(key))
        if not self.see(lambda main: main.is_frozen):
            self.shown = self.snapshot

    @rule(key=st.sampled_from(["down", "up", "home", "end"]))
    def move(self, key: str) -> None:
        """A key that moves the cursor does so by as much as it says."""
        place, in_alerts = self.see(lambda main: (main.table.cursor_place, main.alerts.is_active))
        self.conductor.do(lambda on: on.press(key))
        rows = self.rows()
        if rows:
            last = len(rows) - 1
            wanted = {"down": min(place + 1, last), "up": max(place - 1, 0), "home": 0, "end": last}[key]
            assert self.see(lambda main: main.table.cursor_place) == (place if in_alerts else wanted)

    @rule(key=st.sampled_from(["s", "S", "o"]))
    def reorder(self, key: str) -> None:
        """Another order leaves the cursor on its record, or on the first row where it follows what comes in."""
        time, follows = self.see(lambda main: (main.table.cursor_time, main.table.follows))
        self.conductor.do(lambda on: on.press(key))
        rows = self.rows()
        if rows:
            assert self.see(lambda main: main.table.cursor_time) == (rows[0].start if follows else time)

    @rule(key=st.sampled_from(["question_mark", "enter"]))
    def dialog(self, key: str) -> None:
        """A dialog opens over the screen and goes away."""
        self.conductor.do(lambda on: on.press(key, "escape"))
        self.conductor.do(lambda on: on.press("escape"))
        if not self.see(lambda main: main.is_frozen):
            self.shown = self.snapshot

    @rule(width=st.integers(1, 200), height=st.integers(1, 70))
    def resize(self, width: int, height: int) -> None:
        """The terminal has another size; nothing but the scroll may move."""
        before = self.see(lambda main: main.table.cursor_time)

        async def to_size(on: Stage) -> None:
            await on.pilot.resize_terminal(width, height)
            await on.pilot.pause()

        self.conductor.do(to_size)
        assert self.see(lambda main: main.table.cursor_time) == before

    @rule(counters=COUNTERS, gap=st.integers(1, 5))
    def new_point(self, counters: tuple[int, int, int, int], gap: int) -> None:
        """The service lists one more point, and forgets the oldest."""
        points = self.points()
        time = points[-1].time + SLOT * gap if points else NOW - SLOT
        self.read((*points[1:], DataPoint(time, *counters)), {time})

    @rule(counters=COUNTERS, place=st.integers(0, 200))
    def revised_point(self, counters: tuple[int, int, int, int], place: int) -> None:
        """The service lists other counters for a point that it listed before; they may go down."""
        points = list(self.points())
        if points:
            place %= len(points)
            points[place] = DataPoint(points[place].time, *counters)
            self.read(tuple(points), {points[place].time})

    @rule(places=st.sets(st.integers(0, 119), max_size=60))
    def points_vanish(self, places: set[int]) -> None:
        """The service lists fewer points, or none."""
        self.read(tuple(point for place, point in enumerate(self.points()) if place not in places), set())

    @rule()
    def points_come_back(self) -> None:
        """The service lists all of them again."""
        self.read(POINTS, set())

    @rule(alerts=st.lists(st.sampled_from([PAST_ALERT, SPIKE_ALERT]), unique=True))
    def alerts(self, alerts: list[Alert]) -> None:
        """The judge has another opinion."""
        self.publish(self.snapshot._replace(alerts=tuple(alerts)))

    @rule()
    def failure(self) -> None:
        """A reading fails; the data stay."""
        failures = self.snapshot.failures + 1
        self.publish(self.snapshot._replace(phase=Phase.STALE, failure=DENIED, failures=failures))

    def read(self, points: tuple[DataPoint, ...], changed: set[datetime]) -> None:
        """A reading comes in."""
        assert self.snapshot.reading is not None
        reading = self.snapshot.reading._replace(points=points, read_at=self.snapshot.reading.read_at + SLOT)
        new = self.snapshot._replace(reading=reading, changed=frozenset(changed), failure=None, phase=Phase.LIVE)
        self.publish(new)

    # The model

    def see(self, look: Callable[[MainScreen], Any]) -> Any:
        """Something of the screen."""

        async def looked(on: Stage) -> Any:
            return look(on.main)

        return self.conductor.do(looked)

    def points(self) -> tuple[DataPoint, ...]:
        """What the service lists."""
        assert self.snapshot.reading is not None
        return self.snapshot.reading.points

    def rows(self) -> list[Row]:
        """The rows that must be in the table: put together, chosen and sorted the slow way."""
        view = self.see(lambda main: main.view)
        assert self.shown.reading is not None
        if view.is_long:
            made = list(self.shown.days)
        elif view.step is Step.SLOT:
            made = [Row(point.time, point.time + SLOT, point.counts, 1) for point in self.shown.reading.points]
        else:
            made = grouped(self.shown.reading.points, view.step, utc=view.utc)
        if view.alerts_only:
            made = [row for row in made if any(alert.covers(row.start, row.end) for alert in self.shown.alerts)]
        return sorted(made, key=sort_key(view.sort), reverse=view.descending)

    # What must hold after each step

    @invariant()
    def the_rows_agree(self) -> None:
        """The table holds the model's rows in the model's order."""
        seen = self.see(lambda main: main.table.rows)
        wanted = self.rows()
        assert [(row.start, row.counts, row.points) for row in seen] == [
            (row.start, row.counts, row.points) for row in wanted
        ]
        assert self.see(lambda main: main.view.sort) in SORTS

    @invariant()
    def the_cursor_is_on_a_row(self) -> None:
        """The cursor is on a row that there is, and scrolling never leaves the rows."""
        time, place, top, rows = self.see(
            lambda main: (
                main.table.cursor_time,
                main.table.cursor_place,
                round(main.table.scroll_offset.y),
                [row.start for row in main.table.rows],
            )
        )
        if rows:
            assert time in rows
            assert rows[place] == time
        assert 0 <= top <= max(0, len(rows) - 1)

    @invariant()
    def the_cursor_is_in_sight(self) -> None:
        """Where a line of the table is on the screen, the cursor's is: no step here scrolls by the mouse."""
        place, top, height, rows = self.see(
            lambda main: (
                main.table.cursor_place,
                round(main.table.scroll_offset.y),
                height_in_sight(main),
                len(main.table.rows),
            )
        )
        if rows and height:
            assert top <= place < top + height

    @invariant()
    def the_totals_agree(self) -> None:
        """The cards' totals are the sums of the window's points."""
        view, total, end = self.see(lambda main: (main.view, main.board.total, main.board.end))
        assert self.shown.reading is not None
        assert view.window in ALL_WINDOWS
        start = end - view.window
        if view.is_long:
            if view.window == ALL_WINDOWS[-1]:
                start = datetime.min.replace(tzinfo=UTC)
            counted = [row.counts for row in self.shown.days if row.end > start and row.start < end]
        else:
            counted = [point.counts for point in self.shown.reading.points if start <= point.time < end]
        assert total == Counts(*(sum(counts.of(metric) for counts in counted) for metric in Metric))

    @invariant()
    def it_is_drawn(self) -> None:
        """Every line that is to be drawn can be, and is as wide as the screen."""

        async def drawn(on: Stage) -> list[str]:
            return on.screen_lines()

        self.conductor.do(drawn)


def grouped(points: tuple[DataPoint, ...], step: Step, *, utc: bool) -> list[Row]:
    """The points of each hour or day together."""
    out: dict[datetime, list[DataPoint]] = {}
    for point in points:
        local = point.time if utc else point.time.astimezone()
        hour = 0 if step is Step.DAY else local.hour
        start = local.replace(hour=hour, minute=0, second=0, microsecond=0)
        out.setdefault(start.astimezone(UTC), []).append(point)
    length = timedelta(days=1) if step is Step.DAY else timedelta(hours=1)
    return [
        Row(start, start + length, Counts(*(sum(p.counts.of(metric) for p in own) for metric in Metric)), len(own))
        for start, own in out.items()
    ]


def run(examples: int, steps: int) -> None:
    """Play so many games of so many steps each."""
    run_state_machine_as_test(
        ScreenMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_screen_agrees_with_a_model_of_it() -> None:
    """After any sequence of keys, resizes and readings rows, cursor and totals are the model's."""
    run(6, 20)
