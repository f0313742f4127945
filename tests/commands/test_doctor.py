"""`sesmon doctor` against a loopback SES."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sesmon.commands import doctor
from sesmon.history import History
from sesmon.sources.ses import OPERATIONS
from tests.ses.server import LoopbackSes


def lines(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What was printed, by subject, each with its remedy."""
    out: dict[str, str] = {}
    subject = ""
    for line in capsys.readouterr().out.splitlines()[1:]:
        subject = subject if line.startswith(" ") else line[6:34].strip()
        out[subject] = out.get(subject, "") + line
    return out


@pytest.fixture
def at(ses: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> LoopbackSes:
    """All of AWS is the loopback SES."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", ses.url)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return ses


def test_all_is_well(at: LoopbackSes, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """On a sound host each part is ok, each operation is called once, and nothing is made or changed."""
    path = tmp_path / "h.db"
    status = doctor.run(["--history", str(path)])
    told = lines(capsys)
    assert "found by environment variables" in told["credentials"]
    assert "answered in" in told["reachability"]
    assert told["ses:GetSendStatistics"].endswith("allowed")
    assert "agrees" in told["clock"]
    assert "not there yet" in told["history"]
    assert status == ("FAIL" in "".join(told.values()))
    assert sorted(call.operation for call in at.calls) == sorted(OPERATIONS)
    assert not path.exists()


def test_a_history_that_cannot_be_made_is_told(
    at: LoopbackSes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A history that is not there yet is well only where one can be made; nothing is made to find out."""
    (tmp_path / "file").touch()
    assert doctor.run(["--history", str(tmp_path / "file" / "state" / "h.db")]) == 1
    assert "is no directory that may be written to" in lines(capsys)["history"]
    doctor.run(["--history", str(tmp_path / "new" / "state" / "h.db")])
    assert "not there yet" in lines(capsys)["history"]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_history_without_a_table_is_well(at: LoopbackSes, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One that a full disk kept from its tables is made with the next reading, and no other program's."""
    path = tmp_path / "h.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
    doctor.run(["--history", str(path)])
    assert "sound" in lines(capsys)["history"]


@pytest.mark.parametrize(
    ("fault", "subject", "words"),
    [
        ("denied", "ses:GetSendStatistics", "Allow ses:GetSendStatistics in its IAM policy"),
        ("expired", "ses:GetSendStatistics", "has expired"),
        ("reset", "reachability", "closed the connection"),
        ("portal", "reachability", "captive portal"),
    ],
)
def test_what_fails_has_a_remedy(
    at: LoopbackSes, capsys: pytest.CaptureFixture[str], fault: str, subject: str, words: str
) -> None:
    """A fault of the service fails the check that it belongs to, with exit status 1."""
    at.fail_always(fault)
    assert doctor.run(["--no-history"]) == 1
    told = lines(capsys)[subject]
    assert told.startswith("FAIL")
    assert words in told


def test_the_extras_are_notes(at: LoopbackSes, capsys: pytest.CaptureFixture[str]) -> None:
    """An extra operation that is denied costs a note, and what it would have shown is named."""
    at.fail("none", "denied", "denied", "denied")
    doctor.run(["--no-history"])
    told = lines(capsys)
    for operation in ("ses:GetSendQuota", "ses:GetAccountSendingEnabled", "sts:GetCallerIdentity"):
        assert told[operation].startswith("note")
        assert "denied" in told[operation]


def test_no_credentials_and_plain_http_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], at: LoopbackSes
) -> None:
    """Without credentials, or with an endpoint that is refused, there is no call, and the rest is still looked at."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SES", "http://192.0.2.1")
    assert doctor.run(["--no-history"]) == 1
    told = lines(capsys)
    assert "--allow-http" in told["credentials and endpoint"]
    assert "history" in told
    monkeypatch.delenv("AWS_ENDPOINT_URL_SES")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert doctor.run(["--no-history"]) == 1
    assert "No AWS credentials were found" in lines(capsys)["credentials and endpoint"]
    assert at.calls == []


def test_a_wrong_clock_is_told(
    at: LoopbackSes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is compared with the service's own, by its answer."""
    ahead = datetime.now(UTC) + timedelta(hours=2)
    monkeypatch.setattr("sesmon.clock.SystemClock.now", lambda _self: ahead)
    assert doctor.run(["--no-history"]) == 1
    told = lines(capsys)["clock"]
    assert "ahead of the service's" in told
    assert "NTP" in told


