"""What a board says of its data, without a widget."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sesmon.model import SLOT, DataPoint, Metric, Reading
from sesmon.tui.view import Board, View
from tests.tui.scenes import LIVE, NOW, TARGET


@pytest.mark.parametrize(("ago", "is_told"), [(2, False), (0, True)])
def test_a_spike_that_is_over_forecasts_nothing(ago: int, is_told: bool) -> None:
    """A limit is met at the pace of the last hours only where the newest hour's pace would lead to it too."""
    first = NOW - timedelta(hours=12)
    spike = range(47 - 4 * ago - 3, 47 - 4 * ago + 1)
    points = tuple(DataPoint(first + SLOT * place, 1_000, 0, 10 if place in spike else 0, 0) for place in range(48))
    board = Board(LIVE._replace(reading=Reading(TARGET, NOW, points)), View(volume=60_000))
    assert (board.forecast(Metric.COMPLAINTS) is not None) == is_told
