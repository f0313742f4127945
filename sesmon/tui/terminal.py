"""The terminal around the screen: refusing one that cannot show it, and giving it back on every exit."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sesmon.tui.app import SesmonApp

_ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)

_EXIT_BASE = 128
"""A shell tells death by a signal as 128 and the signal's number; an orderly exit on one says the same."""


def take_keys_from_terminal() -> None:
    """Put the terminal in the place of a standard input that was a pipe and has been read, as `less` does."""
    with contextlib.suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY)
        os.dup2(terminal, 0)
        os.close(terminal)


_ELSE = " `sesmon snapshot` needs none."


def refusal() -> str | None:
    """Why there can be no screen here, or None."""
    # Textual reads standard input and draws on standard error.
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return "the monitor needs a terminal: standard input, output and error must all be one." + _ELSE
    if os.environ.get("TERM", "") in {"", "dumb"}:
        term = os.environ.get("TERM", "")
        return f"the monitor needs a terminal that can place text, and TERM is {term!r}.{_ELSE}"
    return None


def run_app(app: SesmonApp) -> int:
    """Run the screen until it is left, however that happens; the exit status."""
    app.on_ready = _watch
    app.run(mouse=app.look.mouse)
    if app.last_screen is not None:
        sys.stdout.write(app.last_screen)
    return app.return_code or 0


def _watch(app: SesmonApp) -> None:
    """End the app in order on SIGTERM, SIGHUP, SIGINT, SIGQUIT, and when the terminal is gone without a signal."""
    loop = asyncio.get_running_loop()
    for number in _ENDING_SIGNALS:
        with contextlib.suppress(ValueError, NotImplementedError, RuntimeError):
            loop.add_signal_handler(number, partial(app.leave, _EXIT_BASE + number))
    watch = threading.Thread(target=_await_hangup, args=(app, loop), name="hang-up watch", daemon=True)
    # A thread takes its time to start, which the first frame need not wait for.
    app.call_after_refresh(watch.start)


def _await_hangup(app: SesmonApp, loop: asyncio.AbstractEventLoop) -> None:
    """Wait until the terminal is gone. With SIGHUP ignored nothing else would tell, and reads would spin."""
    import select  # noqa: PLC0415 - not there on every system that can import this module

    poll = select.poll()
    try:
        poll.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, select.POLLHUP | select.POLLERR)
    except (OSError, ValueError):
        return
    while True:
        events = poll.poll(60_000)
        if any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in events):
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(partial(app.leave, _EXIT_BASE + signal.SIGHUP))
            # The orderly exit writes to a terminal that is gone, and may wait for it for ever.
            threading.Event().wait(2.0)
            os._exit(_EXIT_BASE + signal.SIGHUP)
