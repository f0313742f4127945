"""What `aws ses get-send-statistics` printed, read from a file: a saved incident to look at."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sesmon import named_file
from sesmon.clock import Clock
from sesmon.model import SLOT, ErrorKind, Metric, Origin, Reading, Target
from sesmon.sources.base import SourceError
from sesmon.sources.points import Parsed, validated
from sesmon.wording import clean

STDIN = "-"

_LIST = "SendDataPoints"
_REMEDY = "Give the JSON that `aws ses get-send-statistics` prints."


class ReplaySource:
    """A recording. It is read once, when it is made, so that a broken file is told before a screen opens."""

    origin = Origin.REPLAY
    live = False

    def __init__(self, path: str, clock: Clock) -> None:
        """Read the file.

        Raises:
            SourceError: for a file that cannot be read or does not hold send statistics.
        """
        parsed = read_points(path, clock.now())
        # Windows of a recording end with it, not with today.
        end = parsed.points[-1].time + SLOT if parsed.points else clock.now()
        self.target = Target("replay", clean(_name(path) if path == STDIN else Path(path).name))
        self._reading = Reading(self.target, end, parsed.points, Origin.REPLAY, parsed.notes)

    def read(self) -> Reading:
        """The recording."""
        return self._reading


def read_points(path: str, now: datetime | None = None) -> Parsed:
    """The data points of a file, `-` being standard input; `now` (UTC) finds points in the future, for the notes.

    Raises:
        SourceError: of kind configuration, naming the file and the place.
    """
    return points_from_json(_text(path, _name(path)), _name(path), now)


def _name(path: str) -> str:
    return "standard input" if path == STDIN else path


def points_from_json(text: str, name: str, now: datetime | None = None) -> Parsed:
    """The data points of a JSON text; `name` stands for it in messages, and `now` (UTC) finds points in the future.

    Timestamps may be ISO 8601 with any offset (none is UTC), or seconds since 1970, as the AWS CLI can print both.

    Raises:
        SourceError: of kind configuration, naming the file and the place, for anything but send statistics.
    """
    shown = clean(name)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _broken(f"{shown} is not JSON: {clean(error.msg)} at {place}.") from error
    except (RecursionError, ValueError) as error:
        raise _broken(f"{shown} is not JSON that can be read: {clean(str(error))}.") from error
    if not isinstance(document, dict):
        raise _broken(f"{shown} holds {_kind(document)} where an object with {_LIST} was expected.")
    items = document.get(_LIST, [] if not document or "ResponseMetadata" in document else None)
    if items is None:
        raise _broken(f"{shown} has no {_LIST}.")
    if not isinstance(items, list):
        raise _broken(f"{shown}: {_LIST} is {_kind(items)}, not a list.")
    return validated([_item(item, f"{shown}: {_LIST}[{place}]") for place, item in enumerate(items)], now)


def _item(item: object, place: str) -> dict[str, object]:
    if not isinstance(item, dict):
        raise _broken(f"{place} is {_kind(item)}, not an object.")
    out: dict[str, object] = {"Timestamp": _time(item.get("Timestamp"), place)}
    for metric in Metric:
        value = item.get(metric.aws_name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise _broken(f"{place}.{metric.aws_name} is {_kind(value)}, not a whole number.")
        out[metric.aws_name] = value
    return out


def _time(value: object, place: str) -> datetime | None:
    """The time, or None for a missing one."""
    try:
        if value is None:
            return None
        if isinstance(value, str):
            time = datetime.fromisoformat(value)
            return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise _broken(f"{place}.Timestamp is {_kind(value)}, not a time.")


def _kind(value: Any) -> str:
    """A value as a message names it: short, and clean."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = clean(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= 40 else f"{text[:39]}…"


def _text(path: str, name: str) -> str:
    try:
        if path == STDIN:
            return named_file.text(sys.stdin.buffer)
        with Path(path).open("rb") as file:
            return named_file.text(file)
    except UnicodeDecodeError as error:
        encoding = "UTF-16" if error.encoding.startswith("utf-16") else "UTF-8"
        raise _broken(f"{clean(name)} is not {encoding} text: byte {error.start} does not fit.") from error
    except named_file.TooLongError as error:
        raise _broken(f"{clean(name)} {error}: no send statistics are.") from error
    except (OSError, ValueError) as error:
        why = clean(getattr(error, "strerror", None) or str(error))
        raise SourceError(
            ErrorKind.CONFIGURATION,
            f"{clean(name)} cannot be read: {why}.",
            "Check the path and its permissions.",
            transient=False,
        ) from error


def _broken(message: str) -> SourceError:
    return SourceError(ErrorKind.CONFIGURATION, message, _REMEDY, transient=False)
