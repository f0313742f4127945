"""What a command reads: options that name it, and the sources, clocks, keepers and pacers that they open."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sesmon.commands.options import (
    add_alert_options,
    add_history_options,
    add_log_options,
    homeless,
    http_url,
    open_log,
    seconds,
)
from sesmon.commands.settings import add_config_option, settle

if TYPE_CHECKING:
    from sesmon.clock import Clock
    from sesmon.commands.options import Options
    from sesmon.keeper import Keeper
    from sesmon.pacing import Pacer
    from sesmon.sources.base import Source
    from sesmon.sources.mfa import MfaDesk
    from sesmon.sources.roles import Roles

DEMO_INTERVAL = 2.0
"""Seconds between two readings of the demo, whose clock runs fast."""


class Opened(NamedTuple):
    """One target with all that reading it takes."""

    source: Source
    clock: Clock
    keeper: Keeper | None
    pacer: Pacer
    mfa: MfaDesk | None = None

    def close(self) -> None:
        """Give the history's file back."""
        if self.keeper is not None:
            self.keeper.close()
        self.pacer.close()


ALL = "all"
"""What `--region` takes for every Region that there is."""


def add_target_options(to: Options, *, several: bool = False) -> None:
    """Which account in which Region, and where; `several` takes more than one of each."""
    more = "; may be repeated" if several else ""
    every = ", or 'all'" if several else ""
    action = "append" if several else "store"
    to.add_argument(
        "--profile",
        action=action,
        metavar="NAME",
        help=f"AWS profile (as the AWS CLI: else AWS_PROFILE, else the default){more}",
    )
    to.add_argument(
        "--region",
        action=action,
        metavar="REGION",
        help=f"AWS Region (else AWS_REGION, AWS_DEFAULT_REGION, the profile's){every}{more}",
    )
    to.add_argument(
        "--endpoint-url", type=http_url, metavar="URL", help="another SES endpoint (else AWS_ENDPOINT_URL_SES)"
    )
    to.add_argument(
        "--allow-http",
        action="store_true",
        help="let requests go over plain http to another host than this one (or SESMON_ALLOW_HTTP=1)",
    )


def add_source_options(to: Options) -> None:
    """What to read."""
    add_target_options(to, several=True)
    to.add_argument("--demo", action="store_true", help="a simulated account; needs no credentials and no network")
    to.add_argument("--replay", metavar="FILE", help="what `aws ses get-send-statistics` printed; - is standard input")


def add_interval_option(to: Options) -> None:
    """How often."""
    to.add_argument(
        "--interval",
        type=seconds,
        metavar="SECONDS",
        help="seconds between two readings, 1 or more (60; the demo's 2)",
    )


def add_reading_options(to: argparse.ArgumentParser) -> None:
    """All that a command without a screen needs to read its targets and judge them."""
    add_source_options(to)
    add_config_option(to)
    add_interval_option(to)
    add_alert_options(to)
    add_history_options(to)
    add_log_options(to)


def parsed(arguments: argparse.ArgumentParser, argv: Sequence[str]) -> argparse.Namespace:
    """The options, where they name one kind of source, with the log begun; else the program ends with a usage error."""
    options = settle(arguments, argv)
    if options.replay == "":
        arguments.error("--replay takes a file, or - for standard input, and not an empty name")
    if options.demo and options.replay:
        arguments.error("--demo and --replay are two sources: give one of them")
    if why := open_log(options):
        arguments.error(why)
    if options.log_file is not None:
        _log_start(arguments.prog, options)
    return options


def _log_start(command: str, options: argparse.Namespace) -> None:
    """What was started, by its name alone: its options may hold passwords."""
    import logging  # noqa: PLC0415 - loaded by the log, if one is wanted

    from sesmon.commands.kept import chosen_path  # noqa: PLC0415

    is_kept = not (options.demo or options.replay)
    path = chosen_path(options.history, is_off=options.no_history) if is_kept else None
    logging.getLogger(__name__).info("%s; history %s", command, homeless(str(path)) if path else "none")


def interval(options: argparse.Namespace) -> float:
    """Seconds between two readings."""
    from sesmon.model import DEFAULT_INTERVAL  # noqa: PLC0415 - each layer is loaded only where it is needed

    return float(options.interval or (DEMO_INTERVAL if options.demo else DEFAULT_INTERVAL))


