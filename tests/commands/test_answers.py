"""Commands that answer once, run as a user runs them."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sesmon.commands import COMMANDS, check
from sesmon.commands.printing import PRINTABLE
from sesmon.model import SLOT, DataPoint
from sesmon.reports.summary import WINDOWS
from tests.commands.running import PATIENCE, sesmon, started
from tests.ses.server import LoopbackSes
from tests.test_damage import damaged
from tests.tui.scenes import HEALTHY, SPIKING

NOW = datetime.now(UTC).replace(microsecond=0)
SHIFT = NOW - HEALTHY[-1].time - SLOT
"""The commands read the host's clock, so that the scenes' points are brought up to it."""


def current(points: tuple[DataPoint, ...]) -> list[DataPoint]:
    """The scenes' points as if they were of now."""
    return [point._replace(time=point.time + SHIFT) for point in points]


def environment(ses: LoopbackSes, home: Path) -> dict[str, str]:
    """A user's whose SES is the loopback one, with a history of their own."""
    return {"AWS_ENDPOINT_URL_SES": ses.url, "AWS_REGION": "us-east-1", "SESMON_HISTORY": str(home / "h.db")}


def test_a_snapshot_is_what_the_service_holds(ses: LoopbackSes, tmp_path: Path) -> None:
    """The service's points are in the document, and the next one comes from the history without a call."""
    points = current(HEALTHY)
    ses.hold(points)
    first = sesmon("snapshot", "--format", "json", environment=environment(ses, tmp_path))
    assert (first.returncode, first.stderr) == (0, "")
    (target,) = json.loads(first.stdout)["targets"]
    assert target["from"] == "service"
    assert len(target["SendDataPoints"]) == len(points)
    again = sesmon("snapshot", "--format", "json", environment=environment(ses, tmp_path))
    (kept,) = json.loads(again.stdout)["targets"]
    assert kept["from"] == "history"
    for field in ("SendDataPoints", "windows", "representative", "read_at", "alerts"):
        assert kept[field] == target[field]
    assert len(ses.calls) == 1


def test_the_quota_is_told_of_a_reading_of_the_history_too(ses: LoopbackSes, tmp_path: Path) -> None:
    """--quota asks where nobody has, and else takes what somebody else was answered; the text tells it as JSON does."""
    ses.hold(current(HEALTHY))
    own = environment(ses, tmp_path)
    assert sesmon("snapshot", environment=own).returncode == 0
    for _ in ("asked", "shared"):
        done = sesmon("snapshot", "--quota", "--format", "json", environment=own)
        (target,) = json.loads(done.stdout)["targets"]
        assert (target["from"], target["quota"]["SendingEnabled"]) == ("history", True)
    most = target["quota"]["Max24HourSend"]
    assert f" of {most:,.0f} mails in 24 h" in sesmon("snapshot", "--quota", environment=own).stdout
    operations = ["GetSendStatistics", "GetSendQuota", "GetAccountSendingEnabled"]
    assert [call.operation for call in ses.calls] == operations


def test_a_command_gives_the_history_back(ses: LoopbackSes, tmp_path: Path) -> None:
    """What SQLite keeps beside an open file is gone when the command ends, though its process is not taken apart."""
    ses.hold(current(HEALTHY))
    for _ in ("from the service", "from the history"):
        assert sesmon("snapshot", environment=environment(ses, tmp_path)).returncode == 0
        assert [file.name for file in tmp_path.iterdir()] == ["h.db"]


def test_an_alert_is_the_same_from_the_history(ses: LoopbackSes, tmp_path: Path) -> None:
    """What is open is told by a reading from the history as by the one that it comes from."""
    ses.hold(current(SPIKING))
    first, again = (
        json.loads(sesmon("snapshot", "--format", "json", environment=environment(ses, tmp_path)).stdout)
        for _ in range(2)
    )
    told = [[alert for alert in one["targets"][0]["alerts"] if alert["until"] is None] for one in (first, again)]
    assert told[0]
    assert told[0] == told[1]


def test_alert_options_count_for_a_reading_of_the_history(ses: LoopbackSes, tmp_path: Path) -> None:
    """A command's own alert options judge what someone else has just read, and leave what that one has kept."""
    ses.hold(current(SPIKING))
    own = environment(ses, tmp_path)
    assert sesmon("check", environment=own).returncode == 2
    quiet = sesmon("check", "--quiet", "complaints", environment=own)
    # The rate is still held against the thresholds, which are not alerts.
    assert (quiet.returncode, " alerts=0;" in quiet.stdout) == (1, True)
    assert sesmon("check", environment=own).returncode == 2
    assert len(ses.calls) == 1


