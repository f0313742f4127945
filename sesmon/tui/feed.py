"""What publishes the snapshots that the screen shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sesmon.model import Snapshot


class Feed(Protocol):
    """What turns the wheel behind the screen."""

    @property
    def snapshot(self) -> Snapshot:
        """How things stand now."""
        ...

    def start(self) -> None:
        """Begin to publish."""
        ...

    def refresh(self) -> None:
        """Read as soon as may be."""
        ...

    def stop(self) -> None:
        """Publish no more."""
        ...


MakeFeed = Callable[[Callable[[Snapshot], None]], Feed]
"""Makes a target's feed. It is given the function to publish with, which the feed must not call before `start`."""