def open_targets(options: argparse.Namespace, clock: Clock) -> list[Opened]:
    """The targets that the options name, ready to be read: each profile in each Region.

    Nothing is kept of a simulation or a recording, which are not history.

    Raises:
        SourceError: for a replay file that cannot be read, or a configuration that names no Region.
    """
    if options.replay:
        from sesmon.sources.replay import ReplaySource  # noqa: PLC0415 - each layer is loaded only where it is needed

        return [_unkept(ReplaySource(options.replay, clock), clock)]
    if options.demo:
        return _demo(options.region or [None], clock)

    from sesmon.sources.mfa import MfaDesk  # noqa: PLC0415
    from sesmon.sources.roles import Roles  # noqa: PLC0415

    named: list[tuple[str | None, str | None, str | None]] = [
        (profile, region, options.endpoint_url)
        for profile in options.profile or [None]
        for region in _regions(options.region)
    ]
    if options.targets:
        named = [
            (target.get("profile"), region, target.get("endpoint_url") or options.endpoint_url)
            for target in options.targets
            for region in _regions([target["region"]] if "region" in target else None)
        ]
    desk, roles = MfaDesk(), Roles()
    first: Keeper | None = None
    out = []
    for profile, region, endpoint in dict.fromkeys(named):
        source = _service(options, clock, profile=profile, region=region, endpoint=endpoint, desk=desk, roles=roles)
        keeper, pacer = _kept(options, source, clock, endpoint, first)
        first = first or keeper
        out.append(Opened(source, clock, keeper, pacer, desk))
    return out


def _regions(named: Sequence[str] | None) -> list[str | None]:
    """The Regions by name; every one that botocore knows for 'all'."""
    if not named:
        return [None]
    out: list[str | None] = []
    for region in named:
        if region == ALL:
            from sesmon.sources.ses import available_regions  # noqa: PLC0415 - it takes as long as a call

            out += available_regions()
        else:
            out.append(region)
    return out


def _demo(named: Sequence[str | None], clock: Clock) -> list[Opened]:
    """Simulated Regions, all on one clock that runs fast."""
    from sesmon.sources.demo import REGIONS, DemoSource, demo_clock  # noqa: PLC0415

    fast = demo_clock(clock.now())
    wanted = [region for name in named for region in (REGIONS if name == ALL else [name or "us-east-1"])]
    out = []
    for region in dict.fromkeys(wanted):
        scale, calm = REGIONS.get(region, (1.0, False))
        out.append(_unkept(DemoSource(fast, region=region, scale=scale, calm=calm), fast))
    return out


def _unkept(source: Source, clock: Clock) -> Opened:
    from sesmon.pacing import ProcessPacer  # noqa: PLC0415

    return Opened(source, clock, None, ProcessPacer(clock))


def _kept(
    options: argparse.Namespace, source: Source, clock: Clock, endpoint: str | None, beside: Keeper | None
) -> tuple[Keeper | None, Pacer]:
    """What keeps the readings, and paces the calls of everyone who shares them."""
    from sesmon.commands.kept import chosen_path  # noqa: PLC0415

    path = chosen_path(options.history, is_off=options.no_history)
    if path is None:
        from sesmon.pacing import ProcessPacer  # noqa: PLC0415 - nothing of SQLite is loaded for it

        return None, ProcessPacer(clock)

    from sesmon.keeper import Keeper, asker  # noqa: PLC0415
    from sesmon.ledger import HostPacer  # noqa: PLC0415

    who = asker(source.target, endpoint)
    return Keeper(path, who, clock, beside), HostPacer(path, who.name, clock)


def _service(
    options: argparse.Namespace,
    clock: Clock,
    *,
    profile: str | None,
    region: str | None,
    endpoint: str | None,
    desk: MfaDesk,
    roles: Roles,
) -> Source:
    """SES, which is not loaded before it is read."""
    from sesmon.model import Target  # noqa: PLC0415
    from sesmon.sources.base import LiveSource  # noqa: PLC0415
    from sesmon.sources.deferred import DeferredSource  # noqa: PLC0415
    from sesmon.wording import clean  # noqa: PLC0415

    def make() -> LiveSource:
        from sesmon.sources.ses import SesSource  # noqa: PLC0415

        return SesSource(
            clock,
            profile=profile,
            region=region,
            endpoint_url=endpoint,
            ask_mfa=desk.ask,
            roles=roles,
            allow_http=options.allow_http,
        )

    known = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    who = profile or os.environ.get("AWS_PROFILE")
    # Names that a user's environment gives are drawn on the first frame, before a source could clean them.
    return DeferredSource(make, Target(clean(known), clean(who) if who else None))
