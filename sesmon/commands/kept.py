"""Which history a command means, and what it holds."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sesmon.commands import FAILED, USAGE_ERROR
from sesmon.commands.options import TRUE_WORDS, refuse

if TYPE_CHECKING:
    from sesmon.history import Owner
    from sesmon.model import DataPoint, Target

FILE_VARIABLE = "SESMON_HISTORY"
OFF_VARIABLE = "SESMON_NO_HISTORY"


def default_path() -> Path:
    """Where the history lies unless told: the XDG state directory."""
    from platformdirs import user_state_path  # noqa: PLC0415 - not loaded for a history that was named

    return user_state_path("sesmon") / "history.db"


def chosen_path(given: str | None, *, is_off: bool, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The history's file by option, then environment, then the default; None where it is switched off."""
    if is_off or (given is None and environment.get(OFF_VARIABLE, "").strip().lower() in TRUE_WORDS):
        return None
    chosen = given or environment.get(FILE_VARIABLE)
    # Not by pathlib, which raises for a user that there is not.
    return Path(os.path.expanduser(chosen)) if chosen else default_path()  # noqa: PTH111


def history_path(options: argparse.Namespace) -> Path | None:
    """The history's file by options and environment; None, with the reason said, where it is switched off."""
    path = chosen_path(options.history, is_off=options.no_history)
    if path is None:
        refuse("the history is switched off (--no-history or SESMON_NO_HISTORY): this command needs it.")
    return path


def matching(owners: list[Owner], options: argparse.Namespace) -> list[Owner]:
    """The owners that the options mean."""
    wanted = options.account or (f"profile {options.profile}" if options.profile else None)
    # Whoever was read through another endpoint than AWS's carries it behind the account or profile.
    return [
        owner
        for owner in owners
        if (wanted is None or owner.identity == wanted or owner.identity.startswith(f"{wanted} at "))
        and (options.region is None or owner.region == options.region)
    ]


class Kept(NamedTuple):
    """What the history holds of one account and Region, oldest first."""

    target: Target
    points: list[DataPoint]


def kept_points(
    options: argparse.Namespace, since: datetime | None = None, until: datetime | None = None
) -> Kept | int:
    """What the history holds of the one account and Region that the options mean; else the exit status, with why."""
    path = history_path(options)
    if path is None:
        return USAGE_ERROR
    if not path.exists():
        refuse(f"there is no history at {path} yet: run sesmon, or `sesmon import`.")
        return FAILED

    from sesmon.clock import SystemClock  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.history import History  # noqa: PLC0415
    from sesmon.history_file import HistoryError  # noqa: PLC0415

    try:
        with History(path, SystemClock().now()) as history:
            owners = matching(history.owners(), options)
            if len(owners) == 1:
                return Kept(history.target(owners[0]), history.points(owners[0], since, until))
            known = "; ".join(f"{owner.identity} in {owner.region or 'no Region'}" for owner in history.owners())
    except HistoryError as error:
        refuse(str(error))
        return FAILED
    what = "no points of that" if not owners else f"points of {len(owners)} of"
    choose = "--region, --account and --profile choose."
    refuse(f"the history holds {what} account and Region. It knows: {known or 'none'}. {choose}")
    return USAGE_ERROR
