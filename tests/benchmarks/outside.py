"""A loopback SES in a process of its own, so that its CPU and memory count for nobody."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sesmon.model import SLOT, DataPoint
from tests.ses.server import LoopbackSes
from tests.tui.scenes import NOW

POINTS = 1344
"""Two weeks without a gap: the most that the service lists."""

REGION = "us-east-1"

KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
    "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}


def points(count: int = POINTS) -> tuple[DataPoint, ...]:
    """So many points up to now, with no gap."""
    return tuple(DataPoint(NOW - SLOT * (count - place), 2000 + place % 97, 30, place % 2, 0) for place in range(count))


@contextmanager
def service() -> Iterator[str]:
    """Where it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.outside"], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    with LoopbackSes() as ses:
        for region in (REGION, *(f"xx-test-{number}" for number in range(60))):
            ses.hold(points(), region)
        print(ses.url, flush=True)
        threading.Event().wait()
