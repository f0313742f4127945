"""argv to one command. Imports a layer only in the branch that needs it."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

from sesmon.commands import COMMANDS, FAILED, Command

_MONITOR = Command("monitor", "")

_INTERRUPTED = 130
"""The status that shells give a program that SIGINT ended."""

_UNWRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What a disk says that does not take the output."""


def run() -> NoReturn:
    """Run the command that the program was started with, and end the process with its exit status."""
    status = main()
    sys.stderr.flush()
    # All is written and closed by now. To take apart what is in memory, piece by piece, takes a tenth of a call's time.
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    _stand_in_for_closed_streams()
    _write_what_the_locale_can()
    _dump_no_memory()
    # What a start makes stays: looking through it for garbage takes a tenth of the time. A loop begins that again.
    gc.disable()
    words = list(sys.argv[1:] if argv is None else argv)
    command = COMMANDS[words.pop(0)] if words and words[0] in COMMANDS else _MONITOR
    try:
        status: int = importlib.import_module(f"sesmon.commands.{command.module}").run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        pass
    except KeyboardInterrupt:
        # Whoever pressed Ctrl+C knows why it ended.
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever a bug raises is told in one sentence
        if not isinstance(error, OSError) or error.errno not in _UNWRITTEN:
            return _crashed(error, command)
        sys.stderr.write(f"sesmon: the output was not written: {error.strerror}. Make room, or write it elsewhere.\n")
    else:
        return status
    # What is left must not be written at exit either.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return command.unwritten


def _crashed(error: Exception, command: Command) -> int:
    """Tell of a bug in one sentence with its place, and write its traceback to the log; the exit status."""
    import traceback  # noqa: PLC0415 - only a bug needs it

    from sesmon import journal  # noqa: PLC0415 - likewise
    from sesmon.wording import pasteable  # noqa: PLC0415 - likewise

    journal.tell_of_bug("the command failed inside sesmon", error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    told = pasteable(f"{type(error).__name__}: {error}")
    where = f"{os.path.basename(place.filename)}, line {place.lineno}"  # noqa: PTH119 - a name, and nothing is opened
    # A plugin is read by what it prints.
    told_to = sys.stderr if command.unwritten == FAILED else sys.stdout
    told_to.write(f"sesmon: the command failed inside sesmon ({told}; {where}). Please report this.\n")
    told_to.flush()
    return command.unwritten


def _stand_in_for_closed_streams() -> None:
    """Open nothing in the place of a stream that was closed (`>&-`).

    Else the next file that is opened, such as the history, would have the stream's number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as the process


def _write_what_the_locale_can() -> None:
    """Have a sign that the locale lacks written as a question mark: a plugin must not end with a traceback over it."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _dump_no_memory() -> None:
    """Have no core written of this process and those it starts: a core would hold the credentials.

    Linux takes a limit of one byte for no core at all; with none, a program that cores are piped to would get it still
    (core(5), and do_coredump in the kernel's fs/coredump.c). Elsewhere no byte is none.
    """
    try:
        import resource  # noqa: PLC0415 - not there on every system

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (int(sys.platform == "linux"), hard))
    except (ImportError, ValueError, OSError):
        # A hard limit of none is as good, and needs nothing.
        return