def test_a_history_that_cannot_be_written_is_told_beside_the_snapshot(ses: LoopbackSes, tmp_path: Path) -> None:
    """What is not kept is said on standard error, for a user who counts on its being kept; the reading is fine."""
    ses.hold(current(HEALTHY))
    path = tmp_path / "incident.json"
    path.write_text("{}")
    own = environment(ses, tmp_path)
    done = sesmon("snapshot", "--region", "us-east-1", "--region", "eu-west-1", "--history", str(path), environment=own)
    assert done.returncode == 0
    assert (
        done.stderr == f"sesmon: nothing is kept: {path} is no history of sesmon's; give another file with --history.\n"
    )


@pytest.mark.parametrize("command", ["snapshot", "check"])
def test_a_damaged_history_is_told_beside_the_answer(command: str, ses: LoopbackSes, tmp_path: Path) -> None:
    """What was set aside is said once on standard error, and the answer is as good as ever."""
    ses.hold(current(HEALTHY))
    damaged(tmp_path / "h.db")
    regions = ["--region", "us-east-1", "--region", "eu-west-1"]
    done = sesmon(command, *regions, environment=environment(ses, tmp_path))
    (aside,) = (file for file in tmp_path.glob("*.damaged-*") if not file.name.endswith(("-wal", "-shm")))
    assert done.stderr == f"sesmon: the history was damaged and is kept as {aside.name}; a new one was begun\n"
    assert done.returncode == (3 if command == "check" else 0)
    assert len(ses.calls) == 2


def test_a_target_that_cannot_be_read_is_status_1(ses: LoopbackSes, tmp_path: Path) -> None:
    """The error is on standard error, and in text and JSON; what holds figures alone stays what its readers expect."""
    ses.fail_always("denied")
    for format_name, words in (
        ("json", '"kind": "denied"'),
        ("text", "NOT READ"),
        ("openmetrics", 'region="us-east-1"} 0.0'),
        ("csv", "Profile,Account,Region,Timestamp"),
    ):
        done = sesmon("snapshot", "--format", format_name, environment=environment(ses, tmp_path))
        assert done.returncode == 1
        assert words in done.stdout
        assert "Allow ses:GetSendStatistics" in done.stderr
        assert "Traceback" not in done.stderr


def test_every_format_of_the_demo_is_sound() -> None:
    """JSON parses, CSV has a row a point, text fits, OpenMetrics ends with its mark."""
    made = {name: sesmon("snapshot", "--demo", "--format", name) for name in ("text", "json", "csv", "openmetrics")}
    assert {done.returncode for done in made.values()} == {0}
    count = len(json.loads(made["json"].stdout)["targets"][0]["SendDataPoints"])
    rows = list(csv.DictReader(io.StringIO(made["csv"].stdout)))
    assert abs(len(rows) - count) <= 1
    assert max(map(len, made["text"].stdout.splitlines())) <= 80
    assert made["openmetrics"].stdout.endswith("# EOF\n")


