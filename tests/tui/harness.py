"""The app without a monitor behind it: the test publishes, and owns the clock."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from textual.errors import NoWidget
from textual.pilot import Pilot

from sesmon.model import Snapshot
from sesmon.tui.app import SesmonApp
from sesmon.tui.look import Look
from sesmon.tui.render.plot import make_ready
from sesmon.tui.screens.main import MainScreen
from sesmon.tui.view import View
from tests.tui.scenes import NOW, STARTING

# The first chart of a process would otherwise come a frame later than the rest.
make_ready()

NORMAL = (120, 40)
LOOK = Look(theme="dark", charset="unicode")
"""What the tests see does not depend on where they run."""


class HeldClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.mark = 1012.0

    def now(self) -> datetime:
        """Always the same."""
        return NOW

    def elapsed(self) -> float:
        """What the test set."""
        return self.mark

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """The screen never waits."""
        raise AssertionError("the screen must not wait on the clock")


class HeldFeed:
    """A feed that publishes what the test gives it, and counts what it was asked."""

    def __init__(self, publish: Callable[[Snapshot], None]) -> None:
        self.publish = publish
        self.snapshot = STARTING
        self.started = self.stopped = False
        self.refreshes = 0

    def start(self) -> None:
        """Noted."""
        self.started = True

    def refresh(self) -> None:
        """Counted."""
        self.refreshes += 1

    def stop(self) -> None:
        """Noted."""
        self.stopped = True


class Stage:
    """One running app, as a test sees it."""

    def __init__(self, app: SesmonApp, feed: HeldFeed, clock: HeldClock, pilot: Pilot[None]) -> None:
        self.app, self.feed, self.clock, self.pilot = app, feed, clock, pilot

    @property
    def main(self) -> MainScreen:
        """The main screen, whatever dialog is over it."""
        return self.app.main

    async def publish(self, snapshot: Snapshot) -> None:
        """Publish from another thread, as a monitor does, and wait until it is drawn."""
        thread = threading.Thread(target=self.feed.publish, args=(snapshot,))
        thread.start()
        thread.join()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until they took effect."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def screen_lines(self) -> list[str]:
        """What stands on the screen, as text."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        return [strip.text[:width].rstrip() for strip in strips[:height]]

    def screen_text(self) -> str:
        """The same in one piece."""
        return "\n".join(self.screen_lines())


def height_in_sight(main: MainScreen) -> int:
    """How many lines of the table are on the screen: other parts may leave it fewer than it has, or none."""
    try:
        return main.find_widget(main.table).visible_region.height
    except NoWidget:
        return 0


@asynccontextmanager
async def stage(
    snapshot: Snapshot | None = None, size: tuple[int, int] = NORMAL, look: Look = LOOK, *, notices: bool = False
) -> AsyncIterator[Stage]:
    """The app at a size, showing a snapshot; its notices are drawn only if told."""
    feeds: list[HeldFeed] = []

    def make_feed(publish: Callable[[Snapshot], None]) -> HeldFeed:
        feeds.append(HeldFeed(publish))
        return feeds[0]

    clock = HeldClock()
    app = SesmonApp(make_feed, clock, View(utc=True), look)
    async with app.run_test(size=size, notifications=notices) as pilot:
        await pilot.pause()
        out = Stage(app, feeds[0], clock, pilot)
        if snapshot is not None:
            await out.publish(snapshot)
        yield out
