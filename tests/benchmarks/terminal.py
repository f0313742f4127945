"""What the screen sends to the terminal, and what it costs to stand there, beside btop, htop and glances."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.outside import KEYS
from tests.ses.server import LoopbackSes
from tests.terminal import Terminal
from tests.tui.scenes import HEALTHY

IDLE_SECONDS = 60.0
SETTLING_SECONDS = 6.0
MOST_IDLE_BYTES = 60
"""Bytes a second with nothing new, on average over a minute at 120x40."""

MOST_READING_BYTES, MOST_SCROLL_BYTES = 6_000, 3_000
MOST_IDLE_CPU = 0.3
"""Percent of one core."""

PEERS = ("btop", "htop", "glances")


@dataclass(frozen=True)
class Figure:
    """One measured figure with the most it may be; a peer has no limit."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def is_missed(self) -> bool:
        """Whether it is over its limit."""
        return self.limit is not None and self.value > self.limit

    def line(self) -> str:
        """The table's line."""
        goal = "" if self.limit is None else f"{self.limit:9.1f}  {'MISSED' if self.is_missed else 'met'}"
        return f"{self.name:58} {self.value:9.1f} {self.unit:9} {goal}".rstrip()


def cpu_seconds(process: int) -> float:
    """What a process has spent so far, in user and kernel mode."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(terminal: Terminal, seconds: float = IDLE_SECONDS) -> tuple[float, float]:
    """Bytes a second, and percent of a core, while nobody touches the program."""
    time.sleep(SETTLING_SECONDS)
    sent, spent, start = len(terminal.output), cpu_seconds(terminal.process.pid), time.monotonic()
    time.sleep(seconds)
    lasted = time.monotonic() - start
    return (len(terminal.output) - sent) / lasted, (cpu_seconds(terminal.process.pid) - spent) / lasted * 100


def sent_by(terminal: Terminal, action: Callable[[], object], seconds: float = 1.0) -> int:
    """Bytes that an action leads to, until so many seconds are quiet."""
    before = len(terminal.output)
    action()
    terminal.wait_until_still(seconds)
    return len(terminal.output) - before


def figures() -> Iterator[Figure]:
    """Each as soon as it is known."""
    with LoopbackSes() as ses:
        ses.hold(HEALTHY)
        environment = {**KEYS, "AWS_ENDPOINT_URL_SES": ses.url, "COLORTERM": "truecolor"}
        arguments = ["--region", "us-east-1", "--no-history", "--interval", "120"]
        with Terminal(arguments, environment=environment) as terminal:
            terminal.wait_for("LIVE")
            bytes_a_second, percent = idle(terminal)
            yield Figure("sesmon, nothing new", bytes_a_second, "bytes/s", MOST_IDLE_BYTES)
            yield Figure("sesmon, idle CPU", percent, "% of core", MOST_IDLE_CPU)

            def new_reading() -> None:
                newest = HEALTHY[-1]
                ses.hold([*HEALTHY[:-1], newest._replace(attempts=newest.attempts + 7, bounces=newest.bounces + 1)])
                calls = len(ses.calls)
                terminal.press("r")
                ses.wait_for_calls(calls + 1)

            yield Figure(
                "sesmon, the newest point changed", sent_by(terminal, new_reading), "bytes", MOST_READING_BYTES
            )
            sent_by(terminal, lambda: terminal.press("j" * 30))
            scrolled = [sent_by(terminal, lambda: terminal.press("j")) for _ in range(5)]
            yield Figure("sesmon, one row scrolled", sum(scrolled) / len(scrolled), "bytes", MOST_SCROLL_BYTES)
    for peer in PEERS:
        if shutil.which(peer) is None:
            print(f"{peer}: skipped, it is not installed")
            continue
        with Terminal([], shell=f"exec {peer}", environment={"LANG": "C.UTF-8"}) as terminal:
            bytes_a_second, percent = idle(terminal)
            yield Figure(f"{peer}, at its defaults", bytes_a_second, "bytes/s")
            yield Figure(f"{peer}, CPU", percent, "% of core")
