"""`sesmon snapshot`: one reading, without a screen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sesmon.commands import FAILED, OK
from sesmon.commands.escaping import json_for_stdout
from sesmon.commands.opening import add_reading_options, parsed
from sesmon.commands.options import alert_settings, refuse

FORMATS = ("text", "json", "csv", "openmetrics")


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = argparse.ArgumentParser(
        prog="sesmon snapshot",
        description="Read once, or take what the history holds of within --interval, and print it. Exit status: 0 all"
        " was read, 1 some target was not (its error is on standard error, and in text and JSON), 2 usage.",
    )
    out.add_argument("--format", choices=FORMATS, default="text", help="text unless told")
    out.add_argument("--quota", action="store_true", help="ask for the sending quota too: one or two calls more")
    add_reading_options(out)
    return out


def run(argv: Sequence[str]) -> int:
    """Print the snapshots, and return the exit status."""
    arguments = parser()
    options = parsed(arguments, argv)

    from sesmon.clock import SystemClock  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.commands.reading import snapshots_of, tell_notes  # noqa: PLC0415

    clock = SystemClock()
    settings = alert_settings(options)
    snapshots = snapshots_of(arguments, options, clock, settings, with_extras=options.quota)
    for snapshot in snapshots:
        if snapshot.failure is not None:
            refuse(snapshot.failure.sentences)
    for why in dict.fromkeys(snapshot.history_off for snapshot in snapshots):
        if why is not None:
            refuse(f"nothing is kept: {why}")
    tell_notes(snapshots)
    if options.format == "json":
        from sesmon.reports import json  # noqa: PLC0415

        text = json_for_stdout(json.document(snapshots, clock.now(), settings.volume))
    elif options.format == "csv":
        from sesmon.reports import csv  # noqa: PLC0415

        text = csv.targets(snapshots)
    elif options.format == "openmetrics":
        from sesmon.reports import openmetrics  # noqa: PLC0415

        text = openmetrics.document(snapshots, settings.volume)
    else:
        from sesmon.reports import text as plain  # noqa: PLC0415

        is_unicode = "utf" in (sys.stdout.encoding or "").lower()
        text = plain.document(snapshots, settings.volume, settings.limits, ascii_only=not is_unicode)
    sys.stdout.write(text)
    return FAILED if any(snapshot.failure for snapshot in snapshots) else OK
