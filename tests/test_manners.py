"""How the program behaves towards its terminal: leaving it, being sent away, and a link that stalls."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ses.server import LoopbackSes
from tests.terminal import PATIENCE, Terminal
from tests.test_program import LEFT_ALTERNATE_SCREEN, MOUSE_OFF, SHOWED_CURSOR, on_loopback
from tests.tui.scenes import HEALTHY

PROGRAM = f"{sys.executable} -m sesmon"


BLOCKED = (
    "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP});"
    " os.execv(sys.argv[1], sys.argv[1:])"
)
HANG_UPS = {
    "default": f"exec {PROGRAM} --demo",
    "ignored": f"trap '' HUP; exec {PROGRAM} --demo",
    "no signal": f"exec {sys.executable} -c '{BLOCKED}' {PROGRAM} --demo",
}


@pytest.mark.parametrize("shell", HANG_UPS.values(), ids=HANG_UPS)
def test_a_closed_terminal_ends_the_program(shell: str) -> None:
    """When the terminal is closed, the process ends, whether SIGHUP is at its default, ignored, or never comes."""
    with Terminal([], shell=shell) as terminal:
        terminal.wait_for("LIVE")
        terminal.hang_up()
        assert terminal.process.wait(PATIENCE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_gives_the_terminal_back(number: signal.Signals) -> None:
    """Signals restore screen, cursor and mouse, and the exit status tells them."""
    with Terminal(["--demo"]) as terminal:
        terminal.wait_for("LIVE")
        terminal.send_signal(number)
        assert terminal.wait_for_end() == 128 + number
        for sequence in (LEFT_ALTERNATE_SCREEN, SHOWED_CURSOR, MOUSE_OFF):
            assert terminal.output.rfind(sequence) > 0


READINGS = "GetSendStatistics"


def test_a_crash_gives_the_terminal_back(tmp_path: Path) -> None:
    """A bug in the screen restores the terminal, and is one sentence and a failure's status; the log says more."""
    bug = (
        "from sesmon.tui.screens.main import MainScreen; import sys; from sesmon.cli import main\n"
        "MainScreen.action_freeze = lambda self: 1 / 0\n"
        "sys.exit(main(['--demo', '--log-file', 'log']))"
    )
    with Terminal([], shell=f'{sys.executable} -c "{bug}"', directory=tmp_path) as terminal:
        terminal.wait_for("LIVE")
        terminal.press("p")
        assert terminal.wait_for_end() == 1
        for sequence in (LEFT_ALTERNATE_SCREEN, SHOWED_CURSOR, MOUSE_OFF):
            assert terminal.output.rfind(sequence) > 0
        after = bytes(terminal.output[terminal.output.rfind(LEFT_ALTERNATE_SCREEN) :]).decode()
    assert "failed inside sesmon (ZeroDivisionError: division by zero). Please report" in " ".join(after.split())
    assert "Traceback" not in after
    assert "in <lambda>" in (tmp_path / "log").read_text("utf-8")


def test_it_goes_into_the_background_and_comes_back_with_one_reading(ses: LoopbackSes) -> None:
    """Ctrl+Z gives the shell the terminal; fg draws the screen again and leads to one reading."""
    ses.hold(HEALTHY)
    shell = f"set -m; {PROGRAM} --region us-east-1; echo; echo stopped; read line; fg >/dev/null; echo; echo left"
    with Terminal([], shell=shell, environment=on_loopback(ses)) as terminal:
        terminal.wait_for("LIVE")
        assert len(ses.of(READINGS)) == 1
        terminal.press("\x1a")
        terminal.wait_for("stopped")
        drawn = len(terminal.output)
        terminal.press("\n")
        ses.wait_for_calls(2, operation=READINGS)
        terminal.wait_for("LIVE", "1,324 × 15 min")
        assert terminal.output.rfind(b"\x1b[?1049h") > drawn
        terminal.press("q")
        terminal.wait_for("left")
    assert len(ses.of(READINGS)) == 2


def test_the_last_screen_can_be_kept() -> None:
    """With --keep the screen stands in the scrollback after the program has left."""
    with Terminal(["--demo", "--keep"]) as terminal:
        terminal.wait_for("LIVE")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        after = bytes(terminal.output[terminal.output.rfind(LEFT_ALTERNATE_SCREEN) :]).decode()
    assert "sesmon" in after
    assert "Delivery attempts" in after