def test_a_recording_ends_with_its_newest_point(tmp_path: Path) -> None:
    """Windows of a replay end at the end of its newest point, however long ago that is."""
    path = tmp_path / "old.json"
    path.write_text('{"SendDataPoints": [{"Timestamp": "2016-07-13T22:43:00Z", "DeliveryAttempts": 7}]}')
    (target,) = json.loads(sesmon("snapshot", "--replay", str(path), "--format", "json").stdout)["targets"]
    assert (target["read_at"], target["from"]) == ("2016-07-13T22:58:00Z", "replay")
    assert target["windows"]["1h"]["DeliveryAttempts"] == 7
    assert sesmon("snapshot", "--replay", str(path)).stdout.startswith("replay of old.json\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--demo", "--replay", "x"],
        ["--replay", "/nowhere/x.json"],
        ["--replay", ""],
        ["--format", "xml"],
        ["--interval", "0"],
    ],
)
def test_wrong_options_are_status_2(arguments: list[str]) -> None:
    """A usage error is one sentence and status 2, and nothing is printed."""
    done = sesmon("snapshot", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "status"),
    [("config", 0), ("--help", 0), ("snapshot --demo --format csv", 0), ("print man", 0), ("check --demo", 3)],
)
def test_a_closed_pipe_ends_quietly(command: str, status: int) -> None:
    """Whoever stops reading has seen enough, and gets no complaint; but a plugin's one line was told to nobody."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        line = [sys.executable, "-m", "sesmon", *command.split()]
        done = subprocess.run(line, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (status, "")


@pytest.mark.parametrize("regions", [["us-east-1"], ["us-east-1", "eu-west-1"]])
@pytest.mark.parametrize("command", ["snapshot", "check"])
def test_ctrl_c_ends_a_command_at_once(command: str, regions: list[str], ses: LoopbackSes, tmp_path: Path) -> None:
    """While a call hangs, an interrupt ends the program by its signal, without a word and without a wait."""
    ses.fail_always("stall")
    options = [word for region in regions for word in ("--region", region)]
    with started(command, *options, environment=environment(ses, tmp_path)) as process:
        assert ses.wait_for_calls(len(regions), PATIENCE)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=PATIENCE)
    assert said == ("", "")
    assert process.returncode == -signal.SIGINT


@pytest.mark.parametrize(("command", "status"), [("snapshot", 1), ("check", 3)])
def test_a_bug_is_one_sentence(command: str, status: int, tmp_path: Path) -> None:
    """A mistake of sesmon's own is told with its kind, and the log has the traceback."""
    bug = (
        f"import sesmon.commands.reading as reading; from sesmon.cli import main; import sys\n"
        f"reading.monitors_of = lambda *_, **__: 1 / 0\n"
        f"sys.exit(main([{command!r}, '--demo', '--log-file', 'log']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", bug], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    said = (
        f"sesmon {command} failed inside sesmon (ZeroDivisionError: division by zero). Please report this;"
        " with --log-file FILE the log says where.\n"
    )
    # A plugin's standard output alone is read.
    streams = (f"SES UNKNOWN - {said}", "") if command == "check" else ("", f"sesmon: {said}")
    assert (done.returncode, done.stdout, done.stderr) == (status, *streams)
    assert "in <lambda>" in (tmp_path / "log").read_text("utf-8")


def test_the_log_tells_what_was_started_and_how_it_ended(ses: LoopbackSes, tmp_path: Path) -> None:
    """It begins with the command's name and the history with the home as ~, and ends with the exit status."""
    ses.fail_always("denied")
    own = {**environment(ses, tmp_path), "HOME": str(tmp_path), "SESMON_HISTORY": str(tmp_path / "kept" / "h.db")}
    log = tmp_path / "log"
    done = sesmon("check", "--log-file", str(log), environment=own)
    assert done.returncode == 3
    lines = log.read_text("utf-8").splitlines()
    assert lines[1].endswith("sesmon check; history ~/kept/h.db")
    assert lines[-1].endswith("ended with exit status 3")
    assert "failure 1" in "".join(lines)
    assert "next try" not in "".join(lines)


def test_a_bug_of_a_command_without_a_log_is_one_sentence_too() -> None:
    """Where nothing has set the log up, the traceback is not written to the terminal in its place."""
    line = (
        "import sesmon.commands.exporting as exporting; from sesmon.cli import main; import sys\n"
        "exporting.settle = lambda *_: {}['AKIAIOSFODNN7EXAMPLE']\n"
        "sys.exit(main(['export']))"
    )
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "(KeyError: '***MPLE')" in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("command", "status"), [("snapshot --demo", 1), ("check --demo", 3), ("--version", 1), ("print --help", 1)]
)
@pytest.mark.parametrize(("where", "why"), [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
def test_output_that_is_not_written_is_one_sentence(
    command: str, status: int, where: str, why: str, unbuffered: str
) -> None:
    """On a full disk or to a closed stream it is said on standard error; a plugin's status for that is UNKNOWN."""
    if "/dev/full" in where and not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")
    line = f"{sys.executable} -m sesmon {command} {where}"
    own = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=PATIENCE, check=False, env=own)
    assert (done.returncode, done.stderr.count("\n")) == (status, 1)
    assert f"the output was not written: {why}" in done.stderr
    # Where it cannot be said either, the status tells it.
    assert subprocess.run(["sh", "-c", f"{line} 2{where}"], timeout=PATIENCE, check=False, env=own).returncode == status


@pytest.mark.parametrize("command", ["snapshot --format json", "snapshot --format csv", "check", "import"])
def test_a_sign_that_the_locale_lacks_is_no_bug(tmp_path: Path, command: str) -> None:
    """Names beyond the output's encoding are written with question marks in their place; JSON has escapes for them."""
    path = tmp_path / "ünï–.json"
    path.write_text('{"SendDataPoints": [{"Timestamp": "2016-07-13T22:43:00Z", "DeliveryAttempts": 7}]}')
    arguments = [*command.split(), *([] if command == "import" else ["--replay"]), str(path)]
    history = str(tmp_path / "history.db")
    own = {"PYTHONIOENCODING": "ascii", "SESMON_HISTORY": history, "AWS_REGION": "us-east-1"}
    done = sesmon(*arguments, environment=own)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("\\u00fcn\\u00ef\\u2013.json" if command.endswith("json") else "?n??.json") in done.stdout


def test_closed_streams_are_no_bug() -> None:
    """A command without standard input, output and error ends as one whose output cannot be written."""
    line = f"{sys.executable} -m sesmon check --demo <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", line], timeout=120, check=False).returncode == 3


