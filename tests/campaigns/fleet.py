"""A fleet with stalled targets beside a screen: `python -m tests.campaigns.fleet --targets 60 --stalled 10`."""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from textual import events

from sesmon.alerts.settings import Settings
from sesmon.clock import SystemClock
from sesmon.fleet import monitors
from sesmon.model import SLOT, Phase, Snapshot
from sesmon.monitor import Monitor
from sesmon.pacing import ProcessPacer
from sesmon.sources.ses import SesSource
from sesmon.tui.app import SesmonApp
from sesmon.tui.view import View
from tests.conftest import environment
from tests.ses.server import LoopbackSes
from tests.tui.scenes import HEALTHY

_BETWEEN = 0.2
"""Seconds between two pairs of keys."""


@dataclass
class Outcome:
    """What came of it. `latencies` are seconds from a key to the screen that answers it."""

    targets: int
    stalled: int
    seconds: float = 0.0
    current: int = 0
    least_gap: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def table(self) -> str:
        """The figures, one a line."""
        rows = {
            "targets, of which stalled": f"{self.targets}, {self.stalled}",
            "seconds until all others were current": f"{self.seconds:.1f}",
            "targets current": str(self.current),
            "least seconds between two calls of one target": f"{self.least_gap:.3f}",
            "keys pressed": str(len(self.latencies)),
            "key to screen, median ms": f"{statistics.median(self.latencies) * 1e3:.1f}",
            "key to screen, 95 % ms": f"{statistics.quantiles(self.latencies, n=20)[-1] * 1e3:.1f}",
        }
        return "\n".join(f"{name:48} {figure}" for name, figure in rows.items())


async def campaign(targets: int, stalled: int, interval: float) -> Outcome:
    """Watch the targets for one interval, pressing keys all the while."""
    out = Outcome(targets, stalled)
    clock = SystemClock()
    shift = datetime.now(UTC) - HEALTHY[-1].time - SLOT
    points = [point._replace(time=point.time + shift) for point in HEALTHY]
    regions = [f"xx-test-{number}" for number in range(targets)]
    with LoopbackSes() as ses:
        for region in regions:
            ses.hold(points, region)
        ses.stall(*regions[:stalled])
        sources = [SesSource(clock, region=region, endpoint_url=ses.url) for region in regions]
        published: list[Callable[[Snapshot], None]] = []
        made = monitors(
            [(source, clock, None, ProcessPacer(clock)) for source in sources],
            lambda place, snapshot: published[place](snapshot),
            interval=interval,
            settings=Settings(),
        )

        def feed(monitor: Monitor) -> Callable[[Callable[[Snapshot], None]], Monitor]:
            def make(publish: Callable[[Snapshot], None]) -> Monitor:
                published.append(publish)
                return monitor

            return make

        first, *others = map(feed, made)
        app = SesmonApp(first, clock, View(), others=others)
        async with app.run_test(size=(120, 40)):
            begun = time.monotonic()
            while time.monotonic() - begun < interval:
                for key in ("j", "k"):
                    out.latencies.append(await _pressed(app, key))
                out.current = sum(monitor.snapshot.phase is Phase.LIVE for monitor in made)
                if out.current >= targets - stalled and not out.seconds:
                    out.seconds = time.monotonic() - begun
                await asyncio.sleep(_BETWEEN)
            out.current = sum(monitor.snapshot.phase is Phase.LIVE for monitor in made)
        out.least_gap = min(ses.gaps(), default=0.0)
        for source in sources:
            source.close()
    return out


async def _pressed(app: SesmonApp, key: str) -> float:
    """Seconds from a key to the refresh of the screen after it."""
    table = app.overview.table if app.overview else None
    assert table is not None
    place, drawn = table.place, asyncio.Event()
    pressed = time.perf_counter()
    app.post_message(events.Key(key, key))
    while table.place == place:
        await asyncio.sleep(0)
    table.call_after_refresh(drawn.set)
    await drawn.wait()
    return time.perf_counter() - pressed


def main() -> int:
    """Run it, and print the table; status 1 where a target that answers was not current after one interval."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--targets", type=int, default=60)
    arguments.add_argument("--stalled", type=int, default=10)
    arguments.add_argument("--interval", type=float, default=60.0)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(environment(Path(home)))
        out = asyncio.run(campaign(options.targets, options.stalled, options.interval))
    print(out.table())
    return int(out.current < options.targets - options.stalled)


if __name__ == "__main__":
    raise SystemExit(main())
