"""`sesmon backtest`: what the judge would have said, had each point of the past just arrived."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sesmon.commands import FAILED, OK
from sesmon.commands.escaping import json_for_stdout
from sesmon.commands.kept import kept_points
from sesmon.commands.options import (
    add_alert_options,
    add_history_options,
    add_owner_options,
    alert_settings,
    moment,
    refuse,
    refuse_empty_span,
)
from sesmon.commands.settings import add_config_option, settle

if TYPE_CHECKING:
    from sesmon.model import Event

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = argparse.ArgumentParser(
        prog="sesmon backtest",
        description="Walk the points of a file, or of the history, in the order of time, as if each had just arrived,"
        " and print every alert event that would have been raised.",
    )
    out.add_argument("--replay", metavar="FILE", help="what `aws ses get-send-statistics` printed; - is standard input")
    out.add_argument("--since", type=moment, metavar="TIME", help="events from this time on; the past before it counts")
    out.add_argument("--until", type=moment, metavar="TIME", help="events before this time")
    out.add_argument("--format", choices=("text", "jsonl"), default="text", help="lines to read (the default), or JSON")
    add_alert_options(out)
    add_owner_options(out)
    add_history_options(out)
    add_config_option(out)
    return out


def run(argv: Sequence[str]) -> int:
    """Print the events, and return the exit status."""
    arguments = parser()
    options = settle(arguments, argv)
    refuse_empty_span(arguments, options)
    if options.replay:
        from sesmon.sources.base import SourceError  # noqa: PLC0415 - each layer is loaded only where it is needed
        from sesmon.sources.replay import read_points  # noqa: PLC0415

        try:
            points = read_points(options.replay).points
        except SourceError as error:
            refuse(error.failure.sentences)
            return FAILED
    else:
        kept = kept_points(options)
        if isinstance(kept, int):
            return kept
        points = tuple(kept.points)

    from sesmon.alerts.judge import Judge  # noqa: PLC0415
    from sesmon.model import SLOT  # noqa: PLC0415
    from sesmon.reports import events  # noqa: PLC0415

    if not points:
        refuse("there is no data point to walk.")
        return OK

    def line(event: Event) -> str:
        return json_for_stdout(events.json_line(event)) if options.format == "jsonl" else events.text_line(event)

    for event in Judge(alert_settings(options)).walk(points, points[-1].time + SLOT):
        if (options.since or _FIRST) <= event.time < (options.until or _LAST):
            sys.stdout.write(line(event) + "\n")
    return OK
