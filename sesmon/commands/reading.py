"""One reading of each target that the options name, for commands that answer once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from sesmon.clock import Clock
from sesmon.commands.opening import Opened, interval, open_targets
from sesmon.commands.options import refuse
from sesmon.model import Allowance, Origin, Phase, Snapshot
from sesmon.sources.base import LiveSource, SourceError

if TYPE_CHECKING:
    from sesmon.alerts.settings import Settings
    from sesmon.keeper import Keeper
    from sesmon.model import Alert, Reading
    from sesmon.monitor import Monitor

_Known = tuple[Opened, Snapshot | None]
"""A target, and how it stands by the history alone."""


def targets_of(arguments: argparse.ArgumentParser, options: argparse.Namespace, clock: Clock) -> list[Opened]:
    """The targets that the options name.

    Ends the program with a usage error for one that cannot be opened, such as a broken replay file.
    """
    try:
        return open_targets(options, clock)
    except SourceError as error:
        arguments.error(error.failure.sentences)


def snapshots_of(
    arguments: argparse.ArgumentParser,
    options: argparse.Namespace,
    clock: Clock,
    settings: Settings,
    *,
    with_extras: bool = False,
) -> list[Snapshot]:
    """How each target stands after one reading, in the order in which they were named.

    Ends the program as `targets_of` does.
    """
    targets = targets_of(arguments, options, clock)
    seconds = interval(options)

    def take(known: _Known) -> Snapshot:
        target, snapshot = known
        if snapshot is None:
            return monitor_of(target, seconds, settings, with_extras=with_extras).once()
        return snapshot._replace(allowance=_allowance(target))

    try:
        known: list[_Known] = [(target, kept(target, seconds, settings)) for target in targets]
        wanting = [one for one in known if with_extras or one[1] is None]
        with _told_as_one_reading() if wanting else nullcontext():
            taken = iter(_side_by_side(take, wanting) if len(wanting) > 1 else map(take, wanting))
            return [next(taken) if with_extras or snapshot is None else snapshot for _, snapshot in known]
    finally:
        for target in targets:
            target.close()


def _told_as_one_reading() -> AbstractContextManager[None]:
    from sesmon.journal import reading_once  # noqa: PLC0415 - what the history answers needs none of it

    return reading_once()


def tell_notes(snapshots: Sequence[Snapshot]) -> None:
    """Say on standard error what had to be done to have a history that is sound, each thing once."""
    for note in dict.fromkeys(note for snapshot in snapshots for note in snapshot.history_notes):
        refuse(note)


def _side_by_side(take: Callable[[_Known], Snapshot], targets: Sequence[_Known]) -> list[Snapshot]:
    """Read several targets, so many at once as a fleet's monitors do."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - one target needs no pool

    from sesmon.fleet import AT_ONCE  # noqa: PLC0415 - likewise

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        return list(pool.map(take, targets))
    finally:
        # All are done, or the user will not wait for those that are under way.
        pool.shutdown(wait=False, cancel_futures=True)


def _allowance(target: Opened) -> Allowance:
    """What an account may do, as anyone who shares the history was told lately, or else asked now."""
    from sesmon.extras import Extras  # noqa: PLC0415 - seldom asked for

    source = target.source
    if not isinstance(source, LiveSource):
        return Allowance()
    return Extras(source, target.clock, target.pacer, target.keeper).refreshed()


def kept(target: Opened, seconds: float, settings: Settings) -> Snapshot | None:
    """What the history holds of within so many seconds, judged by these settings; None where there is none."""
    keeper = target.keeper
    shared = keeper.fresh(seconds) if keeper else None
    if keeper is None or shared is None:
        return None
    reading, mark = shared
    return Snapshot(
        target=reading.target,
        phase=Phase.LIVE,
        origin=Origin.SERVICE,
        now_mark=target.clock.elapsed(),
        interval=seconds,
        reading=reading._replace(origin=Origin.HISTORY),
        read_mark=mark,
        next_mark=mark + seconds,
        alerts=_alerts(keeper, reading, settings),
        days=keeper.days(),
        history_off=keeper.trouble,
        history_notes=keeper.notes,
    )


def _alerts(keeper: Keeper, reading: Reading, settings: Settings) -> tuple[Alert, ...]:
    """How the alerts stand: as somebody has judged this very reading by these settings, or else judged now."""
    last = keeper.judged(settings.name)
    if last is not None and last.read_at == reading.read_at:
        return last.alerts

    from sesmon.alerts.judge import Judge  # noqa: PLC0415 - seldom needed: who reads judges

    judge = Judge(settings)
    if last is not None and last.alerts:
        judge.remember(last.alerts, last.until)
    return judge.judge(reading.points, reading.read_at).alerts


def monitor_of(target: Opened, seconds: float, settings: Settings, *, with_extras: bool = False) -> Monitor:
    """A monitor of a target that publishes to nobody."""
    return monitors_of([target], seconds, settings, with_extras=with_extras)[0]


def monitors_of(
    targets: Sequence[Opened],
    seconds: float,
    settings: Settings,
    *,
    audience: str = "",
    with_extras: bool = False,
) -> list[Monitor]:
    """Monitors of several targets that publish to nobody."""
    from sesmon.fleet import monitors  # noqa: PLC0415 - what the history answers needs none of it

    return monitors(
        [(target.source, target.clock, target.keeper, target.pacer) for target in targets],
        lambda _place, _snapshot: None,
        interval=seconds,
        settings=settings,
        audience=audience,
        with_extras=with_extras,
    )
