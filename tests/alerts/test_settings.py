"""What may be set about alerts."""

from __future__ import annotations

import pytest

from sesmon.alerts.settings import COUNTED, Settings
from sesmon.model import Metric


def test_the_allowed_false_alarms_are_shared_out_in_full() -> None:
    """Over a month's slots the chances of all metrics come to the false alarms that are allowed."""
    slots_a_month = 30 * 24 * 4
    for allowed in (0.1, 0.6, 3.0):
        chances = [Settings(false_alarms=allowed).chance(metric) for metric in COUNTED]
        assert sum(chances) * slots_a_month == pytest.approx(allowed)
        assert all(chance > 0 for chance in chances)


def test_a_name_tells_settings_apart_in_every_process() -> None:
    """The defaults have none; metrics are named in an order that no process's hashes change."""
    two = Settings(quiet=frozenset({Metric.COMPLAINTS, Metric.BOUNCES}))
    assert Settings().name == ""
    assert two.name.endswith(f"{Metric.BOUNCES!r}, {Metric.COMPLAINTS!r})")
    assert len({Settings().name, two.name, Settings(volume=5).name, Settings(minimum_mail=9).name}) == 4
