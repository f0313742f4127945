"""What sesmon may do to an account, and what it must never tell of it."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from sesmon.history import History
from sesmon.reports import csv as csv_report
from sesmon.sources import ses as ses_module
from sesmon.sources.ses import OPERATIONS, SesSource
from sesmon.wording import clean, masked, pasteable
from tests.commands.running import sesmon
from tests.commands.test_services import line_of, running, scraped
from tests.fakes import START, FakeClock
from tests.ses.server import LoopbackSes
from tests.terminal import Terminal
from tests.tui.scenes import HEALTHY

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sesmon"
README = (ROOT / "README.md").read_text(encoding="utf-8")

SECRET = "MARKERwJalrXUtnFEMI0K7MDENGbPxRfiCY9KEY1"
TOKEN = "MARKERFwoGZXIvYXdzEBYaDHFqVb3rTn0kCk8+" * 6
KEY_ID = "AKIAMARKERMARKER1234"

READ_BY_THE_PROGRAM = {
    name
    for file in PACKAGE.rglob("*.py")
    for name in re.findall(r"\"(SESMON_[A-Z_]+)\"", file.read_text(encoding="utf-8"))
}
"""The variables of its own that the program names anywhere."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the program, as a tree."""
    for file in sorted(PACKAGE.rglob("*.py")):
        yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def api_methods() -> set[str]:
    """Boto3's names of every operation of SES and STS, but for those of `OPERATIONS`."""
    session = botocore.session.Session()
    known = {
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
        for service in ("ses", "sts")
        for name in session.get_service_model(service).operation_names
    }
    assert "send_email" in known
    return known - {name for _, name in OPERATIONS.values()}


def test_the_program_can_only_read() -> None:
    """No file names another operation of SES or STS, as an attribute or a string, and all that are known are reads."""
    forbidden = api_methods()
    for file, tree in sources():
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not names & forbidden, file
    assert all(operation.startswith("Get") for operation in OPERATIONS)


def test_only_the_known_operations_are_called(ses: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes in at the service, of readings and probes alike, are the known operations and nothing else."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", ses.url)
    source = SesSource(FakeClock(), region="us-east-1")
    source.read()
    source.find()
    for operation in OPERATIONS:
        source.probe(operation)
    source.close()
    assert {call.operation for call in ses.calls} == set(OPERATIONS)


def test_botocore_is_reached_from_one_file() -> None:
    """No other file imports botocore, none boto3, and none runs another program by a shell."""
    for file, tree in sources():
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            roots = {name.partition(".")[0] for name in names}
            assert "boto3" not in roots, file
            assert "botocore" not in roots or file == "sesmon/sources/ses.py", file
            if isinstance(node, ast.keyword) and node.arg == "shell":
                assert isinstance(node.value, ast.Constant), file
                assert node.value.value is False, file
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"system", "popen"}, file


def test_the_policies_of_readme_are_what_is_called() -> None:
    """README's least policy allows the one operation that is needed; the other allows all and nothing else."""
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", README, re.DOTALL)]
    policies = [block for block in blocks if "Statement" in block]
    actions = [policy["Statement"][0]["Action"] for policy in policies]
    assert actions[0] == "ses:GetSendStatistics"
    assert sorted(actions[1]) == sorted(f"{service}:{name}" for name, (service, _) in OPERATIONS.items())


