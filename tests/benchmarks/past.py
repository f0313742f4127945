"""A long history of many targets, for what must not cost more because of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from sesmon.history import History, Owner
from sesmon.model import SLOT, DataPoint

TARGETS = 30
YEAR = timedelta(days=365)


def fill(path: Path, owners: Iterable[Owner], end: datetime, reach: timedelta, now: datetime) -> None:
    """Keep a point for each slot of so long before `end` (UTC), the same ones for each owner."""
    points = [DataPoint(end - SLOT * slot, 2000 + slot % 97, 30, slot % 2, 0) for slot in range(1, reach // SLOT)]
    with History(path, now) as history:
        for owner in owners:
            history.merge(owner, points, now)
