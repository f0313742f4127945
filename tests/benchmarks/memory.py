"""What one, 30 and 60 targets hold in memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from sesmon.clock import SystemClock
from sesmon.keeper import Keeper, asker
from sesmon.ledger import HostPacer
from sesmon.model import Phase, Snapshot
from sesmon.monitor import Monitor
from sesmon.sources.ses import SesSource
from tests.benchmarks.measure import Result
from tests.benchmarks.outside import KEYS, PRESENT, service
from tests.campaigns.process import cost
from tests.terminal import Terminal

GOAL = 85.0
"""MB (2^20 bytes) of resident memory that one target on the screen may take."""

SETTLED = 5.0
"""Seconds after the first reading at which memory is looked at."""


def results() -> list[Result]:
    """The program with its screen on one target, against the goal; loops without a screen on more, against one."""
    with service() as url, tempfile.TemporaryDirectory() as directory:
        environment = {**KEYS, "AWS_ENDPOINT_URL_SES": url, "HOME": directory, "SESMON_HISTORY": f"{directory}/s.db"}
        with Terminal(["--region", PRESENT, "--interval", "1"], environment=environment) as terminal:
            terminal.wait_for("LIVE", "1,344 × 15 min")
            threading.Event().wait(SETTLED)
            screen = cost(terminal.process.pid)[0]
        loops = {count: _of_loops(count, environment, directory) for count in (1, 30, 60)}
    out = [Result("memory of the screen with one target, against 85 MB", screen, GOAL, "MB", 1.0)]
    out += [
        Result(f"memory of {count} loops without a screen, against one", loops[count], loops[1], "MB")
        for count in (30, 60)
    ]
    return out


def _of_loops(count: int, environment: dict[str, str], directory: str) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.memory", str(count), f"{directory}/{count}.db"]
    done = subprocess.run(
        command, env={**os.environ, **environment}, check=True, capture_output=True, text=True, timeout=120
    )
    return float(done.stdout)


def loops(count: int, history: Path) -> None:
    """Have so many loops read once each, and print what this process holds."""
    clock, left = SystemClock(), threading.Semaphore(0)

    def publish(snapshot: Snapshot) -> None:
        if snapshot.phase is Phase.LIVE and snapshot.reading is not None:
            left.release()

    monitors = []
    for number in range(count):
        source = SesSource(clock, region=f"xx-test-{number}")
        who = asker(source.target, None)
        keeper, pacer = Keeper(history, who, clock), HostPacer(history, who.name, clock)
        monitors.append(Monitor(source, clock, pacer, publish, interval=3600, keeper=keeper))
        monitors[-1].start()
    for _ in range(count):
        left.acquire()
    print(cost(os.getpid())[0])


if __name__ == "__main__":
    loops(int(sys.argv[1]), Path(sys.argv[2]))
