"""`sesmon doctor`: whether all that the monitor needs is there, one line and one remedy for each part of it."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from sesmon import __version__
from sesmon.commands.kept import chosen_path
from sesmon.commands.opening import ALL, add_target_options
from sesmon.commands.options import add_history_options, homeless
from sesmon.commands.settings import SETTINGS, add_config_option, settle

if TYPE_CHECKING:
    from sesmon.checks import Check
    from sesmon.clock import Clock
    from sesmon.pacing import Pacer
    from sesmon.sources.ses import Probed, SesSource


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = argparse.ArgumentParser(
        prog="sesmon doctor",
        description="Look at all that the monitor needs, with one line and one remedy for each part. It calls each AWS"
        " operation once and changes nothing. What it prints can be pasted into a report: keys and account numbers are"
        " masked. The exit status is 1 where something fails.",
    )
    add_target_options(out)
    add_history_options(out)
    add_config_option(out)
    return out


def run(argv: Sequence[str]) -> int:
    """Print the checks, and return the exit status."""
    options = settle(parser(), argv, goes_on=True)
    # The first of the file's targets stands for all of them, as the first of a list of Regions does.
    vars(options).update(options.targets[0] if options.targets else {})
    options.region = None if options.region == ALL else options.region
    from sesmon.checks import worst  # noqa: PLC0415 - each layer is loaded only where it is needed

    sys.stdout.write(f"sesmon {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
    checks = []
    for check in _checks(options):
        text = f"{check.lines()}\n"
        # A locale that lacks a sign is one of the things that are told here.
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
        checks.append(check)
    return worst(checks)


def _checks(options: argparse.Namespace) -> Iterator[Check]:
    from sesmon import checks  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.clock import SystemClock  # noqa: PLC0415

    clock = SystemClock()
    size = shutil.get_terminal_size() if sys.stdout.isatty() else None
    yield checks.terminal(os.environ, (size.columns, size.lines) if size else None)
    yield checks.locale(sys.stdout.encoding or "unknown")
    yield checks.environment(os.environ, [setting.variable for setting in SETTINGS])
    found = options.configured
    troubles = [homeless(trouble) for trouble in found.troubles]
    yield from checks.configuration(homeless(found.file), troubles, is_there=found.is_there)
    yield from _service(options, clock)
    yield _history(options)


def _service(options: argparse.Namespace, clock: Clock) -> Iterator[Check]:
    from sesmon import checks  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.sources.base import SourceError  # noqa: PLC0415
    from sesmon.sources.ses import OPERATIONS, SesSource  # noqa: PLC0415

    source = SesSource(
        clock,
        profile=options.profile,
        region=options.region,
        endpoint_url=options.endpoint_url,
        allow_http=options.allow_http,
    )
    try:
        endpoint, found = source.find()
    except SourceError as error:
        yield checks.failed("credentials and endpoint", error.failure)
        return
    yield checks.credentials(*found, source.target.profile)
    for operation in OPERATIONS:
        if operation == "GetCallerIdentity" and not source.may_ask_sts:
            continue
        with _pacer(options, source, clock) as pacer:
            probed = _probe(source, operation, pacer, clock)
        if operation == checks.REQUIRED:
            now = clock.now()
            skew = (now - probed.service_time).total_seconds() if probed.service_time else None
            yield checks.reachability(endpoint, probed.seconds, probed.failure)
            yield checks.clock(skew)
        yield checks.permission(operation, probed.failure)
    source.close()


@contextmanager
def _pacer(options: argparse.Namespace, source: SesSource, clock: Clock) -> Iterator[Pacer]:
    """The pacing that this host's monitors of the same account share."""
    from sesmon.keeper import asker  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.ledger import HostPacer  # noqa: PLC0415
    from sesmon.pacing import ProcessPacer  # noqa: PLC0415

    path = chosen_path(options.history, is_off=options.no_history)
    if path is None:
        yield ProcessPacer(clock)
        return
    with closing(HostPacer(path, asker(source.target, options.endpoint_url).name, clock)) as pacer:
        yield pacer


def _probe(source: SesSource, operation: str, pacer: Pacer, clock: Clock) -> Probed:
    import threading  # noqa: PLC0415 - each layer is loaded only where it is needed

    from sesmon.pacing import CallKey  # noqa: PLC0415

    key, never = CallKey(source.target, operation), threading.Event()
    while left := pacer.claim(key):
        clock.wait(never, left)
    try:
        return source.probe(operation)
    finally:
        pacer.done(key)


def _history(options: argparse.Namespace) -> Check:
    from sesmon import checks  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.history_file import HistoryError, inspected  # noqa: PLC0415

    path = chosen_path(options.history, is_off=options.no_history)
    if path is None:
        return checks.Check("history", checks.Standing.NOTE, "switched off", "Without it, SES's two weeks are all.")
    shown = homeless(str(path))
    if not path.exists():
        there = next(parent for parent in path.absolute().parents if parent.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            return checks.history(shown, None, None, None)
        why = f"{shown} cannot be made: {homeless(str(there))} is no directory that may be written to."
        return checks.history(shown, None, None, why)
    try:
        inspected(path)
        status = path.stat()
    except (HistoryError, OSError) as error:
        return checks.history(shown, None, None, homeless(str(error)))
    return checks.history(shown, status.st_size, status.st_mode & 0o7777, None)
