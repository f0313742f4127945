"""What a command reads: options that name it, and the sources, clocks, keepers and pacers that they open."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sesmon.commands.options import open_log

if TYPE_CHECKING:
    from sesmon.clock import Clock
    from sesmon.commands.options import Options
    from sesmon.keeper import Keeper
    from sesmon.pacing import Pacer
    from sesmon.sources.base import Source
    from sesmon.sources.mfa import MfaDesk

ALLOW_HTTP_VARIABLE = "SESMON_ALLOW_HTTP"

DEMO_INTERVAL = 2.0
"""Seconds between two readings of the demo, whose clock runs fast."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One target with all that reading it takes."""

    source: Source
    clock: Clock
    keeper: Keeper | None
    pacer: Pacer
    mfa: MfaDesk | None = None


def add_target_options(to: Options) -> None:
    """Which account in which Region, and where."""
    to.add_argument(
        "--profile", metavar="NAME", help="AWS profile (as the AWS CLI: else AWS_PROFILE, else the default)"
    )
    to.add_argument(
        "--region", metavar="REGION", help="AWS Region (else AWS_REGION, AWS_DEFAULT_REGION, the profile's)"
    )
    to.add_argument("--endpoint-url", metavar="URL", help="another SES endpoint (else AWS_ENDPOINT_URL_SES)")
    to.add_argument(
        "--allow-http",
        action="store_true",
        help="let requests go over plain http to another host than this one (or SESMON_ALLOW_HTTP=1)",
    )


def add_source_options(to: Options) -> None:
    """What to read."""
    add_target_options(to)
    to.add_argument("--demo", action="store_true", help="a simulated account; needs no credentials and no network")
    to.add_argument("--replay", metavar="FILE", help="what `aws ses get-send-statistics` printed; - is standard input")


def allows_http(options: argparse.Namespace) -> bool:
    """Whether the user wants plain http to another host, by option or environment."""
    return bool(options.allow_http) or os.environ.get(ALLOW_HTTP_VARIABLE, "") not in {"", "0"}


def add_interval_option(to: Options) -> None:
    """How often."""
    to.add_argument(
        "--interval",
        type=_seconds,
        metavar="SECONDS",
        help="seconds between two readings, 1 or more (60; the demo's 2)",
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
    if not 1 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(
            f"{text} is out of range: SES answers one call a second, so 1 is the least; 86400, a day, is the most"
        )
    return seconds


def parsed(arguments: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    """The options, where they name one kind of source, with the log begun; else the program ends with a usage error."""
    options = arguments.parse_args(argv)
    if options.demo and options.replay:
        arguments.error("--demo and --replay are two sources: give one of them")
    if why := open_log(options):
        arguments.error(why)
    return options


def interval(options: argparse.Namespace) -> float:
    """Seconds between two readings."""
    from sesmon.model import DEFAULT_INTERVAL  # noqa: PLC0415 - each layer is loaded only where it is needed

    return float(options.interval or (DEMO_INTERVAL if options.demo else DEFAULT_INTERVAL))


def open_targets(options: argparse.Namespace, clock: Clock) -> list[Opened]:
    """The targets that the options name, ready to be read.

    Raises:
        SourceError: for a replay file that cannot be read.
    """
    from sesmon.sources.mfa import MfaDesk  # noqa: PLC0415 - each layer is loaded only where it is needed

    desk = MfaDesk()
    source, clock = open_source(options, clock, desk)
    return [Opened(source, clock, *open_keeper(options, source, clock), desk)]


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


def open_source(options: argparse.Namespace, clock: Clock, desk: MfaDesk) -> tuple[Source, Clock]:
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
    from sesmon.wording import clean  # noqa: PLC0415

    def make() -> Source:
        from sesmon.sources.ses import SesSource  # noqa: PLC0415

        return SesSource(
            clock,
            profile=options.profile,
            region=options.region,
            endpoint_url=options.endpoint_url,
            ask_mfa=desk.ask,
            allow_http=allows_http(options),
        )

    region = options.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    profile = options.profile or os.environ.get("AWS_PROFILE")
    # Names that a user's environment gives are drawn on the first frame, before a source could clean them.
    return DeferredSource(make, Target(clean(region), clean(profile) if profile else None)), clock
