"""`sesmon export`: the history, in AWS's own shape and field names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sesmon.commands import OK
from sesmon.commands.kept import kept_points
from sesmon.commands.options import add_history_options, add_owner_options, moment, refuse_empty_span
from sesmon.commands.settings import add_config_option, settle

_FORMATS = (
    "AWS's JSON (the default), CSV, or OpenMetrics with timestamps for `promtool tsdb create-blocks-from openmetrics`"
)


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = argparse.ArgumentParser(
        prog="sesmon export", description="Give back what the history holds of one account in one Region, oldest first."
    )
    out.add_argument("--format", choices=("json", "csv", "openmetrics"), default="json", help=_FORMATS)
    out.add_argument("--since", type=moment, metavar="TIME", help="from this time on (ISO 8601; UTC unless told)")
    out.add_argument("--until", type=moment, metavar="TIME", help="before this time")
    add_owner_options(out)
    add_history_options(out)
    add_config_option(out)
    return out


def run(argv: Sequence[str]) -> int:
    """Print the points, and return the exit status."""
    arguments = parser()
    options = settle(arguments, argv)
    refuse_empty_span(arguments, options)
    kept = kept_points(options, options.since, options.until)
    if isinstance(kept, int):
        return kept
    if options.format == "openmetrics":
        from sesmon.reports import openmetrics  # noqa: PLC0415 - each layer is loaded only where it is needed

        text = openmetrics.exposition(openmetrics.HistoryCollector([kept]))
    else:
        from sesmon.reports import aws, csv  # noqa: PLC0415

        text = aws.document(kept.points) if options.format == "json" else csv.points(kept.points)
    sys.stdout.write(text)
    return OK
