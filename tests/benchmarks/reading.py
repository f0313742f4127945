"""What one reading costs from the socket to the snapshot, and what the judge does, against plain boto3's call alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import boto3

from sesmon.alerts.judge import Judge
from sesmon.model import SLOT
from sesmon.monitor import Monitor
from sesmon.pacing import ProcessPacer
from sesmon.sources.ses import SesSource
from tests.benchmarks.measure import Result, cpu, in_turn
from tests.benchmarks.outside import KEYS, POINTS, REGION, points, service
from tests.fakes import FakeClock
from tests.tui.scenes import NOW

GOAL = 0.35
ROUNDS = 15


def results() -> list[Result]:
    """The CPU of this process, the service being another."""
    with service() as url, mock.patch.dict(os.environ, KEYS):
        plain = boto3.client("ses", region_name=REGION, endpoint_url=url)

        def peer() -> float:
            return cpu(plain.get_send_statistics)

        what = f"boto3's call of {POINTS} points"
        out = [
            Result(f"a reading, socket to Snapshot, against {what}", *in_turn(_reader(url), peer, ROUNDS), "ms", GOAL)
        ]
        out.append(Result(f"judging one new point, against {what}", *in_turn(_judge(), peer, ROUNDS), "ms"))
        out.append(Result(f"backtest of two weeks, against {what}", *in_turn(_backtest, peer, 5), "ms"))
        plain.close()
    return out


def _reader(url: str) -> Callable[[], float]:
    """A monitor that reads once each time, as in its loop: the judge remembers what it has walked."""
    clock = FakeClock(NOW)
    source = SesSource(clock, region=REGION, endpoint_url=url)
    monitor = Monitor(source, clock, ProcessPacer(clock), lambda _snapshot: None)

    def read() -> float:
        clock.advance(60)
        spent = cpu(monitor.once)
        reading = monitor.snapshot.reading
        assert reading is not None
        assert len(reading.points) == POINTS, monitor.snapshot.failure
        return spent

    return read


def _judge() -> Callable[[], float]:
    judge, walked = Judge(), [points()]
    judge.judge(walked[0], NOW)

    def step() -> float:
        last = walked[0][-1]
        walked[0] = (*walked[0][1:], last._replace(time=last.time + SLOT))
        return cpu(lambda: judge.judge(walked[0], walked[0][-1].time + SLOT))

    return step


def _backtest() -> float:
    return cpu(lambda: list(Judge().walk(points(), NOW + timedelta(0))))
