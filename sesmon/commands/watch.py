"""`sesmon watch`: the loop without a screen, for systemd or tmux."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sesmon.commands import FAILED, OK, USAGE_ERROR
from sesmon.commands.escaping import json_for_stdout
from sesmon.commands.opening import add_reading_options, parsed
from sesmon.commands.options import alert_settings, refuse

if TYPE_CHECKING:
    from sesmon.errands import Errand

_PATIENCE = 5.0
"""Seconds that errands under way get when the program is told to end."""


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = argparse.ArgumentParser(
        prog="sesmon watch",
        description="Read for ever, and print a JSON line for each alert event, and for readings that fail or come off"
        " again. SIGTERM and SIGINT end it in order, with exit status 0.",
    )
    out.add_argument(
        "--exec",
        action="append",
        default=[],
        metavar="COMMAND",
        help="run it for each line, which is its standard input and in SESMON_* variables; no shell; may be repeated",
    )
    out.add_argument(
        "--exec-timeout", type=float, default=30.0, metavar="SECONDS", help="how long a command may take (30)"
    )
    out.add_argument(
        "--notify",
        action="append",
        default=[],
        metavar="URL",
        help="send each line's sentence there, through apprise (pip install 'sesmon[notify]'); may be repeated",
    )
    add_reading_options(out)
    return out


def run(argv: Sequence[str]) -> int:
    """Watch until told to end, and return the exit status."""
    arguments = parser()
    options = parsed(arguments, argv)
    errands = _errands(arguments, options)
    if errands is None:
        return USAGE_ERROR

    from sesmon.clock import SystemClock  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.commands.ending import told_to_end  # noqa: PLC0415
    from sesmon.commands.opening import interval  # noqa: PLC0415
    from sesmon.commands.reading import monitors_of, targets_of  # noqa: PLC0415
    from sesmon.errands import Errands  # noqa: PLC0415
    from sesmon.watching import Watching  # noqa: PLC0415

    ended = told_to_end()
    statuses = [OK]
    targets = targets_of(arguments, options, SystemClock())
    runner = Errands(errands, refuse)

    def say(line: str) -> None:
        try:
            sys.stdout.write(json_for_stdout(line) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            # Nobody reads any more. What is left must not be written at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            statuses[0] = FAILED
            ended.set()
        except OSError as error:
            # The stream keeps the line, and writes it with a later one once there is room.
            if statuses[0] == OK:
                why = f"the output is not written: {error.strerror}"
                refuse(f"{why}. Make room, or write it elsewhere; commands and notifications go on.")
            statuses[0] = FAILED

    # What was seen on a screen, or by a plugin, has paged nobody.
    monitors = monitors_of(targets, interval(options), alert_settings(options), audience="watch")
    watching = Watching(
        list(zip(monitors, (target.clock for target in targets), strict=True)),
        say,
        runner.add,
        done=ended.set,
    )
    watching.start()
    ended.wait()
    watching.stop()
    runner.close(_PATIENCE)
    for target in targets:
        target.close()
    return statuses[0]


def _errands(arguments: argparse.ArgumentParser, options: argparse.Namespace) -> list[Errand] | None:
    """What the options want done; None, with why, where it cannot be."""
    from sesmon.errands import Command, Notification  # noqa: PLC0415
    from sesmon.reports.watching import title  # noqa: PLC0415

    if not 0 < options.exec_timeout <= 86_400:
        arguments.error("--exec-timeout takes a number of seconds, more than 0 and at most 86400")
    out: list[Errand] = []
    for text in options.exec:
        try:
            out.append(Command(text, os.environ, longest=options.exec_timeout))
        except ValueError as error:
            arguments.error(f"--exec {text!r} is no command: {error}")
    if options.notify:
        try:
            import apprise  # noqa: PLC0415 - an extra, and slow to load
        except ImportError:
            refuse("--notify needs apprise, which is not installed: pip install 'sesmon[notify]'.")
            return None
        for url in options.notify:
            service = apprise.Apprise()
            if not service.add(url):
                # The URL may hold a password.
                arguments.error(f"--notify {url.partition(':')[0]}:… is no URL that apprise knows")
            out.append(Notification(service.notify, title))
    return out
