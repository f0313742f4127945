"""Long runs: `python -m tests.campaigns.soak --hours 24 --warm-up 30 --minutes 30`.

The first part has the real loop, source, judge, history and screen live through so many simulated hours at full speed;
the second runs the real program on a terminal for so many real minutes after a warm-up, at a reading a second.

Growth is the slope of a straight line (least squares) through what was held after a warm-up: the first quarter of the
simulated hours, and so many real minutes beside those that count. What is made once is made in it. Caches with a bound
fill: Rich's of how wide texts are is paged full at once, where the seconds on the screen would take half an hour. And
each reading makes 1,344 points and what is drawn of them anew beside the old ones, so that the allocators' pages fill
unevenly: resident memory rises, in steps that become rarer, while what is in use stays. That goes by readings, of which
the real part makes sixty times as many as the usual one a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import linear_regression

from sesmon.keeper import Keeper, asker
from sesmon.ledger import HostPacer
from sesmon.model import DataPoint, Snapshot
from sesmon.monitor import Monitor
from sesmon.sources.demo import DemoSource
from sesmon.sources.ses import SesSource
from sesmon.tui.app import SesmonApp
from sesmon.tui.view import View
from tests.campaigns.process import cost
from tests.fakes import START, FakeClock
from tests.ses.faults import Reply
from tests.ses.server import LoopbackSes
from tests.terminal import Terminal

REGION = "us-east-1"
INTERVAL = 60.0
HOUR = 3600.0

WARM_UP = 30.0
"""Minutes of the real part before growth counts, unless told otherwise."""

PAGES, PAGE_DOWN = 150, "\x04"
"""More than the table has, and the key that turns them."""

AHEAD = 23 * HOUR
"""How far the account's clock may run ahead: points of a day later are another clock's mistake to the judge."""

MOST_GROWTH = 1.0
"""MB of memory that an hour may add."""


@dataclass(frozen=True)
class Sample:
    """What the process held at a time (in hours): resident and Python's own memory in MB, files, threads."""

    hour: float
    resident: float
    traced: float
    files: int
    threads: int


