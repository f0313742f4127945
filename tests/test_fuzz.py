"""Whatever bytes come in by a file or over the wire: points or one clean sentence, and nothing else."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sesmon.alerts.judge import Judge
from sesmon.clock import SystemClock
from sesmon.commands import doctor, importing, monitor
from sesmon.commands.options import alert_settings
from sesmon.commands.settings import SETTINGS, TYPES, configured, settle
from sesmon.history import History, Owner
from sesmon.model import SLOT, Failure, Metric, Reading
from sesmon.sources.base import SourceError
from sesmon.sources.points import LARGEST
from sesmon.sources.replay import points_from_json, read_points
from sesmon.sources.ses import SesSource
from sesmon.tui.keys import rebound
from tests.fakes import FakeClock
from tests.ses import wire
from tests.ses.server import LoopbackSes
from tests.tui.scenes import NOW, TARGET

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
TIMES = (
    st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
    | st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", "", "2026-W10-1"])
    | st.floats()
    | st.integers()
)
ITEM = st.fixed_dictionaries(
    {},
    optional={
        "Timestamp": TIMES | JSON,
        **{metric.aws_name: st.integers(-5, 2**64) | st.floats() | JSON for metric in Metric},
        "Else": JSON,
    },
)
DOCUMENT = st.fixed_dictionaries({"SendDataPoints": st.lists(ITEM | JSON, max_size=8)}) | JSON

MARKUP = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "/>",
        "&amp;",
        "&#0;",
        "&#x1F4A9;",
        "<![CDATA[",
        "]]>",
        "<!--",
        "<?xml?>",
        "<member>",
        "</member>",
        "<member/>",
        "<Timestamp>",
        "</Timestamp>",
        "<Timestamp/>",
        "<SendDataPoints>",
        "</SendDataPoints>",
        "<Bounces>1e9</Bounces>",
        "<Bounces></Bounces>",
        "<Bounces>-</Bounces>",
        "<Complaints>٣</Complaints>",
        "<Rejects>99999999999999999999</Rejects>",
        "<!DOCTYPEx>",
        "<!ENTITY",
        "\x00",
        "\ufffe",
    ]
)
XML = st.lists(MARKUP | st.text(max_size=8), max_size=30).map("".join)
WRAPPED = XML.map(lambda inner: wire.answer("GetSendStatistics", f"<SendDataPoints>{inner}</SendDataPoints>"))
BODIES = XML | WRAPPED | XML.map(lambda inner: wire.answer("GetSendStatistics", inner)) | st.text(max_size=50)


def check_failure(failure: Failure) -> None:
    """A failure is clean sentences."""
    for text in (failure.message, failure.remedy):
        assert text.isprintable()
        assert text.endswith((".", "…", "?"))
        assert "[" not in re.sub(r"SendDataPoints\[\d+\]", "", text), "only a place of our own may have brackets"
        assert len(text) < 600


def check_points(points: tuple[Any, ...]) -> None:
    """Points are in order, each time once, with possible counters."""
    times = [point.time for point in points]
    assert times == sorted(set(times))
    assert all(0 <= counter <= LARGEST for point in points for counter in point.counts)
    assert all(time.utcoffset() is not None and not time.utcoffset() for time in times)


def check_configuration(path: Path) -> None:
    """A file of settings is sentences that name it, or options that every command can use."""
    found = configured(str(path), {})
    for trouble in found.troubles:
        assert trouble.isprintable()
        assert trouble.startswith(str(path))
        assert trouble.endswith((".", "?"))
        assert len(trouble) < 1000
    if found.troubles:
        return
    settle(doctor.parser(), ["--config", str(path)], {})
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            options = settle(monitor.parser(), ["--config", str(path)], {})
    except SystemExit:
        refusal = said.getvalue().rstrip("\n").rpartition("\n")[2]
        assert f"{path}: keys: " in refusal
        assert refusal.isprintable()
        return
    alert_settings(options)
    rebound(dict(options.key))


@given(DOCUMENT)
def test_any_json_is_points_or_a_sentence(document: Any) -> None:
    """A JSON document of any shape gives points in order, or one sentence that names the file."""
    try:
        parsed = points_from_json(json.dumps(document), "incident.json")
    except SourceError as error:
        failure = error.failure
    else:
        check_points(parsed.points)
        return
    check_failure(failure)
    assert "incident.json" in failure.message


FILES = st.binary(max_size=200) | DOCUMENT.map(lambda document: json.dumps(document, ensure_ascii=False)).map(
    lambda text: text.encode("utf-8", "replace")
)


@given(FILES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_of_a_file_are_points_or_a_sentence(tmp_path: Path, data: bytes) -> None:
    """A file of any bytes is replayed, or is refused in one sentence."""
    path = tmp_path / "f"
    path.write_bytes(data)
    try:
        check_points(read_points(str(path)).points)
    except SourceError as error:
        check_failure(error.failure)


VALUES = (
    st.sampled_from([setting.sample for setting in SETTINGS])
    | st.sampled_from(
        ["nan", "-inf", "1e400", "0x" + "f" * 5000, "9" * 5000, "9" * 400, "[" * 5000, "1979-05-27", "{}"]
    )
    | st.sampled_from(
        [
            '"\\u0000"',
            '"\\u202e\\u009b"',
            "[]",
            "[[]]",
            '[""]',
            "[1, 'a']",
            "1979-05-27",
            "{}",
            "{ quit = 'Q', help = 'Q' }",
        ]
    )
    | st.text(max_size=8).map(lambda text: f"{{ {json.dumps(text)} = {json.dumps(text)} }}")
    | (st.integers() | st.booleans() | st.text(max_size=8)).map(json.dumps)
    | st.text(max_size=8)
)
SETTING_LINES = st.tuples(st.sampled_from([*TYPES, "intervall", "a.b", '""']), VALUES).map(" = ".join)
CONFIGURATIONS = st.lists(SETTING_LINES | st.sampled_from(["[[target]]", "[limit]", "[keys]"]), max_size=5).map(
    lambda lines: "\n".join(lines).encode("utf-8", "replace")
)


@given(CONFIGURATIONS | st.binary(max_size=200))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_configuration_or_sentences(tmp_path: Path, data: bytes) -> None:
    """Whatever a file of settings holds, the commands can use it, or sentences that name it say why not."""
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    check_configuration(path)


@given(st.lists(FILES, max_size=3))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_files_are_imported_or_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: list[bytes]
) -> None:
    """An import takes each file whole or not at all, says one line for each, and the history stays sound."""
    paths = []
    for number, data in enumerate(files or [b"{}"]):
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_bytes(data)
    history = tmp_path / "h.db"
    status = importing.run([*map(str, paths), "--history", str(history), "--region", "us-east-1"])
    said = capsys.readouterr()
    assert status in {0, 1}
    assert "Traceback" not in said.err
    assert (said.out + said.err).replace("\n", "").isprintable()
    with History(history, NOW) as kept:
        assert kept.notes == ()
        for owner in kept.owners():
            check_points(tuple(kept.points(owner)))


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackSes]:
    """One loopback SES for all examples."""
    with LoopbackSes() as ses:
        yield ses


@given(BODIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_body_is_points_or_a_sentence(server: LoopbackSes, body: str) -> None:
    """Whatever the service answers, by way of the real client: points in order, or one clean sentence."""
    server.hold_body(body.encode("utf-8", "replace").decode())
    source = SesSource(FakeClock(NOW), region="us-east-1", endpoint_url=server.url)
    try:
        check_points(source.read().points)
    except SourceError as error:
        check_failure(error.failure)
    finally:
        source.close()


@given(st.lists(ITEM, max_size=12))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_read_can_be_judged_and_kept(tmp_path: Path, items: list[dict[str, Any]]) -> None:
    """Points from any file go through the judge and the history without an exception, and come back the same."""
    try:
        points = points_from_json(json.dumps({"SendDataPoints": items}), "f").points
    except SourceError:
        return
    now = points[-1].time if points else NOW
    with contextlib.suppress(OverflowError):
        now += SLOT
    Judge().judge(points, now)
    owner = Owner("123456789012", "us-east-1")
    path = tmp_path / f"{hash(points)}.db"
    with History(path, SystemClock().now()) as history:
        if points:
            reading = Reading(TARGET, now, points)
            history.record(owner, reading)
            assert tuple(history.points(owner)) == points
