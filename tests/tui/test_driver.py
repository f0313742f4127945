"""The writer between the screen and its terminal. How the program fares with it is in tests/test_manners.py."""

from __future__ import annotations

import os
import pty
import select
from collections.abc import Iterator

import pytest

from sesmon.tui.driver import SteadyWriter

MUCH = 100_000
"""More bytes than a terminal takes before they are read."""


@pytest.fixture
def terminal() -> Iterator[tuple[int, SteadyWriter]]:
    """The side of a pty that is read, and a writer to the other, which never waits."""
    ours, theirs = pty.openpty()
    os.set_blocking(theirs, False)
    with os.fdopen(theirs, "w") as file:
        writer = SteadyWriter(file, lambda: None)
        writer.start()
        writer.write("x" * MUCH)
        yield ours, writer
        writer.stop()
    os.close(ours)


def test_a_terminal_that_never_waits_gets_everything(terminal: tuple[int, SteadyWriter]) -> None:
    """Where another program has made the terminal non-blocking, the writer waits until it takes more."""
    ours, writer = terminal
    came = 0
    while came < MUCH:
        assert select.select([ours], [], [], 30)[0], f"only {came} bytes came"
        came += len(os.read(ours, 65_536))
    assert came == MUCH
    assert writer.is_alive()


def test_a_terminal_that_is_full_does_not_hold_the_writer(terminal: tuple[int, SteadyWriter]) -> None:
    """Told to stop, the writer ends, though nobody reads what is left."""
    _ours, writer = terminal
    writer.stop()
    writer.join(60)
    assert not writer.is_alive()
