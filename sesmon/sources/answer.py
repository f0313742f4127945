"""The data points of an answer, taken out of its XML before botocore reads what is left.

Botocore walks its model of the service for each counter of each point: twice the time of all the rest of a reading.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

from sesmon.sources.points import COUNTERS


class GarbledAnswer(Exception):  # noqa: N818 - it names what happened; faults.py goes by this name
    """An answer holds a text where a number belongs."""


_PLACE = "{*}GetSendStatisticsResult/{*}SendDataPoints"


def without_points(body: bytes, timestamp: Callable[[str], object]) -> tuple[bytes, list[dict[str, object]]] | None:
    """An answer with an empty list of points, and the points in AWS's own names, as botocore would give them.

    `timestamp` makes a time of a text. None for what is no such answer, which is left to botocore to judge.
    """
    try:
        # An answer that declares entities is refused by transport.py.
        root = ET.fromstring(body)  # noqa: S314 - as said
        listed = root.find(_PLACE)
        if listed is None:
            return None
        points: list[dict[str, object]] = []
        for member in listed:
            point: dict[str, object] = {}
            for element in member:
                name = element.tag.rpartition("}")[2]
                if name in COUNTERS:
                    point[name] = _number(element.text or "")
                elif name == "Timestamp":
                    point[name] = timestamp(element.text or "")
            points.append(point)
    except (ET.ParseError, ValueError):
        return None
    listed.clear()
    return ET.tostring(root), points


def _number(text: str) -> int | str:
    """A counter; what is no number stays the text it is, and costs its point only (points.py)."""
    try:
        return int(text)
    except ValueError:
        return text
