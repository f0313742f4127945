"""`sesmon`: the monitor on a screen."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sesmon import __version__
from sesmon.commands import COMMANDS, USAGE_ERROR
from sesmon.commands.options import add_alert_options, add_history_options, alert_settings, refuse

if TYPE_CHECKING:
    from sesmon.clock import Clock
    from sesmon.keeper import Keeper
    from sesmon.pacing import Pacer
    from sesmon.sources.base import Source

DEMO_INTERVAL = 2.0
"""Seconds between two readings of the demo, whose clock runs fast."""


def parser() -> argparse.ArgumentParser:
    """The monitor's options, which are also the program's own."""
    out = argparse.ArgumentParser(
        prog="sesmon",
        description="The live monitor for Amazon SES. Without a command it opens the screen; q quits, ? helps.",
        epilog="\n".join(["commands:", *(f"  {name:<8} {command.help}" for name, command in COMMANDS.items())]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    out.add_argument("--version", action="version", version=f"sesmon {__version__}")
    where = out.add_argument_group("what to read")
    where.add_argument(
        "--profile", metavar="NAME", help="AWS profile (as the AWS CLI: else AWS_PROFILE, else the default)"
    )
    where.add_argument(
        "--region", metavar="REGION", help="AWS Region (else AWS_REGION, AWS_DEFAULT_REGION, the profile's)"
    )
    where.add_argument("--endpoint-url", metavar="URL", help="another SES endpoint (else AWS_ENDPOINT_URL_SES)")
    where.add_argument("--demo", action="store_true", help="a simulated account; needs no credentials and no network")
    where.add_argument(
        "--replay", metavar="FILE", help="what `aws ses get-send-statistics` printed; - is standard input"
    )
    how = out.add_argument_group("how")
    how.add_argument(
        "--interval",
        type=_interval,
        metavar="SECONDS",
        help="seconds between two readings, 1 or more (60; the demo's 2)",
    )
    add_history_options(how)
    add_alert_options(how)
    how.add_argument("--utc", action="store_true", help="show times in UTC (t changes it)")
    return out


def _interval(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
    if not 1 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(
            f"{text} is out of range: SES answers one call a second, so 1 is the least; 86400, a day, is the most"
        )
    return seconds


def run(argv: Sequence[str]) -> int:
    """Open the screen on one target, and return the exit status."""
    arguments = parser()
    options = arguments.parse_args(argv)
    if options.demo and options.replay:
        arguments.error("--demo and --replay are two sources: give one of them")

    from sesmon.clock import SystemClock  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.sources.base import SourceError  # noqa: PLC0415
    from sesmon.tui.terminal import refusal, take_keys_from_terminal  # noqa: PLC0415

    try:
        source, clock = open_source(options, SystemClock())
    except SourceError as error:
        refuse(f"{error.failure.message} {error.failure.remedy}")
        return USAGE_ERROR
    if options.replay == "-":
        take_keys_from_terminal()
    if (why := refusal()) is not None:
        refuse(why)
        return USAGE_ERROR
    return _show(options, source, clock)


def _show(options: argparse.Namespace, source: Source, clock: Clock) -> int:
    from sesmon.alerts.judge import Judge  # noqa: PLC0415
    from sesmon.model import Snapshot  # noqa: PLC0415
    from sesmon.monitor import DEFAULT_INTERVAL, Monitor  # noqa: PLC0415
    from sesmon.tui.app import SesmonApp  # noqa: PLC0415
    from sesmon.tui.terminal import run_app  # noqa: PLC0415
    from sesmon.tui.view import View  # noqa: PLC0415

    keeper, pacer = open_keeper(options, source, clock)
    settings = alert_settings(options)
    interval = options.interval or (DEMO_INTERVAL if options.demo else DEFAULT_INTERVAL)

    def feed(publish: Callable[[Snapshot], None]) -> Monitor:
        return Monitor(source, clock, pacer, publish, interval=interval, keeper=keeper, judge=Judge(settings))

    view = View(utc=options.utc, volume=settings.volume)
    return run_app(SesmonApp(feed, clock, view))


def open_keeper(options: argparse.Namespace, source: Source, clock: Clock) -> tuple[Keeper | None, Pacer]:
    """What keeps the readings, and paces the calls of everyone who shares them.

    Nothing is kept of a simulation or a recording, which are not history.
    """
    from sesmon.keeper import Keeper, asker, chosen_path  # noqa: PLC0415
    from sesmon.model import Origin  # noqa: PLC0415
    from sesmon.pacing import HostPacer, ProcessPacer  # noqa: PLC0415

    path = chosen_path(options.history, is_off=options.no_history)
    if path is None or source.origin is not Origin.SERVICE:
        return None, ProcessPacer(clock)
    who = asker(source.target, options.endpoint_url)
    return Keeper(path, who, clock), HostPacer(path, who.name, clock)


def open_source(options: argparse.Namespace, clock: Clock) -> tuple[Source, Clock]:
    """The source that the options name, and the clock that goes with it.

    Raises:
        SourceError: for a replay file that cannot be read.
    """
    if options.demo:
        from sesmon.sources.demo import DemoSource, demo_clock  # noqa: PLC0415

        fast = demo_clock(clock.now())
        return DemoSource(fast), fast
    if options.replay:
        from sesmon.sources.replay import ReplaySource  # noqa: PLC0415

        return ReplaySource(options.replay, clock), clock

    from sesmon.model import Target  # noqa: PLC0415
    from sesmon.sources.deferred import DeferredSource  # noqa: PLC0415

    def make() -> Source:
        from sesmon.sources.ses import SesSource  # noqa: PLC0415

        return SesSource(clock, profile=options.profile, region=options.region, endpoint_url=options.endpoint_url)

    region = options.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    profile = options.profile or os.environ.get("AWS_PROFILE")
    return DeferredSource(make, Target(region, profile)), clock
