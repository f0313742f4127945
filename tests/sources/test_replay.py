"""Recordings: what `aws ses get-send-statistics` printed."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon.model import SLOT, ErrorKind, Phase, Snapshot
from sesmon.monitor import Monitor
from sesmon.pacing import ProcessPacer
from sesmon.sources.base import SourceError
from sesmon.sources.replay import ReplaySource, points_from_json
from tests.fakes import FakeClock

AWS_SAMPLE = """
{ "SendDataPoints": [
    {"Complaints": 0, "Timestamp": "2016-07-13T22:43:00Z", "DeliveryAttempts": 1, "Bounces": 0, "Rejects": 0},
    {"Complaints": 0, "Timestamp": "2016-07-13T23:13:00Z", "DeliveryAttempts": 3, "Bounces": 0, "Rejects": 0},
    {"Complaints": 0, "Timestamp": "2016-07-13T21:13:00Z", "DeliveryAttempts": 1, "Bounces": 0, "Rejects": 0}
] }
"""


def write(tmp_path: Path, text: str | bytes) -> str:
    """A file to replay."""
    path = tmp_path / "incident.json"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def broken(path: str) -> str:
    """What is said of a file that cannot be replayed."""
    with pytest.raises(SourceError) as raised:
        ReplaySource(path, FakeClock())
    assert raised.value.failure.kind is ErrorKind.CONFIGURATION
    return raised.value.failure.message


def test_awss_own_sample_is_in_order_and_whole(tmp_path: Path) -> None:
    """The three points of AWS's sample are there, oldest first, none lost though they lie off the quarter hour."""
    reading = ReplaySource(write(tmp_path, AWS_SAMPLE), FakeClock()).read()
    assert [(point.time.hour, point.time.minute, point.attempts) for point in reading.points] == [
        (21, 13, 1),
        (22, 43, 1),
        (23, 13, 3),
    ]
    assert reading.read_at == reading.points[-1].time + SLOT


def test_a_replay_is_read_once_through_the_monitor(tmp_path: Path) -> None:
    """A recording goes through the same loop and ends it."""
    published: list[Snapshot] = []
    clock = FakeClock()
    source = ReplaySource(write(tmp_path, AWS_SAMPLE), clock)
    Monitor(source, clock, ProcessPacer(clock), published.append).run()
    assert published[-1].phase is Phase.ENDED
    assert published[-1].reading is not None
    assert len(published[-1].reading.points) == 3


def test_standard_input_is_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path of - reads standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(AWS_SAMPLE.encode())))
    assert len(ReplaySource("-", FakeClock()).read().points) == 3


@pytest.mark.parametrize(
    "stamp",
    ["2016-07-13T22:43:00Z", "2016-07-14T00:43:00+02:00", "2016-07-13T22:43:00.000+00:00", 1468449780, 1468449780.0],
)
def test_every_form_of_time_is_read(stamp: object) -> None:
    """ISO 8601 with any offset and seconds since 1970 are the same time."""
    text = json.dumps({"SendDataPoints": [{"Timestamp": stamp, "DeliveryAttempts": 2.0}]})
    (point,) = points_from_json(text, "x").points
    assert point == (datetime(2016, 7, 13, 22, 43, tzinfo=UTC), 2, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"SendDataPoints": [\n  {"Bounces": }\n]}', "line 2, column 15"),
        ("", "line 1, column 1"),
        ("[]", "a list where an object"),
        ("3", "holds 3"),
        ('{"Points": []}', "has no SendDataPoints"),
        ('{"SendDataPoints": {}}', "SendDataPoints is an object, not a list"),
        ('{"SendDataPoints": [1]}', "SendDataPoints[0] is 1, not an object"),
        ('{"SendDataPoints": [{}, {"Bounces": "x"}]}', 'SendDataPoints[1].Bounces is "x", not a whole number'),
        ('{"SendDataPoints": [{"Rejects": 1.5}]}', "SendDataPoints[0].Rejects is 1.5"),
        ('{"SendDataPoints": [{"Rejects": true}]}', "SendDataPoints[0].Rejects is true"),
        ('{"SendDataPoints": [{"Timestamp": "soon"}]}', 'SendDataPoints[0].Timestamp is "soon", not a time'),
        (b'{"SendDataPoints": "\xff"}', "is not UTF-8 text: byte 20"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_broken_file_names_file_and_place(tmp_path: Path, text: str | bytes, place: str) -> None:
    """What is wrong is told with the file and the place in it."""
    message = broken(write(tmp_path, text)).replace("(", "[").replace(")", "]")
    assert "incident.json" in message
    assert place in message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing file and a directory are told with their path and reason."""
    assert "nothing.json cannot be read: No such file" in broken(str(tmp_path / "nothing.json"))
    assert "cannot be read: Is a directory" in broken(str(tmp_path))


def test_points_without_time_are_dropped_and_said() -> None:
    """A recording's points are validated as the service's are."""
    parsed = points_from_json('{"SendDataPoints": [{"Bounces": 1}, {"Timestamp": 0, "Bounces": -1}]}', "x")
    assert parsed.points == ()
    assert len(parsed.notes) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["SendDataPoints", "Timestamp", "Bounces", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.one_of(st.text(max_size=60), JSON.map(json.dumps)))
def test_any_text_is_points_or_one_clear_error(text: str) -> None:
    """Any text at all is parsed or refused by a SourceError; nothing else is raised, and no message is unclean."""
    messages = []
    try:
        points_from_json(text, "some\x1b[31mfile")
    except SourceError as error:
        messages.append(error.failure.message)
    assert all(message.isprintable() for message in messages)
