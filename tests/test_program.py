"""The whole program, as a user runs it: a pty, real HTTP, real time."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from sesmon import __version__
from sesmon.model import DataPoint
from tests.ses.server import LoopbackSes
from tests.sources.test_moto import moto_url, send  # noqa: F401 - a fixture
from tests.sources.test_replay import AWS_SAMPLE
from tests.terminal import Terminal
from tests.tui.scenes import HEALTHY

LEFT_ALTERNATE_SCREEN = b"\x1b[?1049l"
SHOWED_CURSOR = b"\x1b[?25h"
MOUSE_OFF = b"\x1b[?1000l"


def on_loopback(ses: LoopbackSes) -> dict[str, str]:
    """The environment of a user whose SES is the loopback one."""
    return {"AWS_ENDPOINT_URL_SES": ses.url}


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "sesmon", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_shows_what_the_service_holds(ses: LoopbackSes) -> None:
    """Against a loopback SES the screen shows Region, state and points, and q leaves the terminal as it was."""
    ses.hold([*HEALTHY[-20:], DataPoint(HEALTHY[-1].time.replace(minute=59), 7_654, 21, 3, 0)])
    with Terminal(["--region", "us-east-1", "--utc"], environment=on_loopback(ses)) as terminal:
        terminal.wait_for("us-east-1", "LIVE", "7,654", "21 × 15 min")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        for sequence in (LEFT_ALTERNATE_SCREEN, SHOWED_CURSOR, MOUSE_OFF):
            assert terminal.output.rfind(sequence) > 0


def test_it_shows_what_moto_counts(moto_url: str) -> None:  # noqa: F811
    """Against moto's server the mail sent through it is on the screen."""
    send(moto_url, 5)
    environment = {"AWS_ENDPOINT_URL_SES": moto_url}
    with Terminal(["--region", "us-east-1"], environment=environment) as terminal:
        terminal.wait_for("LIVE", "Delivery attempts", "1 × 15 min")
        row = next(line for line in terminal.text.splitlines() if "filling" in line or " 5 " in line)
        assert " 5 " in row


def test_the_demos_spike_is_highlighted() -> None:
    """The demo opens healthy, and its complaint spike is called critical on the screen."""
    with Terminal(["--demo"]) as terminal:
        terminal.wait_for("DEMO", "LIVE")
        terminal.wait_for("◆", "alert", "◆ critical", "complaints in", "by chance once in", seconds=150)


def test_held_refresh_keeps_one_call_a_second(ses: LoopbackSes) -> None:
    """With r held down at the shortest interval, the service sees no two calls within a second."""
    ses.hold(HEALTHY)
    with Terminal(["--region", "us-east-1", "--interval", "1"], environment=on_loopback(ses)) as terminal:
        terminal.wait_for("LIVE")
        while len(ses.calls) < 6:
            terminal.press("rrrrrrrrrr")
            with ses.changed:
                ses.changed.wait(0.05)
    assert min(ses.gaps()) >= 1.0


def test_what_is_kept_is_shown_when_the_network_is_dead(ses: LoopbackSes, tmp_path: Path) -> None:
    """With a history and no service, the data are on the screen with their age, and the reason beside them."""
    environment = {**on_loopback(ses), "SESMON_HISTORY": str(tmp_path / "h.db")}
    ses.hold(HEALTHY)
    with Terminal(["--region", "us-east-1"], environment=environment) as terminal:
        terminal.wait_for("LIVE")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    ses.close()
    # A longer interval would take what the first one read, and need no call.
    with Terminal(["--region", "us-east-1", "--interval", "1", "--utc"], environment=environment) as terminal:
        terminal.wait_for("STALE", "cannot be reached", "s old", "2026-03-16 13:56", "The last good data stay below")


def test_eight_share_one_call_a_second(ses: LoopbackSes, tmp_path: Path) -> None:
    """Eight monitors of one history make one call a second together, and each shows every reading."""
    environment = {**on_loopback(ses), "SESMON_HISTORY": str(tmp_path / "h.db")}
    ses.hold(HEALTHY)
    with ExitStack() as stack:
        eight = [
            stack.enter_context(Terminal(["--region", "us-east-1", "--interval", "1"], environment=environment))
            for _ in range(8)
        ]
        for terminal in eight:
            terminal.wait_for("LIVE")
        news = DataPoint(HEALTHY[-1].time.replace(minute=59), 7_654, 21, 3, 0)
        ses.hold([*HEALTHY, news])
        ses.wait_for_calls(len(ses.calls) + 5)
        for terminal in eight:
            terminal.wait_for("LIVE", "7,654")
    assert min(ses.gaps()) >= 1.0


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("throttling", "throttles GetSendStatistics"),
        ("denied", "Allow ses:GetSendStatistics in its IAM policy"),
        ("expired", "has expired"),
        ("internal", "failed on its side (HTTP 500, InternalFailure"),
        ("cut-xml", "not SES's XML, or not all of it"),
        ("portal", "captive portal"),
        ("reset", "closed the connection"),
    ],
)
def test_each_fault_is_a_sentence_beside_the_last_good_data(ses: LoopbackSes, fault: str, sentence: str) -> None:
    """A fault after a good reading shows its sentence, calls the data stale, and keeps them."""
    ses.hold(HEALTHY)
    with Terminal(["--region", "us-east-1", "--utc"], environment=on_loopback(ses)) as terminal:
        terminal.wait_for("LIVE", "2026-03-16 13:56")
        ses.fail_always(fault)
        terminal.press("r")
        terminal.wait_for(sentence, "STALE", "The last good data stay below", "2026-03-16 13:56")
        ses.fail_always(None)
        terminal.press("r")
        terminal.wait_for("LIVE")


