"""Points taken out of an answer: what botocore itself would have read there."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.parsers import ResponseParserFactory

from sesmon.sources.answer import without_points
from sesmon.sources.ses import timestamp
from tests.ses import wire
from tests.tui.scenes import HEALTHY

SHAPE = botocore.session.Session().get_service_model("ses").operation_model("GetSendStatistics").output_shape
ANSWER = wire.statistics(map(wire.point, HEALTHY)).encode()


def read(body: bytes) -> dict[str, object]:
    """What botocore reads, with the time parser that sesmon gives it."""
    makers = ResponseParserFactory()
    makers.set_parser_defaults(timestamp_parser=timestamp)
    parser = makers.create_parser("query")
    assert SHAPE is not None
    parsed: dict[str, object] = parser.parse({"body": body, "headers": {}, "status_code": 200}, SHAPE)
    return parsed


def test_points_are_those_that_botocore_reads() -> None:
    """An answer without its points and the points are together what botocore makes of the whole."""
    taken = without_points(ANSWER, timestamp)
    assert taken is not None
    rest, points = taken
    assert {**read(rest), "SendDataPoints": points} == read(ANSWER)
    assert len(points) == len(HEALTHY)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"<a><b></a>", b"no XML"])
def test_what_is_no_such_answer_is_left_alone(body: bytes) -> None:
    """It is botocore's to judge, whose words for it are known."""
    assert without_points(body, timestamp) is None


def test_a_counter_that_is_no_number_is_the_text_it_is() -> None:
    """One counter that cannot be read leaves all else of the answer as it is."""
    taken = without_points(ANSWER.replace(b"<Bounces>", b"<Bounces>x", 1), timestamp)
    good = without_points(ANSWER, timestamp)
    assert taken is not None
    assert good is not None
    bounces = good[1][0]["Bounces"]
    assert taken == (good[0], [{**good[1][0], "Bounces": f"x{bounces}"}, *good[1][1:]])
