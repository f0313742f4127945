"""`sesmon import`: saved answers of GetSendStatistics into the history."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence

from sesmon.commands import FAILED, OK, USAGE_ERROR
from sesmon.commands.kept import history_path
from sesmon.commands.opening import ALL
from sesmon.commands.options import add_history_options, add_owner_options, refuse
from sesmon.commands.settings import add_config_option, settle

_ACCOUNT = re.compile(r"[0-9]{12}")

_REGION = re.compile(r"(?![0-9]+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)")
"""What botocore takes for a Region, and so what can be read: a part of a host's name."""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = argparse.ArgumentParser(
        prog="sesmon import",
        description="Take the JSON that `aws ses get-send-statistics` printed into the history. Files may overlap, and"
        " come in any order: the result is the same. A file that is broken is told, and nothing of it is taken.",
    )
    out.add_argument("files", nargs="+", metavar="FILE", help="a JSON file; - is standard input")
    add_owner_options(out)
    add_history_options(out)
    add_config_option(out)
    return out


def run(argv: Sequence[str]) -> int:
    """Import the files, and return the exit status."""
    options = settle(parser(), argv)
    path = history_path(options)
    if path is None:
        return USAGE_ERROR

    if options.account and not _ACCOUNT.fullmatch(options.account):
        refuse(f"{options.account!r} is no account number, which has 12 digits: check --account.")
        return USAGE_ERROR
    given = None if options.region == ALL else options.region
    region = given or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    profile = options.profile or os.environ.get("AWS_PROFILE")

    from sesmon.clock import SystemClock  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.history import History, Owner  # noqa: PLC0415
    from sesmon.history_file import HistoryError  # noqa: PLC0415
    from sesmon.keeper import asker  # noqa: PLC0415
    from sesmon.model import Target  # noqa: PLC0415
    from sesmon.sources.base import SourceError  # noqa: PLC0415
    from sesmon.sources.replay import read_points  # noqa: PLC0415
    from sesmon.wording import clean  # noqa: PLC0415

    try:
        if not region:
            from sesmon.sources.ses import profile_region  # noqa: PLC0415 - it takes as long as a call

            region = profile_region(profile)
    except SourceError as error:
        refuse(error.failure.sentences)
        return USAGE_ERROR
    if not region:
        refuse("the Region is not known, and no monitor would show these points: give --region.")
        return USAGE_ERROR
    if not _REGION.fullmatch(region):
        refuse(f"{region!r} is no Region, which is of letters, digits and hyphens, such as eu-west-1: give --region.")
        return USAGE_ERROR
    who = asker(Target(region, clean(profile) if profile else None), None)
    now, status = SystemClock().now(), OK
    try:
        with History(path, now) as history:
            for note in history.notes:
                refuse(note)
            # Who is named as a monitor's target was named is the account that it has learned since.
            known = None if options.account else history.named(who.name)
            owner = known or Owner(who.identity(options.account), who.region)
            for file in options.files:
                try:
                    parsed = read_points(file, now)
                except SourceError as error:
                    refuse(error.failure.sentences)
                    status = FAILED
                    continue
                written = history.merge(owner, parsed.points, now)
                notes = "".join(f"; {note}" for note in parsed.notes)
                count = f"{len(parsed.points):,} point{'' if len(parsed.points) == 1 else 's'}"
                print(f"{file}: {count}, {written:,} of them new or changed{notes}")  # noqa: T201
    except HistoryError as error:
        refuse(str(error))
        return FAILED
    return status
