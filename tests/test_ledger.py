"""Who may call next, over all processes of the host that share a history."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from sesmon.history import History, Owner
from sesmon.keeper import Keeper, asker
from sesmon.ledger import LEASE, HostPacer
from sesmon.model import Origin, Reading, Target
from sesmon.pacing import CALL_SPACING, CallKey
from tests.fakes import START, FakeClock
from tests.test_history import point
from tests.test_keeper import NAMED
from tests.test_pacing import KEY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A history that is there."""
    made = tmp_path / "h.db"
    History(made, START).close()
    return made


@pytest.fixture
def clock() -> FakeClock:
    """The clock that all processes of a host share."""
    return FakeClock()


@pytest.fixture
def pacers(path: Path, clock: FakeClock) -> Iterator[tuple[HostPacer, HostPacer]]:
    """Two processes' pacers."""
    pair = (HostPacer(path, "prod", clock), HostPacer(path, "prod", clock))
    yield pair
    for pacer in pair:
        pacer.close()


def test_one_process_at_a_time(pacers: tuple[HostPacer, HostPacer], clock: FakeClock) -> None:
    """While one calls the other waits, and then for a second from the return."""
    first, second = pacers
    assert first.claim(KEY) == 0
    assert 0 < second.claim(KEY) <= CALL_SPACING
    clock.advance(0.4)
    first.done(KEY)
    assert second.claim(KEY) == pytest.approx(CALL_SPACING)
    clock.advance(CALL_SPACING)
    assert second.claim(KEY) == 0
    assert first.claim(KEY) > 0


def test_a_killed_caller_holds_the_others_back_no_longer_than_the_lease(
    pacers: tuple[HostPacer, HostPacer], clock: FakeClock
) -> None:
    """A turn that is never given back is free after the read timeout, and not before."""
    first, second = pacers
    assert first.claim(KEY) == 0
    clock.advance(LEASE - 0.01)
    assert second.claim(KEY) > 0
    clock.advance(0.02)
    assert second.claim(KEY) == 0


def test_a_reboot_or_an_impossible_time_stops_nobody(path: Path, clock: FakeClock) -> None:
    """What another boot left in the ledger, or a time too far ahead to be true, counts for nothing."""
    before = HostPacer(path, "prod", FakeClock(elapsed=1e9))
    assert before.claim(KEY) == 0
    before.close()
    after = HostPacer(path, "prod", clock)
    assert after.claim(KEY) == 0
    after.close()


def test_other_accounts_do_not_wait(path: Path, clock: FakeClock) -> None:
    """Another caller has a turn of its own."""
    one, other = HostPacer(path, "prod", clock), HostPacer(path, "dev", clock)
    assert (one.claim(KEY), other.claim(KEY)) == (0, 0)
    one.close()
    other.close()


def test_without_a_ledger_the_process_is_paced_all_the_same(tmp_path: Path, clock: FakeClock) -> None:
    """Where the file is not there the process's own calls keep their second."""
    pacer = HostPacer(tmp_path / "none" / "h.db", "prod", clock)
    assert pacer.claim(KEY) == 0
    assert pacer.claim(KEY) > 0
    pacer.done(KEY)
    assert pacer.claim(KEY) == pytest.approx(CALL_SPACING)
    assert not (tmp_path / "none").exists()


def test_a_reading_serves_everyone_while_it_is_fresh(path: Path, clock: FakeClock) -> None:
    """What one process read within the interval another takes; not its own, an old one or one of the future."""
    reader, other = (Keeper(path, asker(NAMED, None, {}), clock) for _ in range(2))
    reader.keep(Reading(NAMED, START, (point(0),)))
    clock.advance(5)
    taken = other.fresh(60)
    assert taken is not None
    assert (taken[0].points, taken[0].origin, taken[1]) == ((point(0),), Origin.SERVICE, clock.elapsed() - 5)
    assert reader.fresh(60) is None
    assert other.fresh(5) is None
    clock.advance(-10)
    assert other.fresh(60) is None
    reader.close()
    other.close()


CALLER = """
import sys, threading
from pathlib import Path
from sesmon.clock import SystemClock
from sesmon.ledger import HostPacer
from tests.test_pacing import KEY
clock = SystemClock()
pacer = HostPacer(Path(sys.argv[1]), "prod", clock)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(2):
    while left := pacer.claim(KEY):
        clock.wait(threading.Event(), left)
    print(clock.elapsed(), flush=True)
    pacer.done(KEY)
"""


def test_real_processes_never_call_within_a_second(path: Path) -> None:
    """Four processes that want to call at once call one after the other, a second and more apart."""
    callers = [
        subprocess.Popen(
            [sys.executable, "-c", CALLER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for caller in callers:
        assert caller.stdout is not None
        assert caller.stdout.readline() == "ready\n"
    starts: list[float] = []
    for caller in callers:
        assert caller.stdin is not None
        caller.stdin.write("go\n")
        caller.stdin.flush()
    for caller in callers:
        said, _ = caller.communicate(timeout=120)
        starts += [float(line) for line in said.split()]
    assert len(starts) == 8
    assert all(later - earlier >= CALL_SPACING for earlier, later in pairwise(sorted(starts)))


def test_two_names_of_one_account_share_its_turn(path: Path) -> None:
    """Once the history knows that two profiles are one account in one Region, their calls are a second apart."""
    clock = FakeClock()
    owner = Owner("123456789012", "us-east-1")
    with History(path, START) as history:
        for profile in ("a", "b"):
            history.record(owner, Reading(Target("us-east-1", profile), START, ()), f"profile {profile}\nus-east-1")
        pacers = [HostPacer(path, f"profile {profile}\nus-east-1", clock) for profile in ("a", "b")]
        key = CallKey(Target("us-east-1"), "GetSendStatistics")
        assert pacers[0].claim(key) == 0
        assert pacers[1].claim(key) > 0
        pacers[0].done(key)
        assert 0 < pacers[1].claim(key) <= CALL_SPACING
        clock.advance(CALL_SPACING)
        assert pacers[1].claim(key) == 0
        for pacer in pacers:
            pacer.close()


@pytest.mark.parametrize("done_first", [True, False])
def test_a_turn_counts_on_when_the_account_becomes_known(path: Path, done_first: bool) -> None:
    """A first reading, which teaches the history whose it is, leaves nobody a turn that its own call still holds."""
    clock = FakeClock()
    first, second = (HostPacer(path, "profile a\nus-east-1", clock) for _ in range(2))
    assert first.claim(KEY) == 0
    with History(path, START) as history:
        for moment in sorted(("done", "known"), reverse=not done_first):
            if moment == "done":
                first.done(KEY)
            else:
                owner = Owner("123456789012", "us-east-1")
                history.record(owner, Reading(Target("us-east-1", "a"), START, ()), "profile a\nus-east-1")
            assert second.claim(KEY) > 0
    for pacer in (first, second):
        pacer.close()