# Credentials


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch, ses: LoopbackSes) -> LoopbackSes:
    """Credentials that can be searched for, and a service that says the session token back, as AWS does."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    monkeypatch.setenv("AWS_ENDPOINT_URL", ses.url)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    ses.echo = TOKEN
    return ses


def assert_unmarked(what: str, data: bytes) -> None:
    """No part of a secret key or session token is in it."""
    for marker in (SECRET, TOKEN, TOKEN[:39]):
        assert marker.encode() not in data, what


def assert_no_file_is_marked(directory: Path, *expected: str) -> None:
    """None of the files holds a secret key, a session token or a whole key id; the expected ones are among them."""
    files = [file for file in directory.rglob("*") if file.is_file()]
    assert set(expected) <= {file.name for file in files}
    for file in files:
        assert_unmarked(str(file), file.read_bytes())
        assert KEY_ID.encode() not in file.read_bytes()


def talkative(directory: Path) -> dict[str, str]:
    """The environment of a run that writes down all it can."""
    log = {"SESMON_LOG_FILE": str(directory / "log"), "SESMON_LOG_LEVEL": "debug"}
    return {"SESMON_HISTORY": str(directory / "h.db"), **log}


COMMANDS_AND_FAULTS = (
    ("doctor", None),
    ("doctor", "echo"),
    ("doctor", "echo-signature"),
    ("config", None),
    ("snapshot", None),
    ("check", None),
    ("backtest", None),
    ("export", None),
    ("snapshot --no-history --format json", "echo"),
    ("snapshot --no-history --region us-east-1 --region eu-west-1", "echo-signature"),
    ("check --no-history", "echo"),
)
"""Every command that ends by itself and reads or shows what was read, some with a service that says the token back."""


def test_no_run_tells_the_credentials(marked: LoopbackSes, tmp_path: Path) -> None:
    """Screen, log at its most talkative, history, saved table and commands hold no secret key and no session token."""
    marked.hold(HEALTHY)
    directory = tmp_path / "all"
    directory.mkdir()
    options = ["--interval", "1", "--history", str(directory / "h.db")]
    options += ["--log-file", str(directory / "log"), "--log-level", "debug"]
    environment = {"HOME": str(directory), "XDG_STATE_HOME": str(directory)}
    with Terminal(options, environment=environment, directory=directory) as terminal:
        terminal.wait_for("LIVE")
        for fault, words in (("echo", "refused the request"), ("echo-signature", "signature")):
            marked.fail_always(fault)
            terminal.press("r")
            terminal.wait_for(words)
        marked.fail_always(None)
        terminal.press("e")
        terminal.wait_for("LIVE", ".csv")
        terminal.press("q")
        terminal.wait_for_end()
        assert_unmarked("the screen", bytes(terminal.output))
    for command, standing in COMMANDS_AND_FAULTS:
        marked.fail_always(standing)
        done = subprocess.run(
            [sys.executable, "-m", "sesmon", *command.split()],
            env={**os.environ, **environment, **talkative(directory)},
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert_unmarked(command, done.stdout + done.stderr)
        assert KEY_ID.encode() not in done.stdout + done.stderr
        assert done.stdout or command == "backtest"  # which finds no alert in a healthy past
    assert_no_file_is_marked(directory, "h.db", "log")


def test_no_command_tells_an_endpoints_password(marked: LoopbackSes, tmp_path: Path) -> None:
    """Who is named in an endpoint's URL, and with which password, stands in no output, history or log."""
    marked.hold(HEALTHY)
    where = {"SESMON_ENDPOINT_URL": marked.url.replace("//", "//MARKERUSER:MARKERWORD@"), **talkative(tmp_path)}
    for command in ("snapshot", "snapshot --format json", "check", "config", "doctor", "export --region mars-1"):
        done = sesmon(*command.split(), environment=where)
        assert "MARKER" not in (done.stdout + done.stderr).replace(KEY_ID, ""), command
    assert {file.name for file in tmp_path.iterdir()} == {"h.db", "log"}
    for file in tmp_path.iterdir():
        assert b"MARKER" not in file.read_bytes(), file.name