@pytest.mark.parametrize(
    ("points", "fault", "status", "word"),
    [
        (HEALTHY, None, 0, "OK"),
        (SPIKING, None, 2, "CRITICAL"),
        ((), None, 3, "UNKNOWN"),
        (HEALTHY, "503", 3, "UNKNOWN"),
    ],
)
def test_check_tells_healthy_spiking_and_dead(
    ses: LoopbackSes, tmp_path: Path, points: tuple[DataPoint, ...], fault: str | None, status: int, word: str
) -> None:
    """Exit status and first word go together, in one line."""
    ses.hold(current(points))
    ses.fail_always(fault)
    done = sesmon("check", environment=environment(ses, tmp_path))
    assert (done.returncode, done.stderr) == (status, "")
    assert done.stdout.startswith(f"SES {word} - us-east-1")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("bounces", "complaints", "arguments", "status"),
    [
        (0, 1, [], 1),
        (100, 0, [], 2),
        (99, 0, [], 1),
        (49, 0, [], 0),
        (0, 1, ["--warning", "complaints=0.1"], 0),
        (0, 3, ["--limit", "complaints=0.2,0.3"], 2),
    ],
)
def test_check_counts_a_limit_that_is_reached(
    tmp_path: Path, bounces: int, complaints: int, arguments: list[str], status: int
) -> None:
    """AWS's limits and the user's own count from the rate itself on, a range as the guidelines have it."""
    path = tmp_path / "x.json"
    counted = {"DeliveryAttempts": 1000, "Bounces": bounces, "Complaints": complaints}
    path.write_text(json.dumps({"SendDataPoints": [{"Timestamp": "2026-03-01T00:00:00Z", **counted}]}))
    done = sesmon("check", "--replay", str(path), "--no-alerts", *arguments)
    assert (done.returncode, done.stderr) == (status, "")
    assert ("has reached" in done.stdout) == (status > 0)


def test_a_password_in_an_endpoint_is_not_told() -> None:
    """What refuses an endpoint names it without the password that its URL holds."""
    done = sesmon("check", "--no-history", "--region", "x", "--endpoint-url", "http://me:MARKER@ses.invalid:1")
    assert done.returncode == 3
    assert "//***@ses.invalid:1 is plain http" in done.stdout
    assert "MARKER" not in done.stdout + done.stderr


def test_check_without_credentials_or_with_wrong_options_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials and a wrong threshold are UNKNOWN, with what to do."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    done = sesmon("check", "--region", "us-east-1", "--no-history")
    assert done.returncode == 3
    assert "No AWS credentials were found" in done.stdout
    wrong = sesmon("check", "--demo", "--warning", "complaints=often")
    assert wrong.returncode == 3
    assert wrong.stdout.startswith("SES UNKNOWN - 'complaints=often'")


def test_checks_windows_are_the_reports_windows() -> None:
    """The parser, which loads nothing, offers what the reports have."""
    assert tuple(WINDOWS) == check.WINDOWS


@pytest.mark.parametrize("file", PRINTABLE)
def test_everything_printable_is_printed(file: str) -> None:
    """Each file comes out, names no path of a build, and is sound where a tool to check it with is at hand."""
    done = sesmon("print", file)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) > 10
    shell = file.partition("completion-")[2]
    if shell and shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.stdout, text=True, timeout=60, check=True)
    if file == "grafana-dashboard":
        assert json.loads(done.stdout)["panels"]
    if shell or file == "man":
        escaped = done.stdout.replace("\\-", "-")
        assert all(name in escaped for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [["snapshot", "--demo"], ["check", "--demo"], ["print", "man"], ["backtest", "--help"], ["watch", "--help"]],
)
def test_no_command_loads_the_screen(arguments: list[str]) -> None:
    """None of the commands without a screen imports textual, rich or plotext, nor boto3 where nothing is called."""
    program = (
        "import sys\nfrom sesmon.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    for module in ("textual", "rich", "plotext", "boto3", "botocore"):
        assert f"'{module}'" not in done.stderr
