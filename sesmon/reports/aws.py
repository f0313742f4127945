"""Data points in the shape that `aws ses get-send-statistics` prints, oldest first."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sesmon.model import DataPoint, Metric
from sesmon.reports.csv import iso

_NAMES = ("Timestamp", *(metric.aws_name for metric in Metric))
"""What AWS calls the fields of a `DataPoint`, in their order."""


def document(points: Iterable[DataPoint]) -> str:
    """The whole answer as JSON, with a newline at its end."""
    return json.dumps({"SendDataPoints": [member(point) for point in points]}, indent=4) + "\n"


def member(point: DataPoint) -> dict[str, str | int]:
    """One data point under AWS's own names."""
    return dict(zip(_NAMES, (iso(point.time), *point[1:]), strict=True))
