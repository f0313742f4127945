"""`sesmon config`: the settings as they come out, and where each was set."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from sesmon.commands import OK
from sesmon.commands.opening import add_interval_option, add_source_options
from sesmon.commands.options import (
    add_alert_options,
    add_history_options,
    add_log_options,
    add_look_options,
    add_notice_options,
)
from sesmon.commands.settings import SETTINGS, add_config_option, settle
from sesmon.wording import without_passwords


def parser() -> argparse.ArgumentParser:
    """The command's options: the monitor's, so that their effect can be seen."""
    out = argparse.ArgumentParser(
        prog="sesmon config",
        description="Print every setting, and where it came from: a flag, the environment (SESMON_*), the file, or the"
        " default. A change of the file takes effect with the next start.",
    )
    out.add_argument("--template", action="store_true", help="print a commented sample of the file instead")
    add_config_option(out)
    add_source_options(out)
    add_interval_option(out)
    add_history_options(out)
    add_alert_options(out)
    add_notice_options(out)
    add_log_options(out)
    add_look_options(out)
    return out


def run(argv: Sequence[str]) -> int:
    """Print the settings, or the template, and return the exit status."""
    options = settle(parser(), argv)
    if options.template:
        sys.stdout.write(template())
        return OK
    width = max(len(setting.key) for setting in SETTINGS)
    for setting in SETTINGS:
        origin = options.origins[setting.key]
        value = (not origin.value) if setting.inverted else origin.value
        shown = setting.sample if value is None and setting.has_default else _shown(value)
        shown = without_passwords(shown)
        sys.stdout.write(f"{setting.key:<{width}} = {shown:<24} # {origin.where}\n")
    for target in options.targets:
        sys.stdout.write(f"target = {without_passwords(json.dumps(target))}\n")
    return OK


def _shown(value: object) -> str:
    if value is None or value == []:
        return "(not set)"
    if isinstance(value, list) and isinstance(value[0], tuple):
        pairs = (f"{name}={','.join(_plain(one) for one in rest)}" for name, *rest in value)
        return json.dumps(list(pairs))
    return json.dumps(value)


def _plain(value: object) -> str:
    """A limit in percent, as it was given; keys as they are."""
    return f"{value * 100:g}" if isinstance(value, float) else str(value)


def template() -> str:
    """A sample of the file, every line of it commented out."""
    lines = [
        "# sesmon's configuration: ~/.config/sesmon/config.toml, or the file that --config or SESMON_CONFIG names.",
        "# The environment (SESMON_INTERVAL and so on) goes before it, and flags before both.",
        "",
    ]
    for setting in SETTINGS:
        lines += [f"# {setting.help} ({setting.variable})", f"# {setting.key} = {setting.sample}", ""]
    lines += [
        "# Several targets, each a profile and a Region; used where no profile and no Region is given otherwise.",
        "# [[target]]",
        '# profile = "prod"',
        '# region = "eu-west-1"',
        "",
    ]
    return "\n".join(lines)
