"""`sesmon export`: the history, in AWS's own shape and field names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sesmon.commands import FAILED, OK, USAGE_ERROR
from sesmon.commands.options import add_history_options, add_owner_options, history_path, matching, moment, refuse


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = argparse.ArgumentParser(
        prog="sesmon export", description="Give back what the history holds of one account in one Region, oldest first."
    )
    out.add_argument("--format", choices=("json", "csv"), default="json", help="AWS's JSON (the default), or CSV")
    out.add_argument("--since", type=moment, metavar="TIME", help="from this time on (ISO 8601; UTC unless told)")
    out.add_argument("--until", type=moment, metavar="TIME", help="before this time")
    add_owner_options(out)
    add_history_options(out)
    return out


def run(argv: Sequence[str]) -> int:
    """Print the points, and return the exit status."""
    options = parser().parse_args(argv)
    path = history_path(options)
    if path is None:
        return USAGE_ERROR
    if not path.exists():
        refuse(f"there is no history at {path} yet: run sesmon, or `sesmon import`.")
        return FAILED

    from sesmon.clock import SystemClock  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.history import History, HistoryError  # noqa: PLC0415
    from sesmon.reports import aws, csv  # noqa: PLC0415

    try:
        with History(path, SystemClock().now()) as history:
            owners = matching(history.owners(), options)
            if len(owners) != 1:
                known = "; ".join(f"{owner.identity} in {owner.region or 'no Region'}" for owner in history.owners())
                what = "no points of that" if not owners else f"points of {len(owners)} of"
                refuse(f"the history holds {what} account and Region. It knows: {known or 'none'}.")
                return USAGE_ERROR
            points = history.points(owners[0], options.since, options.until)
    except HistoryError as error:
        refuse(str(error))
        return FAILED
    sys.stdout.write(aws.document(points) if options.format == "json" else csv.points(points))
    return OK
