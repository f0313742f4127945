"""Several monitors without a screen: what each publishes becomes lines, each told once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from sesmon.clock import Clock
from sesmon.model import Phase, Snapshot
from sesmon.monitor import Monitor
from sesmon.reports import watching as reports


class Watching:
    """Starts the monitors, and tells what is new.

    `say` takes each line, and `act` each occurrence with its line; both are called by one thread at a time. `done` is
    called when no monitor can bring anything new: recordings end.
    """

    def __init__(
        self,
        monitors: Sequence[tuple[Monitor, Clock]],
        say: Callable[[str], None],
        act: Callable[[reports.Told, str], None],
        done: Callable[[], None],
    ) -> None:
        self._monitors = monitors
        self._say, self._act, self._done = say, act, done
        self._lock = threading.Lock()
        self._told: dict[int, Snapshot] = {}
        self._going = len(monitors)
        for place, (monitor, clock) in enumerate(monitors):
            monitor.publish = self._taker(place, clock)

    def start(self) -> None:
        """Start them all."""
        for monitor, _ in self._monitors:
            monitor.start()

    def stop(self) -> None:
        """End them; calls under way are left behind."""
        for monitor, _ in self._monitors:
            monitor.stop()

    def _taker(self, place: int, clock: Clock) -> Callable[[Snapshot], None]:
        def take(snapshot: Snapshot) -> None:
            with self._lock:
                told = reports.news(self._told.get(place), snapshot, clock.now())
                self._told[place] = snapshot
                for occurrence in told:
                    line = reports.json_line(occurrence)
                    # A page waits for no pipe that nobody reads, and is not lost with an end that comes after the line.
                    self._act(occurrence, line)
                    self._say(line)
                if snapshot.phase is Phase.ENDED:
                    self._going -= 1
                    if not self._going:
                        self._done()

        return take
