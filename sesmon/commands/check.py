"""`sesmon check`: a plugin for Nagios, Icinga and their kin."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from sesmon.commands.opening import add_reading_options, parsed
from sesmon.commands.options import METRICS, alert_settings

WINDOWS = ("1h", "24h", "7d", "14d")
"""`summary.WINDOWS`, for a parser that loads nothing; a test checks that they agree."""

_UNKNOWN = 3


class _Parser(argparse.ArgumentParser):
    """A usage error of a plugin is UNKNOWN, which is 3."""

    def error(self, message: str) -> NoReturn:
        """Say it in the one line that is read."""
        sys.stdout.write(f"SES UNKNOWN - {message}\n")
        self.exit(_UNKNOWN)


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = _Parser(
        prog="sesmon check",
        description="Read once and print one line by the Monitoring Plugins guidelines. Exit status: 0 OK, 1 WARNING,"
        " 2 CRITICAL, 3 UNKNOWN (not read, no data, wrong options).",
    )
    for option, default in (
        ("--warning", "bounces=@5:, complaints=@0.1:"),
        ("--critical", "bounces=@10:, complaints=@0.5:"),
    ):
        out.add_argument(
            option,
            action="append",
            default=[],
            metavar="METRIC=RANGE",
            help=f"rates in percent to alert outside of, as the guidelines write ranges ({default}); may be repeated",
        )
    out.add_argument("--window", choices=WINDOWS, default="24h", help="the window of the rates (24h)")
    out.add_argument("--no-alerts", action="store_true", help="judge by the thresholds alone, and not by open alerts")
    add_reading_options(out)
    return out


def run(argv: Sequence[str]) -> int:
    """Print the line, and return the exit status."""
    arguments = parser()
    options = parsed(arguments, argv)

    from sesmon.clock import SystemClock  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.commands.reading import snapshots_of, tell_notes  # noqa: PLC0415
    from sesmon.model import Metric, Severity  # noqa: PLC0415
    from sesmon.reports.plugin import Range, Thresholds, answer  # noqa: PLC0415

    settings = alert_settings(options)
    ranges: dict[Severity, dict[Metric, Range]] = {Severity.WARNING: {}, Severity.CRITICAL: {}}
    for limit in settings.limits:
        # A limit is met by the rate that reaches it.
        ranges[limit.severity][limit.metric] = Range.parse(f"@{limit.rate * 100:g}:")
    for severity, given in ((Severity.WARNING, options.warning), (Severity.CRITICAL, options.critical)):
        for text in given:
            metric, _, limit_text = text.partition("=")
            try:
                named = {Metric(metric): Range.parse(limit_text)}
            except ValueError:
                named = {}
            if metric not in METRICS[1:] or not named:
                arguments.error(
                    f"{text!r} is not like complaints=0.1: one of {', '.join(METRICS[1:])}, and a range in percent"
                )
            ranges[severity].update(named)
    thresholds = {
        metric: Thresholds(ranges[Severity.WARNING].get(metric), ranges[Severity.CRITICAL].get(metric))
        for metric in Metric
        if metric in ranges[Severity.WARNING] or metric in ranges[Severity.CRITICAL]
    }
    snapshots = snapshots_of(arguments, options, SystemClock(), settings)
    tell_notes(snapshots)
    said = answer(
        snapshots,
        thresholds,
        window=options.window,
        minimum_mail=settings.minimum_mail,
        with_alerts=not options.no_alerts,
    )
    sys.stdout.write(said.line + "\n")
    return int(said.state)
