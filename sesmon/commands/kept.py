"""Which history a command means, and what it holds."""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sesmon.commands import FAILED, USAGE_ERROR
from sesmon.commands.opening import ALL
from sesmon.commands.options import refuse

if TYPE_CHECKING:
    from sesmon.history import History, Owner
    from sesmon.model import DataPoint, Target


def default_path() -> Path:
    """Where the history lies unless told: the XDG state directory."""
    from platformdirs import user_state_path  # noqa: PLC0415 - not loaded for a history that was named

    return user_state_path("sesmon") / "history.db"


def chosen_path(given: str | None, *, is_off: bool) -> Path | None:
    """The history's file by the options as they are settled, or the default; None where it is switched off."""
    if is_off:
        return None
    # Not by pathlib, which raises for a user that there is not.
    return Path(os.path.expanduser(given)) if given else default_path()  # noqa: PTH111


def history_path(options: argparse.Namespace) -> Path | None:
    """The history's file by options and environment; None, with the reason said, where it is switched off."""
    path = chosen_path(options.history, is_off=options.no_history)
    if path is None:
        refuse("the history is switched off (--no-history or SESMON_NO_HISTORY): this command needs it.")
    return path


def matching(history: History, options: argparse.Namespace) -> list[Owner]:
    """The owners that the options mean; in each Region who is meant to the letter goes before all others."""
    wanted = options.account or (f"profile {options.profile}" if options.profile else None)
    region = None if options.region == ALL else options.region
    owners = [owner for owner in history.owners() if region is None or owner.region == region]
    if wanted is None:
        return owners

    def is_near(owner: Owner) -> bool:
        # Whoever was read through another endpoint than AWS's carries it behind the account or profile. A profile whose
        # account is known means that account.
        is_its_account = not options.account and history.target(owner).profile == options.profile
        return is_its_account or owner.identity.startswith(f"{wanted} at ")

    exact = [owner for owner in owners if owner.identity == wanted]
    regions = {owner.region for owner in exact}
    return exact + [owner for owner in owners if owner.region not in regions and is_near(owner)]


def choice(owner: Owner) -> str:
    """The options by which an owner is chosen."""
    import shlex  # noqa: PLC0415 - seldom needed, and every start loads this file

    name = owner.identity.removeprefix("profile ")
    option = "--account" if name == owner.identity else "--profile"
    return shlex.join([option, name, "--region", owner.region])


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
            for note in history.notes:
                refuse(note)
            if history.notes:
                return FAILED
            owners = matching(history, options)
            if len(owners) == 1:
                return Kept(history.target(owners[0]), history.points(owners[0], since, until))
            choices = "; ".join(choice(owner) for owner in owners or history.owners())
    except HistoryError as error:
        refuse(str(error))
        return FAILED
    holds = f"points of {len(owners)} accounts or Regions" if owners else "no points of that account and Region"
    refuse(f"the history holds {holds}. {f'Choose: {choices}' if choices else 'Run sesmon, or `sesmon import`.'}")
    return USAGE_ERROR
