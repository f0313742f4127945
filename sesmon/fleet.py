"""Many targets read side by side: each has a monitor of its own, and together they keep a measure."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from sesmon.clock import Clock
from sesmon.extras import Extras
from sesmon.model import Snapshot
from sesmon.monitor import Monitor
from sesmon.pacing import Pacer
from sesmon.sources.base import LiveSource, Source
from sesmon.sources.gate import Gate

if TYPE_CHECKING:
    from sesmon.alerts.settings import Settings
    from sesmon.keeper import Keeper

_SWITCH_SECONDS = 0.0005

AT_ONCE = 16
"""How many calls may be under way at once: enough that ten that hang hold nobody back."""


def monitors(
    targets: Sequence[tuple[Source, Clock, Keeper | None, Pacer]],
    publish: Callable[[int, Snapshot], None],
    *,
    interval: float,
    settings: Settings,
    audience: str = "",
    with_extras: bool = True,
) -> list[Monitor]:
    """A monitor of each target, not yet started; `publish` is called with the target's place, on its own thread.

    Answers are worked through one after the other, so that a screen beside them is never starved; after the first
    round, readings are spread over the interval. `with_extras` asks for the sending quota too.
    """
    is_alone = len(targets) == 1
    if not is_alone:
        # A screen's thread is one of many that want to run: at Python's own 5 ms each, a key would wait for them all.
        sys.setswitchinterval(_SWITCH_SECONDS)
    gate: AbstractContextManager[object] = nullcontext() if is_alone else Gate(AT_ONCE)
    desk: AbstractContextManager[object] = nullcontext() if is_alone else threading.Lock()
    return [
        Monitor(
            source,
            clock,
            pacer,
            _publisher(publish, place),
            interval=interval,
            settings=settings,
            audience=audience,
            keeper=keeper,
            extras=_extras(source, clock, pacer, keeper) if with_extras else None,
            gate=gate,
            desk=desk,
            phase=(place + 1) / len(targets),
        )
        for place, (source, clock, keeper, pacer) in enumerate(targets)
    ]


def _publisher(publish: Callable[[int, Snapshot], None], place: int) -> Callable[[Snapshot], None]:
    return lambda snapshot: publish(place, snapshot)


def _extras(source: Source, clock: Clock, pacer: Pacer, keeper: Keeper | None) -> Extras | None:
    """What else is asked of a source that knows more than statistics; a recording does not."""
    return Extras(source, clock, pacer, keeper) if isinstance(source, LiveSource) else None
