"""How long until there is something to see: the screen against an empty Textual app, a snapshot against the AWS CLI."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import sesmon
from sesmon.alerts.judge import Judge
from sesmon.clock import SystemClock
from sesmon.history import Owner
from sesmon.keeper import Keeper, asker
from sesmon.model import Reading, Target
from tests.benchmarks.measure import Result, in_turn
from tests.benchmarks.outside import KEYS, PRESENT, points, service
from tests.benchmarks.past import TARGETS, YEAR, fill
from tests.terminal import Terminal

FIRST_FRAME_GOAL, SNAPSHOT_GOAL, HISTORY_GOAL = 1.3, 0.5, 0.15
ROUNDS = 15

EMPTY_APP = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("here it is")
Empty().run()
"""


def results() -> list[Result]:
    """Real seconds of whole programs, one after the other."""
    # As an installed program has it, whatever this environment says of writing bytecode.
    compileall.compile_dir(Path(sesmon.__file__).parent, quiet=1)
    with service() as url, tempfile.TemporaryDirectory() as directory:
        history = Path(directory) / "history.db"
        _fill(history, url)
        environment = {**KEYS, "AWS_ENDPOINT_URL_SES": url, "HOME": directory, "SESMON_HISTORY": str(history)}
        out = [_first_frame(environment)]
        if shutil.which("aws"):
            out += _snapshots(environment, url)
        else:
            print("snapshot: skipped, there is no AWS CLI to compare it with (pip install awscli)")
    return out


def _fill(history: Path, url: str) -> None:
    """What an earlier run has kept."""
    target, clock = Target(PRESENT), SystemClock()
    keeper = Keeper(history, asker(target, None, {**KEYS, "AWS_ENDPOINT_URL_SES": url}), clock)
    reading = Reading(target, clock.now(), points(clock.now()))
    keeper.keep(reading)
    keeper.keep_alerts(reading, Judge().judge(reading.points, reading.read_at).alerts, ())
    keeper.close()
    assert keeper.trouble is None


def _fill_for_long(history: Path) -> None:
    """What a year of other targets has left beside it."""
    now = SystemClock().now()
    fill(history, [Owner(f"{number:012d}", PRESENT) for number in range(1, TARGETS)], now, YEAR, now)


def _first_frame(environment: Mapping[str, str]) -> Result:
    def own() -> float:
        return _until(["--region", PRESENT], environment, "Delivery attempts", "1,344 × 15 min")

    def peer() -> float:
        return _until([], environment, "here it is", shell=f"exec {sys.executable} -c '{EMPTY_APP}'")

    return Result(
        "first frame with data, against an empty Textual app", *in_turn(own, peer, ROUNDS), "ms", FIRST_FRAME_GOAL
    )


def _until(arguments: list[str], environment: Mapping[str, str], *texts: str, shell: str | None = None) -> float:
    """Milliseconds from the start of a program until it has written texts to its screen."""
    started = time.perf_counter()
    with ExitStack() as stack:
        terminal = stack.enter_context(Terminal(arguments, environment=environment, shell=shell))
        terminal.wait_until(lambda: all(text.encode() in terminal.output for text in texts))
        return (time.perf_counter() - started) * 1e3


def _snapshots(environment: Mapping[str, str], url: str) -> list[Result]:
    own_command = [sys.executable, "-m", "sesmon", "snapshot", "--format", "json", "--region", PRESENT]
    command = ["aws", "ses", "get-send-statistics", "--region", PRESENT, "--endpoint-url", url]

    def peer() -> float:
        return _run(command, environment)

    def from_history() -> float:
        # What `results` has kept is fresh for so long.
        return _run([*own_command, "--interval", "3600"], environment)

    own = in_turn(lambda: _run([*own_command, "--no-history"], environment), peer, ROUNDS)
    kept = in_turn(from_history, peer, ROUNDS)
    _fill_for_long(Path(environment["SESMON_HISTORY"]))
    long = in_turn(from_history, peer, ROUNDS)
    return [
        Result("snapshot, against aws ses get-send-statistics", *own, "ms", SNAPSHOT_GOAL),
        Result("snapshot from the history, against the same", *kept, "ms", HISTORY_GOAL),
        Result(f"the same, with a year of {TARGETS} targets in it", *long, "ms", HISTORY_GOAL),
    ]


def _run(command: list[str], environment: Mapping[str, str]) -> float:
    """Milliseconds that a program takes from start to end."""
    started = time.perf_counter()
    subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True, timeout=60)
    return (time.perf_counter() - started) * 1e3
