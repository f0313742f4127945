"""`sesmon exporter`: OpenMetrics over HTTP, for Prometheus to scrape."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sesmon.commands import FAILED, OK
from sesmon.commands.opening import add_reading_options, parsed
from sesmon.commands.options import alert_settings, refuse

DEFAULT_LISTEN = "127.0.0.1:9435"


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = argparse.ArgumentParser(
        prog="sesmon exporter",
        description="Read for ever, and serve the newest figures at /metrics. SIGTERM and SIGINT end it in order.",
    )
    out.add_argument(
        "--listen",
        type=address,
        default=address(DEFAULT_LISTEN),
        metavar="HOST:PORT",
        help=f"where to listen ({DEFAULT_LISTEN}); whoever reaches it can read the figures",
    )
    add_reading_options(out)
    return out


def address(text: str) -> tuple[str, int]:
    """A host and port of the command line; an IPv6 host stands in brackets, and no host is loopback."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not like {DEFAULT_LISTEN}: a host, a colon and a port")
    return host.strip("[]") or "127.0.0.1", int(port)


def run(argv: Sequence[str]) -> int:
    """Serve until told to end, and return the exit status."""
    arguments = parser()
    options = parsed(arguments, argv)

    from sesmon.clock import SystemClock  # noqa: PLC0415 - each layer is loaded only where it is needed
    from sesmon.commands.ending import told_to_end  # noqa: PLC0415
    from sesmon.commands.opening import interval  # noqa: PLC0415
    from sesmon.commands.reading import monitors_of, targets_of  # noqa: PLC0415
    from sesmon.exporting import MonitorCollector, serve  # noqa: PLC0415

    ended = told_to_end()
    targets = targets_of(arguments, options, SystemClock())
    settings = alert_settings(options)
    running = monitors_of(targets, interval(options), settings, with_extras=True)
    monitors = list(zip(running, (target.clock for target in targets), strict=True))
    host, port = options.listen
    try:
        server = serve(MonitorCollector(monitors, settings.volume), host, port)
    except OSError as error:
        refuse(f"cannot listen at {host}:{port}: {error.strerror or error}. Give another --listen.")
        return FAILED
    for monitor, _ in monitors:
        monitor.start()
    print(f"serving http://{host}:{server.server_port}/metrics", file=sys.stderr, flush=True)  # noqa: T201 - for a person
    ended.wait()
    for monitor, _ in monitors:
        monitor.stop()
    server.shutdown()
    server.server_close()
    for target in targets:
        target.close()
    return OK