def test_no_service_tells_the_credentials(marked: LoopbackSes, tmp_path: Path) -> None:
    """`watch` and `exporter` over two Regions tell none, through failures in which the service says the token back."""
    regions = ["--region", "us-east-1", "--region", "eu-west-1", "--interval", "1"]
    marked.fail_always("echo")
    with running("watch", *regions, environment=talkative(tmp_path)) as watch:
        told = [line_of(watch), line_of(watch)]
        marked.fail_always(None)
        told += [line_of(watch), line_of(watch)]
        assert [line["event"] for line in told] == ["failed", "failed", "recovered", "recovered"]
        assert all("***" in line["message"] for line in told[:2])
        assert_unmarked("watch", json.dumps(told).encode())
    assert_unmarked("the rest of watch", "".join(watch.communicate()).encode())
    marked.fail_always("echo")
    with running("exporter", "--listen", "127.0.0.1:0", *regions, environment=talkative(tmp_path)) as exporter:
        assert exporter.stderr is not None
        url = exporter.stderr.readline().split()[-1]
        marked.wait_for_calls(len(marked.calls) + 4)
        assert_unmarked("the exporter", scraped(url, "sesmon_reading_failures_total{").encode())
        marked.fail_always(None)
        assert_unmarked("the exporter", scraped(url, "sesmon_reading_age_seconds{").encode())
    assert_unmarked("the rest of the exporter", "".join(exporter.communicate()).encode())
    assert_no_file_is_marked(tmp_path, "h.db", "log")


def test_no_fleet_tells_the_credentials(marked: LoopbackSes, tmp_path: Path) -> None:
    """The overview of two Regions and the screen of one hold none, through a failure that says the token back."""
    options = ["--region", "us-east-1", "--region", "eu-west-1", "--interval", "1"]
    with Terminal(options, environment=talkative(tmp_path), directory=tmp_path) as terminal:
        terminal.wait_for("us-east-1", "eu-west-1")
        marked.wait_for_calls(2, operation="GetSendStatistics")
        marked.fail_always("echo")
        terminal.wait_for("refused")
        terminal.press("\r")
        terminal.wait_for("refused the request")
        terminal.press("q")
        terminal.wait_for_end()
        assert_unmarked("the screen", bytes(terminal.output))
    assert_no_file_is_marked(tmp_path, "h.db", "log")


def test_a_token_that_the_service_says_back_is_masked(marked: LoopbackSes) -> None:
    """An error text with the session token in it is shown without it."""
    marked.fail("echo")
    source = SesSource(FakeClock())
    with pytest.raises(Exception, match="refused") as raised:
        source.read()
    source.close()
    assert_unmarked("the message", str(raised.value).encode())
    assert "***" in str(raised.value)


@pytest.mark.parametrize("text", [SECRET, TOKEN, f"key={SECRET}.", f"x-amz-security-token:{TOKEN} more", KEY_ID])
def test_masking_leaves_nothing_of_it(text: str) -> None:
    """Wherever a key or token stands in a text, none of it is left."""
    assert "MARKER" not in masked(text)


@pytest.mark.parametrize("place", range(250, 301, 5))
def test_what_is_cut_is_masked_before(place: int) -> None:
    """A key that would be cut in two at the longest text's end is masked all the same: half a key looks like a word."""
    for key in ("AKIAMARKERMARKER1234", "MARKERwJalrXUtnFEMIK7MDENGbPxRfiCYEX1234"):
        assert "MARKER" not in pasteable("x" * (place - 1) + " " + key)


@pytest.mark.parametrize(
    "text",
    [
        "SES in us-east-1 at http://127.0.0.1:8025 throttles GetSendStatistics.",
        "/home/someone/.local/state/sesmon/history.db: locked",
        "arn:aws:iam::aws:policy/AmazonSESReadOnlyAccess",
        "AccessDenied, AUTHFAILURE",
    ],
)
def test_masking_leaves_the_rest_alone(text: str) -> None:
    """Ordinary words, places and paths are not masked."""
    assert masked(text) == text


def test_source_and_errors_have_no_telling_repr(marked: LoopbackSes) -> None:
    """A traceback that prints the source or its client prints no key."""
    source = SesSource(FakeClock())
    source.read()
    assert_unmarked("repr", repr([source, source.__dict__, source.find()]).encode())
    source.close()


# Cores

WITH_CORES = 'ulimit -S -c unlimited; exec "$@"'