@dataclass
class Outcome:
    """The samples of a run, of which those of the first `warm_up` hours do not count as growth."""

    what: str
    warm_up: float
    samples: list[Sample] = field(default_factory=list)
    readings: int = 0

    @property
    def _steady(self) -> list[Sample]:
        return [sample for sample in self.samples if sample.hour >= self.warm_up] or self.samples

    @property
    def growth(self) -> float:
        """MB an hour of what Python holds where that is traced, else of resident memory."""
        steady = self._steady
        if len(steady) < 2:
            return 0.0
        held = [sample.traced or sample.resident for sample in steady]
        return linear_regression([sample.hour for sample in steady], held).slope

    @property
    def is_good(self) -> bool:
        """Whether nothing grew."""
        first, last = self._steady[0], self._steady[-1]
        return self.growth < MOST_GROWTH and last.files <= first.files + 1 and last.threads <= first.threads + 1

    def table(self) -> str:
        """A line for each of some samples, and the growth."""
        lines = [self.what, f"{'hour':>6} {'resident MB':>12} {'traced MB':>10} {'files':>6} {'threads':>8}"]
        step = max(1, len(self.samples) // 8)
        shown = {id(sample): sample for sample in [*self.samples[::step], self.samples[-1]]}.values()
        lines += [
            f"{one.hour:6.2f} {one.resident:12.1f} {one.traced:10.2f} {one.files:6} {one.threads:8}" for one in shown
        ]
        growth = f"{self.growth:+.3f} MB an hour after {self.warm_up * 60:g} minutes (goal: under {MOST_GROWTH:g})"
        return "\n".join([*lines, f"{self.readings:,} readings; {growth}"])


class LivingSes(LoopbackSes):
    """Lists what a simulated account sends, as the clock of the one who asks goes on."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._account = DemoSource(clock)
        self._listed: tuple[DataPoint, ...] = ()

    def reply(self, operation: str, region: str) -> Reply:
        """The account's points now. The record of calls is not kept: it would be the thing that grows."""
        points = self._account.read().points
        if points != self._listed:
            self._listed = points
            self.hold(points, region)
        reply = super().reply(operation, region)
        del self.calls[:-10]
        return reply


def simulated(hours: float) -> Outcome:
    """Live through so many hours on a clock that goes on only when it is waited on."""
    out = Outcome(f"{hours:g} simulated hours, one process with the loopback SES in it", hours / 4)
    clock = FakeClock(START)
    with tempfile.TemporaryDirectory() as directory, LivingSes(clock) as service:
        source = SesSource(clock, region=REGION, endpoint_url=service.url)
        who, path = asker(source.target, service.url, {}), Path(directory) / "history.db"
        keeper, pacer = Keeper(path, who, clock), HostPacer(path, who.name, clock)
        asyncio.run(_live(hours, out, clock, source, keeper, pacer))
        keeper.close()
        pacer.close()
        source.close()
    return out


async def _live(
    hours: float, out: Outcome, clock: FakeClock, source: SesSource, keeper: Keeper, pacer: HostPacer
) -> None:
    drawn = threading.Event()
    started = clock.elapsed()

    def make_feed(publish: Callable[[Snapshot], None]) -> Monitor:
        def publish_and_wait(snapshot: Snapshot) -> None:
            # The screen sees every snapshot, as it does when they come a minute apart.
            publish(snapshot)
            drawn.wait(5)
            drawn.clear()

        return Monitor(source, clock, pacer, publish_and_wait, interval=INTERVAL, keeper=keeper)

    app = SesmonApp(make_feed, clock, View(utc=True))
    tracemalloc.start()
    async with app.run_test(size=(120, 40)) as pilot:
        while (hour := (clock.elapsed() - started) / HOUR) < hours:
            await pilot.pause()
            drawn.set()
            if hour >= len(out.samples):
                gc.collect()
                out.samples.append(_sample(hour))
    out.readings = round((clock.elapsed() - started) / INTERVAL)
    gc.collect()
    out.samples.append(_sample(hours))
    tracemalloc.stop()


def _sample(hour: float) -> Sample:
    resident, files, threads = cost(os.getpid())
    return Sample(hour, resident, tracemalloc.get_traced_memory()[0] / 2**20, files, threads)


def real(minutes: float, warm_up: float = WARM_UP) -> Outcome:
    """Run the program on a terminal at a reading a second, and look at its process every ten seconds."""
    out = Outcome(f"{minutes:g} real minutes after {warm_up:g}, the program on a terminal", warm_up / 60)
    whole = (warm_up + minutes) * 60
    # The account lives faster than we do, up to a minute a second, from the host's present on: a judge whose clock was
    # far ahead of the points would take up two weeks of silence with each new one.
    clock, speed = FakeClock(datetime.now(UTC)), min(60.0, AHEAD / whole)
    with tempfile.TemporaryDirectory() as directory, LivingSes(clock) as service:
        environment = {"AWS_ENDPOINT_URL_SES": service.url, "SESMON_HISTORY": f"{directory}/h.db"}
        options = ["--region", REGION, "--interval", "1", "--log-file", f"{directory}/log"]
        with Terminal(options, environment=environment) as terminal:
            terminal.wait_for("LIVE")
            begun = time.monotonic()
            _use(terminal)
            while (gone := time.monotonic() - begun) < whole:
                resident, files, threads = cost(terminal.process.pid)
                out.samples.append(Sample(gone / HOUR, resident, 0.0, files, threads))
                pause = min(10.0, minutes * 10)
                threading.Event().wait(pause)
                clock.advance(pause * speed)
            terminal.press("q")
            terminal.wait_for_end()
        log = Path(f"{directory}/log").read_text("utf-8").splitlines()
        out.readings = sum(" points" in line for line in log)
    return out


def _use(terminal: Terminal) -> None:
    """Page through every row in both zones: Rich remembers how wide the last 4,096 texts were that it drew.

    Left to itself the screen would fill that with the seconds that it counts, over half an hour.
    """
    terminal.press("6")
    for zone in "tt":
        terminal.press(zone)
        for _ in range(PAGES):
            terminal.press(PAGE_DOWN)
            threading.Event().wait(0.1)
        terminal.press("g")


def main() -> int:
    """Run both parts, and print their tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--hours", type=float, default=24)
    arguments.add_argument("--warm-up", type=float, default=WARM_UP)
    arguments.add_argument("--minutes", type=float, default=30)
    options = arguments.parse_args()
    os.environ |= {"AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
    parts = [simulated(options.hours)] if options.hours else []
    if options.minutes:
        parts.append(real(options.minutes, options.warm_up))
    print("\n\n".join(part.table() for part in parts))
    return int(not all(part.is_good for part in parts))


if __name__ == "__main__":
    sys.exit(main())
