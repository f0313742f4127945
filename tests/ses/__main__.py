"""A loopback SES to try faults by hand: `python -m tests.ses --port 8025 --fault throttling`."""

from __future__ import annotations

import argparse
import threading
from datetime import UTC, datetime, timedelta

from sesmon.clock import SystemClock
from sesmon.model import DataPoint
from sesmon.sources.demo import DemoSource
from tests.ses.faults import FAULTS
from tests.ses.server import LoopbackSes


class _Late(SystemClock):
    """The host's clock, or so much behind it."""

    behind = timedelta(0)

    def now(self) -> datetime:
        """The time of day."""
        return super().now() - self.behind


def simulated(*, spiking: bool = False) -> tuple[DataPoint, ...]:
    """Two weeks up to now; with a complaint spike in the last hour, or healthy in the last days."""
    clock = _Late()
    # The simulated account's spike begins a slot after the time at which it was made.
    clock.behind = timedelta(hours=1 if spiking else 0)
    source = DemoSource(clock)
    clock.behind = timedelta(0)
    return source.read().points


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.ses", description=__doc__)
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--spiking", action="store_true", help="hold a complaint spike in the last hour")
    parser.add_argument("--fault", choices=sorted(FAULTS), help="show this fault on every call")
    parser.add_argument("--region", default="us-east-1")
    options = parser.parse_args()
    with LoopbackSes(options.port) as server:
        server.hold(simulated(spiking=options.spiking), options.region)
        server.fail_always(options.fault)
        print(f"AWS_ENDPOINT_URL_SES={server.url} sesmon --region {options.region}", datetime.now(UTC), flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