def is_dumped(arguments: Sequence[str], number: signal.Signals, directory: Path) -> bool:
    """Whether a core is written where any may be, once a program that has printed a line is ended by a signal."""
    directory.mkdir()
    with subprocess.Popen(
        ["sh", "-c", WITH_CORES, "sh", sys.executable, *arguments], cwd=directory, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            process.send_signal(number)
            ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        finally:
            process.kill()
    assert ended is not None
    assert ended.si_status == number
    return ended.si_code == os.CLD_DUMPED


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_a_killed_run_leaves_no_core(marked: LoopbackSes, tmp_path: Path, number: signal.Signals) -> None:
    """Where another program's core is written and holds the key, none is of a run that has used it."""
    other = ["-c", "import time; print(flush=True); time.sleep(600)"]
    if not is_dumped(other, number, tmp_path / "other"):
        pytest.skip("this host writes no cores")
    for core in (tmp_path / "other").iterdir():
        assert SECRET.encode() in core.read_bytes()
    # The service refuses the first call, which is a line that tells that the key was used.
    marked.fail_always("denied")
    watch = ["-m", "sesmon", "watch", "--history", str(tmp_path / "h.db")]
    assert not is_dumped(watch, number, tmp_path / "run")
    assert not list((tmp_path / "run").iterdir())


def test_a_killed_screen_leaves_no_core(marked: LoopbackSes, tmp_path: Path) -> None:
    """No file with a secret is left of the screen either."""
    program = f"{WITH_CORES.partition(';')[0]}; exec {sys.executable} -m sesmon --history {tmp_path}/h.db"
    with Terminal([], shell=program, directory=tmp_path) as terminal:
        terminal.wait_for("LIVE")
        terminal.send_signal(signal.SIGABRT)
        assert terminal.wait_for_end() == -signal.SIGABRT
    for file in tmp_path.iterdir():
        assert_unmarked(str(file), file.read_bytes())


# Files


def test_what_is_written_is_its_users_alone(tmp_path: Path) -> None:
    """History, its companions and its directory are made without rights for others, whatever the umask."""
    before = os.umask(0)
    try:
        path = tmp_path / "new" / "h.db"
        with History(path, START):
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in [path.parent, *path.parent.iterdir()]}
    finally:
        os.umask(before)
    assert modes.pop("new") == 0o700
    assert len(modes) >= 2
    assert set(modes.values()) == {0o600}


# Text from outside


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    """Cells are times and numbers of our own making: none begins as a formula does."""
    cells = [cell for line in csv_report.points(HEALTHY).splitlines() for cell in line.split(",")]
    assert all(re.fullmatch(r"[A-Za-z]+|[0-9][0-9TZ:.e-]*|", cell) for cell in cells)


HOSTILE = "".join(
    (
        "\x1b]0;owned\x07\x1b[2J\x9b31m\x85\u202eexe.gpj\u2066\u2028[bold red]x[/]",
        " \x00\x7f=cmd|' /C calc'!A0\ufeff\U000e0041",
    )
)


def test_hostile_text_is_inert() -> None:
    """After cleaning, no terminal, markup parser or bidi algorithm acts on a text."""
    text = clean(HOSTILE)
    assert text.isprintable()
    assert not set("[]\u202e\u2066\x1b\x9b") & set(text)


def test_a_hostile_profile_and_region_are_inert(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Names that the user's environment gives reach screen and log clean."""
    name = HOSTILE.replace("\x00", "")
    environment = {"AWS_PROFILE": name, "AWS_REGION": name}
    log = tmp_path / "log"
    with Terminal(["--no-history", "--log-file", str(log)], environment=environment) as terminal:
        terminal.wait_for("NO DATA")
        terminal.press("q")
        terminal.wait_for_end()
        for part in (b"\x1b]0;owned", "\u202e".encode(), b"[bold red]", "\x9b".encode()):
            assert part not in terminal.output
    assert all(line.isprintable() for line in log.read_text().split("\n"))


def test_a_client_never_retries() -> None:
    """Botocore sends once, whatever the environment asks for: a retry would break the one call a second."""
    config: Any = ses_module._config()
    assert config.retries == {"total_max_attempts": 1, "mode": "standard"}
