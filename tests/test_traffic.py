"""How many bytes the terminal is sent: these are the same on every machine."""

from __future__ import annotations

import time

from tests.benchmarks.terminal import MOST_IDLE_BYTES, MOST_READING_BYTES, MOST_SCROLL_BYTES, sent_by
from tests.ses.server import LoopbackSes
from tests.terminal import Terminal
from tests.test_program import on_loopback
from tests.tui.scenes import HEALTHY


def test_the_screen_is_thrifty(ses: LoopbackSes) -> None:
    """At 120x40: nothing new, a changed newest point, and one row's scroll stay under their bounds of bytes."""
    ses.hold(HEALTHY)
    environment = {**on_loopback(ses), "COLORTERM": "truecolor"}
    with Terminal(["--region", "us-east-1", "--interval", "120"], environment=environment) as terminal:
        terminal.wait_for("LIVE")
        terminal.wait_until_still(2.5)
        before, start = len(terminal.output), time.monotonic()
        time.sleep(10)
        assert (len(terminal.output) - before) / (time.monotonic() - start) <= MOST_IDLE_BYTES

        def read_anew() -> None:
            newest = HEALTHY[-1]
            ses.hold([*HEALTHY[:-1], newest._replace(attempts=7_654, bounces=newest.bounces + 1)])
            terminal.press("r")
            terminal.wait_for("7,654")

        assert 0 < sent_by(terminal, read_anew) <= MOST_READING_BYTES
        sent_by(terminal, lambda: terminal.press("j" * 30))
        assert 0 < sent_by(terminal, lambda: terminal.press("j")) <= MOST_SCROLL_BYTES