def test_the_remedy_is_said_once(at: LoopbackSes, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What to do about a history is in the line of the remedy, and not in the line of the finding as well."""
    doctor.run(["--history", str(tmp_path)])
    said = capsys.readouterr().out
    assert f"{tmp_path.name} is a directory, and no file.\n" in said
    assert said.count("ive another file with --history, or --no-history.") == 1


def test_keys_that_cannot_be_are_told(
    at: LoopbackSes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check of the configuration finds the keys that the monitor would refuse."""
    monkeypatch.setenv("SESMON_KEYS", "bogus=x")
    assert doctor.run(["--no-history"]) == 1
    assert "SESMON_KEYS: there is no action 'bogus'" in lines(capsys)["configuration"]


def test_a_damaged_history_is_told_and_left_alone(
    at: LoopbackSes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Doctor sets nothing aside: it says what is wrong, of another program's file too."""
    path = tmp_path / "h.db"
    History(path, datetime.now(UTC)).close()
    doctor.run(["--history", str(path)])
    assert "sound" in lines(capsys)["history"]
    path.write_bytes(b"x" * 4096)
    assert doctor.run(["--history", str(path)]) == 1
    assert lines(capsys)["history"].startswith("FAIL")
    assert path.read_bytes() == b"x" * 4096
    assert not [file.name for file in tmp_path.iterdir() if "damaged" in file.name]
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE t (x)")
        other.commit()
    assert doctor.run(["--history", str(path)]) == 1
    assert "another program's" in lines(capsys)["history"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"interval = 5\n", "config.toml: sound"),
        (b"region = []\n", "config.toml: sound"),
        (b"intervall = 5\n", "did you mean interval?"),
        (b"interval = 0.1\n", "is out of range"),
        (b"\xff\x00", "is not TOML"),
        (None, "not there, and need not be"),
    ],
)
def test_the_configuration_is_told_and_the_rest_is_looked_at(
    at: LoopbackSes, capsys: pytest.CaptureFixture[str], isolated: Path, data: bytes | None, words: str
) -> None:
    """Sound, missing or broken, the file is told with where it lies, and no later check is lost to it."""
    path = isolated / ".config/sesmon/config.toml"
    path.parent.mkdir(parents=True)
    if data is not None:
        path.write_bytes(data)
    doctor.run(["--no-history"])
    told = lines(capsys)
    assert words in told["configuration"]
    assert "~/.config/sesmon/config.toml" in told["configuration"]
    assert told["configuration"].startswith("ok" if "sound" in words or data is None else "FAIL")
    assert told["ses:GetSendStatistics"].endswith("allowed")
    assert "history" in told


def test_all_that_is_wrong_in_the_settings_is_told(
    at: LoopbackSes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file that was named and is not there, and each variable that cannot be used, are told beside each other."""
    monkeypatch.setenv("SESMON_INTERVAL", "often")
    monkeypatch.setenv("SESMON_THEME", "pink")
    assert doctor.run(["--no-history", "--config", str(tmp_path / "none.toml")]) == 1
    told = lines(capsys)
    for words in ("none.toml does not exist", "SESMON_INTERVAL: 'often'", "SESMON_THEME: 'pink' is none of"):
        assert words in told["configuration"]
    assert told["environment"].startswith("ok")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ('[[target]]\nregion = "eu-west-1"\n[[target]]\nregion = "eu-west-2"\n', "eu-west-1"),
        ('region = ["eu-west-2", "eu-west-1"]', "eu-west-2"),
        ('region = "all"', "us-east-1"),
    ],
)
def test_one_of_the_files_targets_is_looked_at(at: LoopbackSes, tmp_path: Path, text: str, region: str) -> None:
    """The first target or Region of the file is what is called; of all Regions, the environment's."""
    path = tmp_path / "config.toml"
    path.write_text(text)
    doctor.run(["--no-history", "--config", str(path)])
    assert {call.region for call in at.of("GetSendStatistics")} == {region}


def run(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Doctor as a program of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sesmon", "doctor", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_writes_to_a_pipe_in_any_locale(at: LoopbackSes) -> None:
    """In a locale without UTF-8 doctor still prints, says so, and loads no screen."""
    done = run({"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, "--profile", "größe")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "not UTF-8" in done.stdout
    assert done.stderr == ""


def test_another_services_keys_are_not_shown_to_aws(ses: LoopbackSes, capsys: pytest.CaptureFixture[str]) -> None:
    """With SES alone at another endpoint, AWS's own STS is not asked."""
    doctor.run(["--no-history", "--region", "us-east-1", "--endpoint-url", ses.url])
    assert "sts:GetCallerIdentity" not in lines(capsys)
