"""`sesmon import` and `sesmon export`."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings

from sesmon.cli import main
from sesmon.model import DataPoint
from sesmon.reports import aws
from sesmon.sources.replay import points_from_json
from tests.commands.running import sesmon
from tests.ses.server import LoopbackSes
from tests.sources.test_replay import AWS_SAMPLE
from tests.test_history import POINTS, point

REGION = ["--region", "us-east-1"]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Three recordings that overlap, one of them with a later view of the same slots, none in order."""
    parts = (
        [point(slot) for slot in range(10)],
        [point(slot, complaints=slot) for slot in range(15, 4, -1)],
        [point(slot, attempts=120) for slot in range(8, 30)],
    )
    out = []
    for number, points in enumerate(parts):
        path = tmp_path / f"{number}.json"
        path.write_text(aws.document(points))
        out.append(str(path))
    return out


@given(POINTS)
@settings(max_examples=40)
def test_the_json_that_is_given_is_the_json_that_is_taken(points: tuple[DataPoint, ...]) -> None:
    """What export writes, import reads back exactly."""
    assert points_from_json(aws.document(points), "x").points == points


def test_the_order_of_files_does_not_matter(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Overlapping files in every order lead to byte-identical exports."""
    exports = set()
    for number, order in enumerate(permutations(files)):
        history = [*REGION, "--history", str(tmp_path / f"{number}.db")]
        assert main(["import", *order, *history]) == 0
        capsys.readouterr()
        assert main(["export", "--format", "json", *history]) == 0
        exports.add(capsys.readouterr().out)
    assert len(exports) == 1
    assert len(json.loads(exports.pop())["SendDataPoints"]) == 30


def test_an_export_imported_exports_the_same(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Export and import round-trip to the byte."""
    first, second = ([*REGION, "--history", str(tmp_path / name)] for name in ("a.db", "b.db"))
    main(["import", *files, *first])
    capsys.readouterr()
    main(["export", *first])
    text = capsys.readouterr().out
    (tmp_path / "all.json").write_text(text)
    assert main(["import", str(tmp_path / "all.json"), *second]) == 0
    capsys.readouterr()
    main(["export", *second])
    assert capsys.readouterr().out == text


def test_a_span_is_exported_as_csv(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--since is included and --until is not, and CSV has AWS's names, oldest first."""
    history = [*REGION, "--history", str(tmp_path / "h.db")]
    main(["import", *files, *history])
    capsys.readouterr()
    span = ["--since", point(2).time.isoformat(), "--until", point(4).time.isoformat()]
    assert main(["export", "--format", "csv", *span, *history]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["Timestamp"] for row in rows] == [
        point(slot).time.isoformat().replace("+00:00", "Z") for slot in (2, 3)
    ]
    assert list(rows[0]) == ["Timestamp", "DeliveryAttempts", "Bounces", "Complaints", "Rejects"]


def test_a_broken_file_takes_nothing_from_the_others(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken file is told with its name and place, the others are imported, and the exit status is 1."""
    broken = tmp_path / "broken.json"
    broken.write_text('{"SendDataPoints": [{"Bounces": "x"}]}')
    assert main(["import", str(broken), files[0], *REGION, "--history", str(tmp_path / "h.db")]) == 1
    said = capsys.readouterr()
    assert "broken.json: SendDataPoints[0].Bounces" in said.err
    assert "10 points, 10 of them new" in said.out


def test_two_regions_have_to_be_told_apart(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With points of several owners export lists them, and takes --region to choose."""
    history = ["--history", str(tmp_path / "h.db")]
    for region in ("eu-west-1", "us-east-1"):
        main(["import", files[0], "--region", region, "--account", "123456789012", *history])
    capsys.readouterr()
    assert main(["export", *history]) == 2
    assert "--account 123456789012 --region eu-west-1" in capsys.readouterr().err
    assert main(["export", "--region", "us-east-1", *history]) == 0


@pytest.mark.parametrize("account", ["", "123456789012"])
def test_an_import_is_part_of_what_the_monitor_keeps(
    ses: LoopbackSes, files: list[str], tmp_path: Path, account: str
) -> None:
    """Who imports with the environment that they monitor with adds to the same account's points, in its Region."""
    ses.hold([point(40)], "eu-west-1")
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n")
    own = {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_ENDPOINT_URL_SES": ses.url,
        "AWS_ACCOUNT_ID": account,
        "SESMON_HISTORY": str(tmp_path / "h.db"),
    }
    assert sesmon("snapshot", environment=own).returncode == 0
    done = sesmon("import", files[0], environment=own)
    assert (done.returncode, done.stderr) == (0, "")
    exported = sesmon("export", environment=own)
    assert (exported.returncode, exported.stderr) == (0, "")
    assert len(json.loads(exported.stdout)["SendDataPoints"]) == 11


def test_an_import_names_the_region_that_the_readings_leave_to_the_profile(
    ses: LoopbackSes, files: list[str], tmp_path: Path
) -> None:
    """--region beside a profile that has it means the account that was read by the profile alone, and the other way."""
    ses.hold([point(40)], "us-east-1")
    own = {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_ENDPOINT_URL_SES": ses.url,
        "SESMON_HISTORY": str(tmp_path / "h.db"),
    }
    keys = "aws_access_key_id = AKIATESTTESTTESTTEST\naws_secret_access_key = x\naws_account_id = 123456789012\n"
    (tmp_path / "config").write_text(f"[profile prod]\nregion = us-east-1\n{keys}")
    assert sesmon("snapshot", "--profile", "prod", environment=own).returncode == 0
    named = ["import", "--profile", "prod", "--region", "us-east-1", files[0]]
    assert sesmon(*named, environment=own).returncode == 0
    assert sesmon("import", "--profile", "prod", files[1], environment=own).returncode == 0
    exported = sesmon("export", "--account", "123456789012", environment=own)
    assert len(json.loads(exported.stdout)["SendDataPoints"]) == 17


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the Region is not known"),
        (["--region", "all"], "the Region is not known"),
        (["--region", "us east"], "'us east' is no Region"),
        (["--region", "us-east-1", "--account", "12"], "'12' is no account number"),
        (["--profile", "nobody"], "nobody"),
    ],
)
def test_an_import_without_a_place_to_go_stores_nothing(
    arguments: list[str], said: str, files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Region that is not known, and a Region or account that cannot be, are usage errors before anything is kept."""
    assert main(["import", files[0], *arguments, "--history", str(tmp_path / "h.db")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "h.db").exists()


def test_an_owner_is_chosen_by_account_at_any_endpoint(ses: LoopbackSes, tmp_path: Path) -> None:
    """--account finds what was read through another endpoint than AWS's, and a choice that fails says how to choose."""
    ses.hold([point(0)])
    own = {
        "AWS_ENDPOINT_URL_SES": ses.url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCOUNT_ID": "123456789012",
        "SESMON_HISTORY": str(tmp_path / "h.db"),
    }
    assert sesmon("snapshot", environment=own).returncode == 0
    assert sesmon("export", "--account", "123456789012", environment=own).returncode == 0
    chosen = f"--account '123456789012 at {ses.url}' --region us-east-1"
    assert chosen in sesmon("export", "--account", "1", environment=own).stderr


def test_what_cannot_be_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No history yet, a history switched off and a wrong time are one line each, and no traceback."""
    assert main(["export", "--history", str(tmp_path / "none.db")]) == 1
    assert "there is no history" in capsys.readouterr().err
    assert main(["import", "x", "--no-history"]) == 2
    assert "switched off" in capsys.readouterr().err
    with pytest.raises(SystemExit) as raised:
        main(["export", "--since", "yesterday"])
    assert raised.value.code == 2


def test_standard_input_is_imported_and_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    """- is standard input, and an export whose reader has gone says nothing."""
    command = (
        f"{sys.executable} -m sesmon import - --region us-east-1 --history {tmp_path}/h.db >/dev/null && "
        f"{sys.executable} -m sesmon export --history {tmp_path}/h.db | true"
    )
    done = subprocess.run(
        ["sh", "-c", command], input=AWS_SAMPLE, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stderr == ""


def test_a_point_in_the_future_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A point that this host's clock has not reached is taken, and told as a reading tells it."""
    file = tmp_path / "late.json"
    file.write_text('{"SendDataPoints": [{"Timestamp": "2199-01-01T00:00:00Z", "DeliveryAttempts": 1}]}')
    assert main(["import", str(file), "--region", "us-east-1", "--history", str(tmp_path / "h.db")]) == 0
    said = capsys.readouterr().out
    assert said.endswith(": 1 point, 1 of them new or changed; 1 point in the future: check this host's clock\n")


def test_neither_loads_screen_nor_client(tmp_path: Path) -> None:
    """import and export load neither textual nor boto3."""
    options = [*REGION, "--history", str(tmp_path / "h.db")]
    program = (
        "import sys\nfrom sesmon.cli import main\n"
        f"main(['import', '-', *{options}])\nmain(['export', *{options}])\n"
        "assert not {'textual', 'rich', 'boto3', 'botocore', 'plotext'} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", program], input=AWS_SAMPLE, capture_output=True, text=True, timeout=60, check=True
    )
