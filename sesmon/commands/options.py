"""What several commands share: options, and how a command refuses."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sesmon.history import Owner

    # argparse gives parsers and groups no public common type.
    Options = argparse.ArgumentParser | argparse._ArgumentGroup


def add_history_options(to: Options) -> None:
    """--history and --no-history."""
    to.add_argument(
        "--history", metavar="FILE", help="where readings are kept (else SESMON_HISTORY, else the state directory)"
    )
    to.add_argument("--no-history", action="store_true", help="keep and show nothing kept (or SESMON_NO_HISTORY=1)")


def add_owner_options(to: Options) -> None:
    """Whose points are meant."""
    to.add_argument("--region", metavar="REGION", help="whose points: the Region (else AWS_REGION, AWS_DEFAULT_REGION)")
    to.add_argument("--account", metavar="NUMBER", help="whose points: the account number")
    to.add_argument("--profile", metavar="NAME", help="whose points: the profile, for an account that is not known")


def history_path(options: argparse.Namespace) -> Path | None:
    """The history's file by options and environment; None, with the reason said, where it is switched off."""
    from sesmon.keeper import chosen_path  # noqa: PLC0415

    path = chosen_path(options.history, is_off=options.no_history)
    if path is None:
        refuse("the history is switched off (--no-history or SESMON_NO_HISTORY): this command needs it.")
    return path


def matching(owners: list[Owner], options: argparse.Namespace) -> list[Owner]:
    """The owners that the options mean."""
    wanted = options.account or (f"profile {options.profile}" if options.profile else None)
    return [
        owner
        for owner in owners
        if (wanted is None or owner.identity == wanted) and (options.region is None or owner.region == options.region)
    ]


def moment(text: str) -> datetime:
    """A time of the command line: ISO 8601, UTC unless it says otherwise."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-03-02 or 2026-03-02T14:00Z") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def refuse(why: str) -> None:
    """Say why a command did not do what it was asked."""
    print(f"sesmon: {why}", file=sys.stderr)  # noqa: T201 - this is the program's answer
