"""What several commands share: options, and how a command refuses."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sesmon.alerts.settings import Settings

    # argparse gives parsers and groups no public common type.
    Options = argparse.ArgumentParser | argparse._ArgumentGroup


LOG_LEVELS = ("debug", "info", "warning", "error")

THEMES = ("auto", "dark", "light", "high-contrast", "colour-blind", "16")
"""The names in tui/themes.py, for a parser that loads nothing."""

CHARSETS = ("auto", "unicode", "blocks", "ascii")
"""The names in tui/charset.py, likewise."""

METRICS = ("sends", "bounces", "complaints", "rejects")
"""`Metric`'s values, for a parser that loads nothing."""


def add_history_options(to: Options) -> None:
    """--history and --no-history."""
    to.add_argument(
        "--history", metavar="FILE", help="where readings are kept (else SESMON_HISTORY, else the state directory)"
    )
    to.add_argument("--no-history", action="store_true", help="keep and show nothing kept (or SESMON_NO_HISTORY=1)")


def add_log_options(to: Options) -> None:
    """--log-file and --log-level; `open_log` reads them."""
    to.add_argument(
        "--log-file", metavar="FILE", help="write what happens to a file, for a bug report; old lines are rotated away"
    )
    to.add_argument(
        "--log-level", choices=LOG_LEVELS, default="info", metavar="LEVEL", help=f"{', '.join(LOG_LEVELS)} (info)"
    )


def open_log(options: argparse.Namespace) -> str | None:
    """Begin the log, if one is wanted; why it cannot be written, or None."""
    if options.log_file is None:
        return None
    from sesmon import named_file  # noqa: PLC0415 - likewise
    from sesmon.log_file import open_log_file  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.wording import clean  # noqa: PLC0415

    try:
        path = Path(options.log_file).expanduser()
        if kind := named_file.kind(path):
            return f"the log {clean(options.log_file)} is {kind}, and no file. Give another with --log-file."
        open_log_file(path, options.log_level)
    except RuntimeError:
        return f"the log {clean(options.log_file)} cannot be written: there is no such user. Give another file."
    except OSError as error:
        why = clean(error.strerror or str(error))
        return f"the log {clean(options.log_file)} cannot be written: {why}. Give another file with --log-file."
    return None


def homeless(text: str) -> str:
    """The text without the user's name in the paths that it holds."""
    # Not by pathlib, which raises for a user without a home; a home of / is in every path.
    return text.replace(os.path.expanduser("~/"), "~/")  # noqa: PTH111


def add_owner_options(to: Options) -> None:
    """Whose points are meant."""
    to.add_argument("--region", metavar="REGION", help="whose points: the Region (else AWS_REGION, AWS_DEFAULT_REGION)")
    to.add_argument("--account", metavar="NUMBER", help="whose points: the account number")
    to.add_argument("--profile", metavar="NAME", help="whose points: the profile, for an account that is not known")


def add_alert_options(to: Options) -> None:
    """What may be set about alerts; `alert_settings` reads it."""
    to.add_argument(
        "--false-alarms",
        type=a_month,
        metavar="A_MONTH",
        help="how many spikes a month chance alone may raise: less is calmer, more is sooner (0.6)",
    )
    to.add_argument(
        "--quiet",
        action="append",
        default=[],
        choices=METRICS,
        metavar="METRIC",
        help=f"do not judge this metric ({', '.join(METRICS)}); may be given more than once",
    )
    to.add_argument(
        "--minimum-mail",
        type=mails,
        metavar="MAILS",
        help="delivery attempts that a day must hold to be held against AWS's limits (50)",
    )
    to.add_argument(
        "--limit",
        action="append",
        default=[],
        type=own_limit,
        metavar="METRIC=WARNING,CRITICAL",
        help="your own limits of a rate in percent, in the place of AWS's: complaints=0.08,0.3",
    )
    to.add_argument(
        "--representative",
        type=mails,
        metavar="MAILS",
        help="delivery attempts over which the standing beside AWS's limits is taken (10000)",
    )


def add_notice_options(to: Options) -> None:
    """How a raised alert makes itself known, and how times are shown."""
    to.add_argument("--no-bell", action="store_true", help="do not ring when an alert is raised")
    to.add_argument("--no-notices", action="store_true", help="show no notice when an alert is raised")
    to.add_argument("--utc", action="store_true", help="show times in UTC (t changes it)")


