"""What a refresh costs with a year of 30 targets in the history, or years of one, against two weeks of one."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sesmon.history import Owner
from sesmon.keeper import Keeper, asker
from sesmon.model import SLOT, Reading, Target
from tests.benchmarks.measure import Result, in_turn
from tests.benchmarks.past import TARGETS, YEAR, fill
from tests.fakes import FakeClock
from tests.tui.harness import Stage, stage
from tests.tui.scenes import HEALTHY, LIVE, NOW, TARGET

GOAL = 1.3
ROUNDS = 15
YEARS = (2, 5)


def results() -> list[Result]:
    """The refresh as it is on opening, and with each history's longest window."""
    return asyncio.run(_results())


async def _results() -> list[Result]:
    with tempfile.TemporaryDirectory() as directory:
        short = _history(Path(directory) / "short.db")
        long = _history(Path(directory) / "long.db", YEAR, TARGETS)
        out = [
            await _against(short, long, f"a year of {TARGETS} targets, 24h window", "3", "3", GOAL),
            await _against(short, long, f"a year of {TARGETS} targets, 1y window against 14d", "9", "6", GOAL),
        ]
        for years in YEARS:
            long = _history(Path(directory) / f"{years}.db", YEAR * years)
            out.append(await _against(short, long, f"{years} years, all of them against 14d", "0", "6"))
    return out


async def _against(
    short: Keeper, long: Keeper, name: str, own_key: str, peer_key: str, goal: float | None = None
) -> Result:
    """The same refresh on a screen over each history, with the window that a key opens."""
    async with _refreshing(long, own_key) as own, _refreshing(short, peer_key) as peer:
        taken = [(await own.refresh(), await peer.refresh()) for _ in range(ROUNDS)]
    figures = [iter([pair[side] for pair in taken]) for side in (0, 1)]
    ours, theirs = in_turn(lambda: next(figures[0]), lambda: next(figures[1]), ROUNDS - 1)
    return Result(f"refresh with {name}", ours, theirs, "ms", goal)


def _history(path: Path, reach: timedelta = timedelta(0), targets: int = 1) -> Keeper:
    """A history that holds what the scenes show, and as much before it as told, for so many targets."""
    owners = [Owner(f"{number:012d}" if number else TARGET.account or "", TARGET.region) for number in range(targets)]
    fill(path, owners, HEALTHY[0].time, reach, NOW)
    keeper = Keeper(path, asker(Target(TARGET.region, TARGET.profile), None, {}), FakeClock())
    keeper.keep(Reading(TARGET, NOW, HEALTHY))
    return keeper


class _Refresh:
    """A screen over a history, to which one new data point after the other comes in."""

    def __init__(self, keeper: Keeper, on: Stage) -> None:
        self._keeper, self._on = keeper, on
        self._snapshot = LIVE._replace(days=keeper.days())

    async def show(self, key: str) -> None:
        """Open the screen on a window."""
        await self._on.publish(self._snapshot)
        await self._on.press(key)

    async def refresh(self) -> float:
        """Milliseconds of CPU from a reading to the screen."""
        reading = self._snapshot.reading
        assert reading is not None
        last = reading.points[-1]
        points = (*reading.points[1:], last._replace(time=last.time + SLOT, complaints=last.complaints % 7 + 1))
        start = time.process_time()
        reading = Reading(TARGET, reading.read_at + SLOT, points)
        self._keeper.keep(reading)
        self._snapshot = self._snapshot._replace(reading=reading, days=self._keeper.days())
        await self._on.publish(self._snapshot)
        return (time.process_time() - start) * 1e3


@asynccontextmanager
async def _refreshing(keeper: Keeper, key: str) -> AsyncIterator[_Refresh]:
    async with stage(size=(120, 40)) as on:
        refresh = _Refresh(keeper, on)
        await refresh.show(key)
        yield refresh
