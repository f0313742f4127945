"""One reading of each target that the options name, for commands that answer once."""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor

from sesmon.alerts.judge import Judge
from sesmon.alerts.settings import Settings
from sesmon.clock import Clock
from sesmon.commands.opening import Opened, interval, open_targets
from sesmon.model import Snapshot
from sesmon.monitor import Monitor
from sesmon.sources.base import SourceError

_AT_ONCE = 16
"""How many targets are read side by side."""


def snapshots_of(
    arguments: argparse.ArgumentParser, options: argparse.Namespace, clock: Clock, settings: Settings
) -> list[Snapshot]:
    """How each target stands after one reading, in the order in which they were named.

    Ends the program with a usage error for a target that cannot be opened, such as a broken replay file.
    """
    try:
        targets = open_targets(options, clock)
    except SourceError as error:
        arguments.error(f"{error.failure.message} {error.failure.remedy}")
    seconds = interval(options)

    def take(target: Opened) -> Snapshot:
        try:
            return monitor_of(target, seconds, settings).once()
        finally:
            if target.keeper is not None:
                target.keeper.close()

    if len(targets) == 1:
        return [take(targets[0])]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(take, targets))


def monitor_of(target: Opened, seconds: float, settings: Settings) -> Monitor:
    """A monitor of a target that publishes to nobody."""
    return Monitor(
        target.source,
        target.clock,
        target.pacer,
        lambda _snapshot: None,
        interval=seconds,
        keeper=target.keeper,
        judge=Judge(settings),
    )
