"""Take the pictures again: the real program on its demo, with a clock that the script sets.

Run `python screenshots/take.py` from the repository's root; it writes the SVG files beside itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sesmon.extras import Extras
from sesmon.model import Snapshot
from sesmon.monitor import Monitor
from sesmon.pacing import ProcessPacer
from sesmon.sources.demo import REGIONS, SPEED, DemoSource, demo_clock
from sesmon.tui.app import SesmonApp
from sesmon.tui.look import Look
from sesmon.tui.view import View

HERE = Path(__file__).parent
SIZE = (120, 40)
OPENED = demo_clock(datetime(2026, 3, 11, tzinfo=UTC)).now()

PICTURES: dict[str, tuple[float, tuple[str, ...]]] = {
    "live": (4, ()),
    "alert": (48, ()),
    "zoom": (75, ("z", "2")),
    "help": (4, ("question_mark",)),
    "light": (48, ()),
    "colour-blind": (48, ()),
    "ascii": (48, ()),
    "overview": (34, ()),
}
"""Each picture's seconds of watching before it, and the keys pressed for it."""


DARK = Look(theme="dark", charset="unicode")
LOOKS = {
    "light": DARK._replace(theme="light"),
    "colour-blind": DARK._replace(theme="colour-blind"),
    "ascii": Look(theme="high-contrast", charset="ascii"),
}
"""How the pictures of these names look; the others are dark."""


class SetClock:
    """A clock that goes on when it is waited on, and stands still at `until` seconds of watching."""

    def __init__(self, until: float) -> None:
        self._elapsed = 0.0
        self._until = until

    def now(self) -> datetime:
        """The demo's time of day."""
        return OPENED + timedelta(seconds=self._elapsed * SPEED)

    def elapsed(self) -> float:
        """Seconds of watching."""
        return self._elapsed

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Let time go by, up to the moment of the picture."""
        if self._elapsed + seconds > self._until:
            event.wait()
        self._elapsed += seconds
        return event.is_set()


async def take(name: str, seconds: float, keys: tuple[str, ...]) -> None:
    """Take one picture."""
    left = threading.Semaphore(0)

    def feed(source: DemoSource, own: SetClock) -> Callable[[Callable[[Snapshot], None]], Monitor]:
        def make(publish: Callable[[Snapshot], None]) -> Monitor:
            def pass_on(snapshot: Snapshot) -> None:
                publish(snapshot)
                if snapshot.read_mark is not None and snapshot.read_mark + snapshot.interval > seconds:
                    left.release()

            pacer = ProcessPacer(own)
            return Monitor(source, own, pacer, pass_on, interval=2, extras=Extras(source, own, pacer))

        return make

    # Each waits on a clock of its own, and all stop at the same moment.
    clocks = [SetClock(seconds) for _ in (REGIONS if name == "overview" else "1")]
    simulated = REGIONS if name == "overview" else {"us-east-1": (1.0, False)}
    made = [
        feed(DemoSource(own, region=region, scale=scale, calm=calm), own)
        for own, (region, (scale, calm)) in zip(clocks, simulated.items(), strict=True)
    ]
    app = SesmonApp(made[0], clocks[0], View(utc=True), LOOKS.get(name, DARK), others=made[1:])
    async with app.run_test(size=SIZE) as pilot:
        for _ in made:
            await asyncio.to_thread(left.acquire, timeout=60)
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
        await pilot.pause()
        (HERE / f"{name}.svg").write_text(app.export_screenshot(title="sesmon --demo"), encoding="utf-8")
        print(f"{name}.svg")


def main() -> None:
    """Take them all."""
    for name, (seconds, keys) in PICTURES.items():
        asyncio.run(take(name, seconds, keys))


if __name__ == "__main__":
    main()
