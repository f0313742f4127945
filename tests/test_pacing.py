"""Who may call next."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from sesmon.model import Target
from sesmon.pacing import CALL_SPACING, CallKey, ProcessPacer
from tests.fakes import FakeClock

KEY = CallKey(Target("eu-west-1"), "GetSendStatistics")


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 2)), max_size=40))
def test_a_second_lies_between_a_return_and_the_next_start(steps: list[tuple[float, float]]) -> None:
    """Whenever a turn is asked for and however long a call takes, no call starts within a second of a return."""
    clock = FakeClock()
    pacer = ProcessPacer(clock)
    returned: float | None = None
    for pause, length in steps:
        clock.advance(pause)
        left = pacer.claim(KEY)
        if left:
            assert 0 < left <= CALL_SPACING + 1e-9  # sums of floats
            continue
        assert returned is None or clock.elapsed() - returned >= CALL_SPACING - 1e-9
        clock.advance(length)
        pacer.done(KEY)
        returned = clock.elapsed()


def test_the_wait_that_is_told_is_enough() -> None:
    """After the seconds told, the turn is free."""
    clock = FakeClock()
    pacer = ProcessPacer(clock)
    assert pacer.claim(KEY) == 0
    pacer.done(KEY)
    clock.advance(pacer.claim(KEY))
    assert pacer.claim(KEY) == 0


def test_a_turn_is_given_to_one_at_a_time() -> None:
    """Of many threads that ask at once, one gets the turn."""
    pacer = ProcessPacer(FakeClock())
    barrier, answers = threading.Barrier(8), list[float]()

    def ask() -> None:
        barrier.wait(30)
        answers.append(pacer.claim(KEY))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [0.0, *[CALL_SPACING] * 7]


def test_accounts_regions_and_operations_do_not_wait_for_each_other() -> None:
    """Another Region, profile or operation has a turn of its own."""
    pacer = ProcessPacer(FakeClock())
    keys = [KEY, KEY._replace(operation="GetSendQuota"), CallKey(Target("us-east-1"), KEY.operation)]
    assert [pacer.claim(key) for key in keys] == [0, 0, 0]
