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
from tests.sources.test_replay import AWS_SAMPLE
from tests.test_history import POINTS, point


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
        history = ["--history", str(tmp_path / f"{number}.db")]
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
    first, second = (["--history", str(tmp_path / name)] for name in ("a.db", "b.db"))
    main(["import", *files, *first])
    capsys.readouterr()
    main(["export", *first])
    text = capsys.readouterr().out
    (tmp_path / "all.json").write_text(text)
    main(["import", str(tmp_path / "all.json"), *second])
    capsys.readouterr()
    main(["export", *second])
    assert capsys.readouterr().out == text


def test_a_span_is_exported_as_csv(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--since is included and --until is not, and CSV has AWS's names, oldest first."""
    history = ["--history", str(tmp_path / "h.db")]
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
    assert main(["import", str(broken), files[0], "--history", str(tmp_path / "h.db")]) == 1
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
    assert "123456789012 in eu-west-1" in capsys.readouterr().err
    assert main(["export", "--region", "us-east-1", *history]) == 0


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
        f"{sys.executable} -m sesmon import - --history {tmp_path}/h.db >/dev/null && "
        f"{sys.executable} -m sesmon export --history {tmp_path}/h.db | true"
    )
    done = subprocess.run(
        ["sh", "-c", command], input=AWS_SAMPLE, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stderr == ""


def test_neither_loads_screen_nor_client(tmp_path: Path) -> None:
    """import and export load neither textual nor boto3."""
    history = str(tmp_path / "h.db")
    program = (
        "import sys\nfrom sesmon.cli import main\n"
        f"main(['import', '-', '--history', {history!r}])\nmain(['export', '--history', {history!r}])\n"
        "assert not {'textual', 'rich', 'boto3', 'botocore', 'plotext'} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", program], input=AWS_SAMPLE, capture_output=True, text=True, timeout=60, check=True
    )