def test_a_link_that_stalls_costs_no_reading_and_one_repaint(ses: LoopbackSes) -> None:
    """While nobody reads the terminal, readings go on; afterwards the screen is whole again, with the newest data."""
    ses.hold(HEALTHY)
    with Terminal(["--region", "us-east-1", "--interval", "1"], environment=on_loopback(ses)) as terminal:
        terminal.wait_for("LIVE")
        terminal.is_read.clear()
        before = len(terminal.output)
        # Keys make frames, so that the link is full long before a minute is over.
        for _ in range(60):
            terminal.press("mz")
            time.sleep(0.05)
        news = HEALTHY[-1]._replace(attempts=7_654)
        ses.hold([*HEALTHY[:-1], news])
        calls = len(ses.calls)
        ses.wait_for_calls(calls + 4)
        terminal.is_read.set()
        terminal.wait_for("LIVE", "7,654", "Delivery attempts", "Quit")
        assert len(terminal.output) - before < 400_000
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_leaving_does_not_wait_for_a_stalled_link() -> None:
    """A terminal that nobody reads does not hold the program."""
    with Terminal(["--demo"]) as terminal:
        terminal.wait_for("LIVE")
        terminal.is_read.clear()
        for _ in range(60):
            terminal.press("mz")
            time.sleep(0.02)
        terminal.send_signal(signal.SIGTERM)
        assert terminal.process.wait(PATIENCE) == 128 + signal.SIGTERM
        terminal.is_read.set()


def steady_lines(text: str) -> list[str]:
    """The screen's lines, but for the second, which holds the age that goes on."""
    lines = text.splitlines()
    return lines[:1] + lines[2:]


def test_a_storm_of_resizes_leaves_no_debris() -> None:
    """After many sizes in a row the screen is the one of the last size, and nothing was raised."""
    with Terminal(["--demo", "--interval", "3600"], size=(120, 40)) as terminal:
        terminal.wait_for("LIVE", "Delivery attempts", "mails in 24 h", "Quit")
        before = steady_lines(terminal.wait_until_still())
        for turn in range(60):
            terminal.resize(20 + turn * 37 % 180, 5 + turn * 11 % 50)
        terminal.resize(120, 40)
        terminal.wait_until(lambda: steady_lines(terminal.text) == before)
        # So it is too where the terminal forgot everything.
        terminal.wipe()
        terminal.resize(120, 39)
        terminal.resize(120, 40)
        terminal.wait_until(lambda: steady_lines(terminal.text) == before)
        assert terminal.process.poll() is None
        terminal.press("q")
        assert terminal.wait_for_end() == 0


def test_the_terminals_kind_is_never_set() -> None:
    """A child of the program, and the program itself, see TERM and COLORTERM as they were."""
    program = (
        "import os, atexit, sys\n"
        "atexit.register(lambda: print('TERM', os.environ.get('TERM'), 'COLORTERM', os.environ.get('COLORTERM')))\n"
        "from sesmon.cli import main\nsys.exit(main(['--demo']))"
    )
    with Terminal([], shell=f'{sys.executable} -c "{program}"', environment={"TERM": "xterm"}) as terminal:
        terminal.wait_for("LIVE")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert f"TERM xterm COLORTERM {os.environ.get('COLORTERM')}" in terminal.words


def test_ascii_sends_no_other_byte() -> None:
    """With --charset ascii no byte over 0x7F reaches the terminal; with --no-mouse no report is asked for."""
    with Terminal(["--demo", "--charset", "ascii", "--no-mouse"]) as terminal:
        terminal.wait_for("LIVE")
        terminal.press("?")
        terminal.wait_for("Keys")
        terminal.press("\x1bq")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert max(terminal.output) < 0x80
        assert b"\x1b[?1000h" not in terminal.output


@pytest.mark.parametrize("arguments", [["--key", "quit=r"], ["--key", "quti=Q"], ["--key", "nonsense"]])
def test_keys_that_cannot_be_are_told(arguments: list[str]) -> None:
    """A conflict of keys is a usage error that names it."""
    done = subprocess.run([*PROGRAM.split(), *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--key" in done.stderr


def test_keys_are_printed_as_they_are() -> None:
    """--print-keys needs no terminal, and shows what --key changed."""
    command = [*PROGRAM.split(), "--print-keys", "--key", "quit=Q"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert re.search(r"^quit +Q +leave", done.stdout, re.MULTILINE)
