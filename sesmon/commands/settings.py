"""Every setting once: its key in the file, its variable, its option; and which of them has the last word.

A flag goes before the environment, the environment before the file, the file before the default.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sesmon.commands.options import (
    CHARSETS,
    LOG_LEVELS,
    METRICS,
    THEMES,
    a_month,
    flag,
    http_url,
    mails,
    own_limit,
    rebinding,
    seconds,
)


class Setting(NamedTuple):
    """One setting. `dest` is where its option is parsed to; `inverted` where that says the opposite.

    `type` is what the file must hold, and `parse` takes one value as text, as the option does; a list of `several` is
    separated by `separator` in the variable. `sample` is what the template shows, and the default where it has one.
    """

    key: str
    dest: str
    type: object
    parse: Callable[[str], object]
    sample: str
    help: str
    inverted: bool = False
    several: bool = False
    separator: str = ","
    has_default: bool = False

    @property
    def variable(self) -> str:
        """The environment's name for it."""
        return f"SESMON_{self.key.upper()}"


class Origin(NamedTuple):
    """A value, and where it came from."""

    value: object
    where: str


class Configured(NamedTuple):
    """What environment and file set, by key, as the options have it; the file's targets; and what cannot be used.

    Each of the `troubles` is one sentence. `file` is where the configuration lies, or would.
    """

    given: dict[str, Origin]
    targets: list[dict[str, str]]
    file: str
    is_there: bool
    troubles: list[str]


def _text(text: str) -> str:
    if "\0" in text:
        raise argparse.ArgumentTypeError("a NUL can be in no name and in no path")
    return text


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(choices)}")
        return text

    return parse


_WORDS = str | list[str]

SETTINGS = (
    Setting("profile", "profile", _WORDS, _text, '"prod"', "AWS profile, or a list of them", several=True),
    Setting("region", "region", _WORDS, _text, '["eu-west-1", "us-east-1"]', "Region, a list, or 'all'", several=True),
    Setting("endpoint_url", "endpoint_url", str, http_url, '"http://127.0.0.1:8000"', "another SES endpoint"),
    Setting("allow_http", "allow_http", bool, flag, "false", "let requests go over plain http to another host"),
    Setting("interval", "interval", float, seconds, "60", "seconds between two readings, 1 or more", has_default=True),
    Setting("history", "history", str, _text, '"~/ses.db"', "where readings are kept"),
    Setting("keep_history", "no_history", bool, flag, "true", "whether readings are kept", inverted=True),
    Setting(
        "representative",
        "representative",
        int,
        mails,
        "10000",
        "mails over which the standing is taken",
        has_default=True,
    ),
    Setting(
        "false_alarms",
        "false_alarms",
        float,
        a_month,
        "0.6",
        "spikes a month that chance alone may raise",
        has_default=True,
    ),
    Setting("quiet", "quiet", list[str], _one_of(METRICS), '["rejects"]', "metrics that are not judged", several=True),
    Setting(
        "minimum_mail",
        "minimum_mail",
        int,
        mails,
        "50",
        "mails that a day must hold to be judged by limits",
        has_default=True,
    ),
    Setting(
        "limit",
        "limit",
        dict[str, list[float]],
        own_limit,
        "{ complaints = [0.08, 0.3] }",
        "your own limits in percent: a warning, and critical",
        several=True,
        separator=";",
    ),
    Setting("bell", "no_bell", bool, flag, "true", "ring when an alert is raised", inverted=True),
    Setting("notices", "no_notices", bool, flag, "true", "show a notice when an alert is raised", inverted=True),
    Setting("utc", "utc", bool, flag, "false", "show times in UTC"),
    Setting("theme", "theme", str, _one_of(THEMES), '"auto"', f"colours: {', '.join(THEMES)}"),
    Setting("charset", "charset", str, _one_of(CHARSETS), '"auto"', f"characters: {', '.join(CHARSETS)}"),
    Setting("color", "no_color", bool, flag, "true", "colours at all", inverted=True),
    Setting("mouse", "no_mouse", bool, flag, "true", "take the mouse", inverted=True),
    Setting("keep", "keep", bool, flag, "false", "leave the last screen in the scrollback"),
    Setting(
        "keys",
        "key",
        dict[str, str],
        rebinding,
        '{ refresh = "f5,r" }',
        "other keys for actions; see --print-keys",
        several=True,
        separator=";",
    ),
    Setting("log_file", "log_file", str, _text, '"~/sesmon.log"', "a log, for a bug report"),
    Setting("log_level", "log_level", str, _one_of(LOG_LEVELS), '"info"', f"one of {', '.join(LOG_LEVELS)}"),
)

