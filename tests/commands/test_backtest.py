"""`sesmon backtest`."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sesmon.cli import main
from sesmon.reports import aws
from tests.alerts.senders import DAY, Sender, Trait, at, campaigns, day_and_night, during, points
from tests.sources.test_replay import AWS_SAMPLE

STRUCK = 9 * DAY + 48
LISTED = points(
    Sender(day_and_night(2000), complaints=Trait(0.0003, times=during(STRUCK, 4, 60))).counts("backtest", 11 * DAY)
)
FIELDS = ["time", "event", "metric", "kind", "severity", "since", "message"]


@pytest.fixture
def recording(tmp_path: Path) -> str:
    """A recording with a complaint spike."""
    path = tmp_path / "recording.json"
    path.write_text(aws.document(LISTED))
    return str(path)


def lines(capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, str]]:
    """The events that the command prints as JSON."""
    assert main(["backtest", "--format", "jsonl", *options]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_events_are_printed_as_json_lines(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each event is one object with the promised fields and words, in the order of time."""
    events = lines(capsys, "--replay", recording)
    assert all(list(event) == FIELDS for event in events)
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)
    spikes = [event for event in events if event["kind"] == "spike"]
    assert [event["event"] for event in spikes] == ["raised", "cleared"]
    assert spikes[0]["time"] == at(STRUCK).isoformat().replace("+00:00", "Z")
    assert spikes[0]["metric"] == "complaints"
    assert spikes[0]["severity"] == "critical"
    assert "your usual is 0.0" in spikes[0]["message"]
    assert {event["kind"] for event in events} <= {"limit", "spike", "silence"}
    assert {event["severity"] for event in events} <= {"warning", "critical"}


def test_events_are_printed_to_be_read(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless told, each event is one line: time, what became of it, severity, metric and the sentence."""
    assert main(["backtest", "--replay", recording]) == 0
    text = capsys.readouterr().out.splitlines()
    assert len(text) == len(lines(capsys, "--replay", recording))
    assert text[0].split()[:4] == [
        at(STRUCK).isoformat().replace("+00:00", "Z"),
        "raised",
        "critical",
        "complaints",
    ]


def test_a_span_cuts_events_and_not_the_past(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--since is included, --until is not, and what came before the span is learned from all the same."""
    whole = lines(capsys, "--replay", recording)
    since, until = at(STRUCK), at(STRUCK + 2)
    span = lines(capsys, "--replay", recording, "--since", since.isoformat(), "--until", until.isoformat())
    assert span == [event for event in whole if event["time"] < until.isoformat().replace("+00:00", "Z")]
    assert span
    later = lines(capsys, "--replay", recording, "--since", until.isoformat())
    assert span + later == whole
    assert lines(capsys, "--replay", recording, "--until", since.isoformat()) == []


def test_settings_are_heeded(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is switched off raises nothing, and a huge minimum of mail leaves the limits alone."""
    assert lines(capsys, "--replay", recording, "--quiet", "complaints") == []
    kinds = {event["kind"] for event in lines(capsys, "--replay", recording, "--minimum-mail", "100000000")}
    assert kinds == {"spike"}


def test_standard_input_is_walked(
    recording: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """- is standard input, and leads to the same events as the file."""
    whole = lines(capsys, "--replay", recording)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(Path(recording).read_bytes())))
    assert lines(capsys, "--replay", "-") == whole


def test_the_history_is_walked(recording: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --replay the kept points of the one account are walked, and lead to the same events."""
    history = ["--history", str(tmp_path / "h.db")]
    assert main(["import", recording, "--region", "eu-west-1", "--account", "123456789012", *history]) == 0
    capsys.readouterr()
    assert lines(capsys, *history) == lines(capsys, "--replay", recording)


def test_accounts_have_to_be_told_apart(recording: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With points of two Regions the command lists them, and takes --region to choose."""
    history = ["--history", str(tmp_path / "h.db")]
    for region in ("eu-west-1", "us-east-1"):
        main(["import", recording, "--region", region, "--account", "123456789012", *history])
    capsys.readouterr()
    assert main(["backtest", *history]) == 2
    assert "--account 123456789012 --region eu-west-1" in capsys.readouterr().err
    assert lines(capsys, "--region", "us-east-1", *history)


def test_what_cannot_be_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken file, a missing one, no history, and one switched off are one line each, with what to do."""
    broken = tmp_path / "broken.json"
    broken.write_text('{"SendDataPoints": [{"Bounces": "x"}]}')
    for options, status, said in (
        (["--replay", str(broken)], 1, "broken.json: SendDataPoints[0].Bounces"),
        (["--replay", str(tmp_path / "none.json")], 1, "none.json cannot be read"),
        (["--history", str(tmp_path / "none.db")], 1, "there is no history"),
        (["--no-history"], 2, "switched off"),
    ):
        assert main(["backtest", *options]) == status
        out, err = capsys.readouterr()
        assert out == ""
        assert said in err
        assert len(err.splitlines()) == 1


def test_wrong_options_are_refused(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown metric, format or time is a usage error that says what is known."""
    for options, said in (
        (["--quiet", "clicks"], "complaints"),
        (["--format", "xml"], "jsonl"),
        (["--since", "yesterday"], "2026-03-02"),
        (["--minimum-mail", "none"], "1 or more"),
    ):
        with pytest.raises(SystemExit) as raised:
            main(["backtest", "--replay", recording, *options])
        assert raised.value.code == 2
        assert said in capsys.readouterr().err


def test_no_points_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recording of an account that sends nothing has no event, and says why."""
    (tmp_path / "empty.json").write_text('{"SendDataPoints": []}')
    assert main(["backtest", "--replay", str(tmp_path / "empty.json")]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ("", "sesmon: there is no data point to walk.\n")


def test_a_healthy_account_prints_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Silence means that nothing would have been raised."""
    path = tmp_path / "healthy.json"
    healthy = Sender(campaigns(20_000, [DAY + 40, 8 * DAY + 40])).counts("healthy", 10 * DAY)
    path.write_text(aws.document(points(healthy)))
    assert lines(capsys, "--replay", str(path)) == []


def test_as_a_program_it_loads_neither_screen_nor_client() -> None:
    """From a pipe, as a shell runs it; the walk needs no textual and no boto3."""
    program = (
        "import sys\nfrom sesmon.cli import main\nstatus = main(['backtest', '--replay', '-'])\n"
        "assert not {'textual', 'rich', 'boto3', 'botocore', 'plotext', 'sqlite3'} & set(sys.modules)\nsys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=AWS_SAMPLE, capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_a_reader_that_has_gone_ends_it_quietly(recording: str) -> None:
    """Output into a closed pipe is no traceback."""
    command = f"{sys.executable} -m sesmon backtest --replay {recording} --format jsonl | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
