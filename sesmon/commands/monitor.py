"""`sesmon`: the monitor on a screen."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from sesmon import __version__
from sesmon.commands import COMMANDS, OK, USAGE_ERROR
from sesmon.commands.opening import Opened, add_interval_option, add_source_options, interval, open_targets, parsed
from sesmon.commands.options import (
    add_alert_options,
    add_history_options,
    add_log_options,
    add_look_options,
    add_notice_options,
    alert_settings,
    refuse,
)
from sesmon.commands.settings import add_config_option


class _Parser(argparse.ArgumentParser):
    """A word that is no option is a command that does not exist, or that stands in the wrong place."""

    def error(self, message: str) -> NoReturn:
        """Say which command was meant."""
        _, found, rest = message.partition("unrecognized arguments: ")
        word = rest.split(" ", 1)[0]
        if word in COMMANDS:
            message = f"the command comes first: sesmon {word} ..."
        elif found and not word.startswith("-"):
            near = difflib.get_close_matches(word, COMMANDS, 1)
            hint = f"is {near[0]} meant?" if near else f"there are {', '.join(COMMANDS)}."
            message = f"there is no command {word!r}; {hint}"
        super().error(message)


def parser() -> argparse.ArgumentParser:
    """The monitor's options, which are also the program's own."""
    out = _Parser(
        prog="sesmon",
        description="The live monitor for Amazon SES. Without a command it opens the screen; q quits, ? helps.",
        epilog="\n".join(["commands:", *(f"  {name:<8} {command.help}" for name, command in COMMANDS.items())]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    out.add_argument("--version", action="version", version=f"sesmon {__version__}")
    where = out.add_argument_group("what to read")
    add_source_options(where)
    add_config_option(where)
    how = out.add_argument_group("how")
    add_interval_option(how)
    add_history_options(how)
    add_alert_options(how)
    add_notice_options(how)
    add_log_options(how)
    add_look_options(out.add_argument_group("how it looks"))
    return out


def run(argv: Sequence[str]) -> int:
    """Open the screen on the targets, and return the exit status."""
    arguments = parser()
    options = parsed(arguments, argv)
    keys = dict(options.key)
    if options.print_keys:
        from sesmon.tui.keys import listing, rebound  # noqa: PLC0415 - each layer is loaded only where it is needed

        sys.stdout.write(listing(rebound(keys)))
        return OK
    from sesmon.clock import SystemClock  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.sources.base import SourceError  # noqa: PLC0415
    from sesmon.tui.terminal import refusal, take_keys_from_terminal  # noqa: PLC0415

    why = None if options.replay == "-" else refusal()
    targets: list[Opened] = []
    if why is None:
        try:
            targets = open_targets(options, SystemClock())
        except SourceError as error:
            why = error.failure.sentences
    if options.replay == "-" and targets:
        take_keys_from_terminal()
        why = refusal()
    if why is not None:
        refuse(why)
        return USAGE_ERROR
    return _show(options, targets, keys)


def _show(options: argparse.Namespace, targets: Sequence[Opened], keys: dict[str, str]) -> int:
    from sesmon.commands.reading import monitors_of  # noqa: PLC0415
    from sesmon.model import Snapshot  # noqa: PLC0415
    from sesmon.monitor import Monitor  # noqa: PLC0415
    from sesmon.tui.app import SesmonApp  # noqa: PLC0415
    from sesmon.tui.look import Look  # noqa: PLC0415
    from sesmon.tui.terminal import run_app  # noqa: PLC0415
    from sesmon.tui.view import View  # noqa: PLC0415

    settings = alert_settings(options)

    def feed(monitor: Monitor) -> Callable[[Callable[[Snapshot], None]], Monitor]:
        def make(publish: Callable[[Snapshot], None]) -> Monitor:
            monitor.publish = publish
            return monitor

        return make

    first, *others = map(feed, monitors_of(targets, interval(options), settings, with_extras=True))
    view = View(
        utc=options.utc,
        volume=settings.volume,
        minimum_mail=settings.minimum_mail,
        rings=not options.no_bell,
        notifies=not options.no_notices,
        limits=settings.limits,
    )
    if options.no_color:
        os.environ["NO_COLOR"] = "1"
    look = Look(options.theme, options.charset, mouse=not options.no_mouse, keeps=options.keep, keys=keys)
    app = SesmonApp(first, targets[0].clock, view, look, others)
    if (desk := targets[0].mfa) is not None:
        desk.show, app.on_refresh = app.ask_code, desk.invite
    return run_app(app)