def add_look_options(to: Options) -> None:
    """What the screen looks like, and how it is driven."""
    to.add_argument("--theme", choices=THEMES, default="auto", help=f"colours: {', '.join(THEMES)} (auto)")
    to.add_argument("--no-color", action="store_true", help="no colour at all (or NO_COLOR=1)")
    to.add_argument(
        "--charset",
        choices=CHARSETS,
        default="auto",
        help=f"characters: {', '.join(CHARSETS)} (auto: by locale and TERM)",
    )
    to.add_argument(
        "--no-mouse", action="store_true", help="leave the mouse to the terminal, for its own copy and paste"
    )
    to.add_argument("--keep", action="store_true", help="leave the last screen in the terminal's scrollback")
    to.add_argument(
        "--key",
        action="append",
        default=[],
        type=rebinding,
        metavar="ACTION=KEYS",
        help="other keys for an action, separated by commas; may be given more than once",
    )
    to.add_argument("--print-keys", action="store_true", help="print actions and keys, and end")


TRUE_WORDS, FALSE_WORDS = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})
"""What a flag of the environment may be, in any case."""


def flag(text: str) -> bool:
    """A flag of the environment or the file."""
    if text.lower() in TRUE_WORDS:
        return True
    if text.lower() in FALSE_WORDS:
        return False
    raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")


def rebinding(text: str) -> tuple[str, str]:
    """Other keys for an action, of the command line: the action's id and its keys."""
    name, found, keys = text.partition("=")
    if not found or not keys:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form ACTION=KEYS, such as quit=Q,ctrl+c")
    return name.strip(), keys


def http_url(text: str) -> str:
    """Where requests go, of the command line. It may hold a password, so that no message repeats it."""
    if text and not text.lower().startswith(("https://", "http://")):
        raise argparse.ArgumentTypeError("an endpoint begins with https:// or http://, and this one does not")
    return text


def alert_settings(options: argparse.Namespace) -> Settings:
    """The settings that the options name, and defaults for the rest."""
    from sesmon.alerts.limits import LIMITS, own  # noqa: PLC0415
    from sesmon.alerts.settings import Settings  # noqa: PLC0415
    from sesmon.model import Metric  # noqa: PLC0415

    named = {
        "false_alarms": options.false_alarms,
        "minimum_mail": options.minimum_mail,
        "volume": options.representative,
    }
    own_limits = {Metric(metric): own(Metric(metric), *rates) for metric, *rates in options.limit}
    limits = [limit for limit in LIMITS if limit.metric not in own_limits]
    limits += [limit for pair in own_limits.values() for limit in pair]
    given = {name: value for name, value in named.items() if value is not None}
    return Settings(quiet=frozenset(map(Metric, options.quiet)), limits=tuple(limits), **given)


def a_month(text: str) -> float:
    """A number of alarms a month, of the command line."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of alarms a month, more than 0 and at most 1000")
    return number


def seconds(text: str) -> float:
    """Seconds between two readings, of the command line."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
    if not 1 <= number <= 86_400:
        raise argparse.ArgumentTypeError(
            f"{text} is out of range: SES answers one call a second, so 1 is the least; 86400, a day, is the most"
        )
    return number


def own_limit(text: str) -> tuple[str, float, float]:
    """Limits of the command line: a metric and two rates in percent, which come back as fractions."""
    metric, _, rates = text.partition("=")
    try:
        warning, critical = (float(rate) / 100 for rate in rates.split(","))
    except ValueError:
        warning = critical = 0.0
    if metric not in METRICS[1:] or not 0 < warning <= critical <= 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not like complaints=0.08,0.3: one of {', '.join(METRICS[1:])}, and a rate in percent for a"
            " warning and one, no lower, for critical"
        )
    return metric, warning, critical


def mails(text: str) -> int:
    """A number of mails of the command line."""
    if not text.isdecimal() or len(text) > 12 or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of mails, 1 or more and of 12 digits at most")
    return int(text)


def moment(text: str) -> datetime:
    """A time of the command line: ISO 8601, UTC unless it says otherwise."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-03-02 or 2026-03-02T14:00Z") from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def refuse_empty_span(arguments: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End the program with a usage error where --since and --until leave no time between them."""
    if options.since and options.until and options.since >= options.until:
        arguments.error(
            f"--since {options.since.isoformat()} and --until {options.until.isoformat()} are contradictory:"
            " --since has to be the earlier one"
        )


def refuse(why: str) -> None:
    """Say why a command did not do what it was asked; where that cannot be said, its status tells it."""
    with contextlib.suppress(OSError):
        print(f"sesmon: {why}", file=sys.stderr)  # noqa: T201 - this is the program's answer
