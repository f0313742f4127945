"""The campaigns, each a small one: what they look for does not happen."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sesmon.pacing import CALL_SPACING
from tests.campaigns import faults, killing, soak


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # connections are cut on purpose
def test_no_fault_stops_the_loop_or_loses_a_reading(tmp_path: Path) -> None:
    """Under faults in random order every good answer is shown and kept, and no two calls come within a second."""
    out = faults.campaign(tmp_path, 30, "suite")
    assert out.readings >= 30
    assert out.well > 5
    assert (out.lost, out.not_kept, out.unclean, out.crashed) == (0, 0, 0, False)
    assert out.gap >= CALL_SPACING


def test_the_program_outlives_faults() -> None:
    """The program on a terminal is alive and live again after some seconds of faults, and ends well."""
    rows = faults.program(4, "suite", without={"drip", "stall"})
    assert rows["alive to the end, and live again"] == "yes"
    assert rows["exit status"] == "0"
    assert rows["tracebacks on the screen or in the log"] == "none"
    assert float(rows["least seconds between two calls"]) >= CALL_SPACING


def test_hours_leave_files_and_threads_as_they_are() -> None:
    """Over simulated hours the process opens no more files and starts no more threads."""
    out = soak.simulated(0.1)
    first, last = out.samples[0], out.samples[-1]
    assert out.readings >= 6
    assert last.files <= first.files + 6
    assert last.threads <= first.threads + 2


def test_growth_is_the_slope_after_the_warm_up() -> None:
    """What is made in the warm-up is no growth; what comes after it is, however it goes up and down in between."""

    def after(*resident: float) -> soak.Outcome:
        held = enumerate((50.0, 80.0, *resident))
        return soak.Outcome("a run", 2.0, [soak.Sample(hour, mb, 0.0, 9, 4) for hour, mb in held])

    assert after(81, 81, 81, 81).growth == pytest.approx(0)
    assert after(81, 81, 81, 81).is_good
    assert after(81, 84, 83, 87, 89).growth == pytest.approx(1.9)
    assert not after(81, 84, 83, 87, 89).is_good


def test_killed_readers_imports_and_migrations_lose_nothing(tmp_path: Path) -> None:
    """SIGKILL leaves a file of one schema or the other, an import whole or not there, and nothing damaged."""
    out = killing.Outcome()
    killing.others(tmp_path, 3, random.Random("suite"), out)
    assert (out.readers, out.imports, out.migrations) == (3, 3, 6)
    assert (out.damaged, out.set_aside, out.lost, out.half_migrated) == (0, 0, 0, 0)