OFF_VARIABLE = "SESMON_NO_HISTORY"
"""The environment's other name for `keep_history`, by which it says the opposite."""

_KEPT = next(setting for setting in SETTINGS if setting.key == "keep_history")

FILE_VARIABLE = "SESMON_CONFIG"
"""The environment's name for the file."""

TARGET = {"profile": str, "region": str, "endpoint_url": str}
"""The keys of a [[target]]."""

TYPES: Mapping[str, object] = {**{setting.key: setting.type for setting in SETTINGS}, "target": TARGET}
"""What the file may hold."""


def add_config_option(to: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """--config."""
    to.add_argument(
        "--config", metavar="FILE", help="the configuration (else SESMON_CONFIG, else the XDG configuration directory)"
    )


def settle(
    arguments: argparse.ArgumentParser,
    argv: Sequence[str],
    environment: Mapping[str, str] = os.environ,
    *,
    goes_on: bool = False,
) -> argparse.Namespace:
    """The options, those that no flag gives from the environment and the file; `origins` tells which came whence.

    Ends the program with a usage error for what cannot be used, wherever it stands. Where it `goes_on`, what stands in
    environment or file and cannot be used is left out, and `configured` tells of it.
    """
    known, _ = _config_parser().parse_known_args(argv)
    found = configured(known.config, environment)
    there = {action.dest: action for action in arguments._actions}
    given = found.given
    # To look at keys loads a part of the screen: only the commands that have them, and doctor, do.
    if ("key" in there or goes_on) and (trouble := _keys_trouble(given)):
        found.troubles.append(trouble)
        del given["keys"]
    if found.troubles and not goes_on:
        arguments.error(found.troubles[0])
    by_dest = {setting.dest: setting for setting in SETTINGS if setting.dest in there}
    before = {dest: given[setting.key].value for dest, setting in by_dest.items() if setting.key in given}
    # An option that is given once takes the first of a list: `doctor` looks at one target.
    before = {
        dest: next(iter(value), None) if isinstance(value, list) and not _is_list(there[dest]) else value
        for dest, value in before.items()
    }
    # The file has been looked for by --config in full: what it is abbreviated to would name none.
    arguments.allow_abbrev = False
    # Each setting begins as None, which no flag gives: so a flag is told from a value that it happens to equal.
    options = arguments.parse_args(argv, argparse.Namespace(**dict.fromkeys(by_dest)))
    origins = options.origins = {}
    for dest, setting in by_dest.items():
        value, where = getattr(options, dest), "flag"
        if value is None and dest in before:
            value, where = before[dest], given[setting.key].where
        elif value is None:
            value, where = arguments.get_default(dest), "default"
        setattr(options, dest, value)
        origins[setting.key] = Origin(value, where)
    if "history" in origins and origins["history"].where == "flag" and origins["keep_history"].where != "flag":
        # Whoever names a history on the command line wants one, whatever environment and file say.
        options.no_history = False
        origins["keep_history"] = Origin(value=False, where="flag")
    if getattr(options, "key", None) and (trouble := _keys_trouble({"keys": Origin(options.key, "--key")})):
        arguments.error(trouble)
    is_named = {"profile", "region"} & {
        key for key, origin in options.origins.items() if origin.where not in {"default"} and origin.value
    }
    options.targets = [] if is_named else found.targets
    options.configured = found
    return options


def _keys_trouble(given: Mapping[str, Origin]) -> str | None:
    """Why other keys that were given cannot be, in the monitor's own sentence; None where they can."""
    if "keys" not in given:
        return None
    from sesmon.tui.keys import KeysError, rebound  # noqa: PLC0415 - most starts change no key

    (value, where) = given["keys"]
    try:
        rebound(dict(value))  # type: ignore[call-overload]  # pairs, as `rebinding` parses them
    except KeysError as error:
        return f"{where if where in {'SESMON_KEYS', '--key'} else f'{where}: keys'}: {error}"
    return None


def _is_list(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction)


def _config_parser() -> argparse.ArgumentParser:
    out = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    add_config_option(out)
    return out


def configured(given: str | None, environment: Mapping[str, str]) -> Configured:
    """What environment and file set, and what of them cannot be used."""
    out: dict[str, Origin] = {}
    document: dict[str, Any] = {}
    troubles = []
    path, is_asked_for = file_path(given, environment)
    shown = path
    is_there = os.path.exists(path)  # noqa: PTH110 - a look at the path is all; the file is read by config.py
    if is_asked_for or is_there:
        from sesmon import config  # noqa: PLC0415 - a start without a file is spared it
        from sesmon.wording import clean  # noqa: PLC0415 - likewise

        shown = clean(path)
        try:
            document = config.load(path, TYPES, must_exist=is_asked_for)
        except config.ConfigError as error:
            troubles.append(str(error))
    for place, target in enumerate(document.get("target", []), start=1):
        try:
            http_url(target.get("endpoint_url", ""))
        except argparse.ArgumentTypeError as error:
            troubles.append(f"{shown}: target {place}: endpoint_url: {error}.")
            del target["endpoint_url"]
    for setting in SETTINGS:
        try:
            if setting.variable in environment:
                texts = environment[setting.variable]
                pieces = texts.split(setting.separator) if setting.several else [texts]
                value = _parsed(setting, [piece for piece in pieces if piece or not setting.several], setting.variable)
                out[setting.key] = Origin(value, setting.variable)
            elif setting.key in document:
                value = _parsed(setting, _texts(document[setting.key]), f"{shown}: {setting.key}")
                out[setting.key] = Origin(value, shown)
        except ValueError as error:
            troubles.append(str(error))
    try:
        _switch_history_off(environment, out)
    except ValueError as error:
        troubles.append(str(error))
    return Configured(out, list(document.get("target", [])), shown, is_there, troubles)


def _switch_history_off(environment: Mapping[str, str], out: dict[str, Origin]) -> None:
    """What SESMON_NO_HISTORY says, the other way round than the setting's own name.

    SESMON_HISTORY goes before it, and before what the file says.

    Raises:
        ValueError: for a word that is neither true nor false.
    """
    if environment.get("SESMON_HISTORY") and _KEPT.variable not in environment:
        out.pop(_KEPT.key, None)
    text = environment.get(OFF_VARIABLE, "")
    if not text:
        return
    is_off = bool(_parsed(_KEPT._replace(inverted=False), [text], OFF_VARIABLE))
    if is_off and "SESMON_HISTORY" not in environment:
        out.pop("history", None)
        out["keep_history"] = Origin(value=True, where=OFF_VARIABLE)
    elif not is_off and _KEPT.variable not in environment:
        out["keep_history"] = Origin(value=False, where=OFF_VARIABLE)


def file_path(given: str | None, environment: Mapping[str, str]) -> tuple[str, bool]:
    """The file by option, then environment, then the XDG directory; and whether it was asked for by name.

    Nothing is loaded for it: most starts find no file.
    """
    named = given or environment.get(FILE_VARIABLE)
    if named:
        return os.path.expanduser(named), True  # noqa: PTH111 - pathlib is not worth its time here
    base = environment.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - likewise
    return f"{base}/sesmon/config.toml", False


def _texts(value: object) -> list[str]:
    """A value of the file as the texts that its option takes."""
    if isinstance(value, dict):
        return [
            f"{name}={','.join(map(str, item)) if isinstance(item, list) else item}" for name, item in value.items()
        ]
    if isinstance(value, list):
        return [str(item) for item in value]
    return [str(value)]


def _parsed(setting: Setting, texts: Sequence[str], where: str) -> object:
    try:
        values = [setting.parse(text.strip()) for text in texts]
    except argparse.ArgumentTypeError as error:
        from sesmon.wording import clean  # noqa: PLC0415 - most starts need none

        raise ValueError(f"{where}: {clean(str(error))}.") from error
    if setting.several:
        return values
    return (not values[0]) if setting.inverted else values[0]