@pytest.mark.parametrize("key", ["q", "\x03"])
def test_leaving_does_not_wait_for_a_hanging_call(ses: LoopbackSes, key: str) -> None:
    """q and Ctrl+C end the program at once while the service stalls."""
    ses.fail_always("stall")
    with Terminal(["--region", "us-east-1"], environment=on_loopback(ses)) as terminal:
        terminal.wait_for("reading")
        ses.wait_for_calls(1)
        terminal.press(key)
        assert terminal.wait_for_end() == 0
        assert len(ses.calls) == 1


def test_no_credentials_are_one_sentence_and_not_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without credentials sees what to do."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with Terminal(["--region", "us-east-1"]) as terminal:
        terminal.wait_for("No AWS credentials were found", "sesmon --demo", "NO DATA")
        assert "Traceback" not in terminal.text


def test_awss_sample_is_replayed_in_order(tmp_path: Path) -> None:
    """The three points of AWS's own sample are on the screen, newest first, none lost."""
    path = tmp_path / "sample.json"
    path.write_text(AWS_SAMPLE)
    with Terminal(["--replay", str(path), "--utc"]) as terminal:
        terminal.wait_for("REPLAY", "RECORDED", "3 × 15 min", "2016-07-13 21:13")
        rows = [line.split()[1] for line in terminal.text.splitlines() if line.startswith(" 2016-07-13")]
        assert rows == ["23:13", "22:43", "21:13"]


def test_a_broken_replay_is_refused_before_the_screen_opens(tmp_path: Path) -> None:
    """A broken file is one line that names it, and exit status 2."""
    path = tmp_path / "broken.json"
    path.write_text('{"SendDataPoints": [')
    with Terminal(["--replay", str(path)]) as terminal:
        assert terminal.wait_for_end() == 2
        assert "broken.json is not JSON" in terminal.words
        assert b"\x1b[?1049h" not in terminal.output


def test_standard_input_is_replayed_from_a_pipe(tmp_path: Path) -> None:
    """With --replay - the recording comes from a pipe and the keys from the terminal."""
    path = tmp_path / "sample.json"
    path.write_text(AWS_SAMPLE)
    command = f"cat {path} | {sys.executable} -m sesmon --replay - --utc"
    with Terminal([], shell=command) as terminal:
        terminal.wait_for("REPLAY", "RECORDED", "3 × 15 min")
        terminal.press("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--interval", "0.5"], "1 is the least"),
        (["--interval", "often"], "is not a number of seconds"),
        (["--demo", "--replay", "x"], "two sources"),
        (["--nonsense"], "--nonsense"),
        (["snapshto"], "there is no command 'snapshto'; is snapshot meant?"),
        (["frobnicate"], "there are snapshot, check,"),
        (["--demo", "check", "--no-alerts"], "the command comes first: sesmon check ..."),
    ],
)
def test_a_wrong_command_line_is_told(arguments: list[str], words: str) -> None:
    """Usage errors say what is wrong, and exit with 2."""
    done = run(*arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_without_a_terminal_it_refuses() -> None:
    """Output to a pipe, or a terminal that cannot place text, is refused with exit status 2 and one line."""
    done = run("--demo")
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "sesmon snapshot" in done.stderr
    assert done.stdout == ""
    with Terminal(["--demo"], environment={"TERM": "dumb"}) as terminal:
        assert terminal.wait_for_end() == 2
        assert "TERM is 'dumb'" in terminal.words


def test_help_and_version_load_neither_screen_nor_client() -> None:
    """--help and --version answer without textual, boto3 or plotext."""
    for option in ("--help", "--version"):
        program = (
            "import json, sys\nfrom sesmon.cli import main\n"
            f"try:\n    main([{option!r}])\nexcept SystemExit as end:\n    assert not end.code\n"
            "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
        loaded = set(json.loads(done.stdout.splitlines()[-1]))
        assert not loaded & {"textual", "rich", "boto3", "botocore", "plotext", "sqlite3"}
        assert __version__ in done.stdout or option == "--help"
