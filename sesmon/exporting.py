"""Monitors behind an HTTP server that Prometheus scrapes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from wsgiref.simple_server import WSGIServer

from prometheus_client.exposition import start_http_server
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector, CollectorRegistry

from sesmon.clock import Clock
from sesmon.model import Snapshot
from sesmon.monitor import Monitor
from sesmon.reports.openmetrics import SnapshotCollector, failures_total


class MonitorCollector(Collector):
    """What the monitors know when they are asked; `volume` is the representative volume."""

    def __init__(self, monitors: Sequence[tuple[Monitor, Clock]], volume: int) -> None:
        self._monitors, self._volume = monitors, volume
        self._lock = threading.Lock()
        self._failures = [0] * len(monitors)
        for place, (monitor, _) in enumerate(monitors):
            monitor.publish = self._counter(place)

    def _counter(self, place: int) -> Callable[[Snapshot], None]:
        last = 0

        def count(snapshot: Snapshot) -> None:
            # `failures` counts those in a row; each growth is one more.
            nonlocal last
            with self._lock:
                self._failures[place] += snapshot.failures > last
                last = snapshot.failures

        return count

    def collect(self) -> Iterator[Family]:
        """Every family."""
        snapshots = [monitor.snapshot for monitor, _ in self._monitors]
        # The monitors of one program share one clock, or are a simulation's.
        now_mark = self._monitors[0][1].elapsed() if self._monitors else None
        yield from SnapshotCollector(snapshots, self._volume, now_mark).collect()
        with self._lock:
            counted = [(snapshot.target, number) for snapshot, number in zip(snapshots, self._failures, strict=True)]
        yield failures_total(counted)


def serve(collector: Collector, host: str, port: int) -> WSGIServer:
    """Serve a collector at /metrics on a thread of its own; port 0 takes a free one.

    Raises:
        OSError: where it cannot listen there.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    server, _thread = start_http_server(port, host, registry)
    return server
