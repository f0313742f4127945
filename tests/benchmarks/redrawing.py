"""What drawing a new reading costs by the window that is open, against the shortest window."""

from __future__ import annotations

import asyncio
import statistics
import time

from sesmon.model import SLOT, DataPoint
from tests.benchmarks.measure import Result
from tests.tui.harness import Stage, stage
from tests.tui.scenes import LIVE, later

ROUNDS = 12
WINDOWS = {"1h": "1", "24h": "3", "7d": "5", "14d": "6"}


def results() -> list[Result]:
    """CPU of this process from a snapshot to the drawn screen of 120 by 40."""
    taken = asyncio.run(_taken())
    return [
        Result(f"redraw in the {window} window, against 1h", taken[window], taken["1h"], "ms")
        for window in WINDOWS
        if window != "1h"
    ]


async def _taken() -> dict[str, float]:
    out: dict[str, list[float]] = {window: [] for window in WINDOWS}
    async with stage(LIVE) as on:
        for turn in range(ROUNDS):
            for window, key in WINDOWS.items():
                await on.press(key)
                out[window].append(await _redraw(on, turn))
    return {window: statistics.median(times[1:]) for window, times in out.items()}


async def _redraw(on: Stage, turn: int) -> float:
    snapshot = on.main.board.snapshot
    assert snapshot.reading is not None
    last = snapshot.reading.points[-1]
    new = later(snapshot, DataPoint(last.time + SLOT, 900 + turn % 7, 9, turn % 3, 0))
    start = time.process_time()
    await on.publish(new)
    return (time.process_time() - start) * 1e3
