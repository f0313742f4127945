"""argv to one command. Imports a layer only in the branch that needs it."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

from sesmon.commands import COMMANDS, OK, Command
from sesmon.commands.options import refuse

_MONITOR = Command("monitor", "")

_UNWRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}
"""What is said where the output is not taken: by a disk, and by a stream that was closed."""


def run() -> NoReturn:
    """Run the command that the program was started with, and end the process with its exit status."""
    try:
        status = main()
    except KeyboardInterrupt:
        _end_by_interrupt()
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    # All is written and closed by now. To take apart what is in memory, piece by piece, takes a tenth of a call's time.
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; the log, if there is one, ends with it."""
    how = "by an interrupt"
    try:
        status = _ran(argv)
    except SystemExit as error:
        how = f"with exit status {error.code}"
        raise
    else:
        how = f"with exit status {status}"
        return status
    finally:
        if "sesmon.log_file" in sys.modules:
            import logging  # noqa: PLC0415 - the log has loaded it

            logging.getLogger(__name__).info("ended %s", how)


def _ran(argv: Sequence[str] | None) -> int:
    _stand_in_for_closed_streams()
    _write_what_the_locale_can()
    _dump_no_memory()
    # What a start makes stays: looking through it for garbage takes a tenth of the time. A loop begins that again.
    gc.disable()
    words = list(sys.argv[1:] if argv is None else argv)
    name = words.pop(0) if words and words[0] in COMMANDS else ""
    command = COMMANDS.get(name, _MONITOR)
    status: int = OK
    try:
        try:
            status = importlib.import_module(f"sesmon.commands.{command.module}").run(words)
        except SystemExit:
            # Help and usage errors end a command so: what they have said must come out too.
            sys.stdout.flush()
            raise
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough. A plugin's is one line, and has told nobody.
        status = command.untold if command.unknown else status
    except Exception as error:  # noqa: BLE001 - a traceback is for the log, and holds what its variables held
        if not isinstance(error, OSError) or error.errno not in _UNWRITTEN:
            _tell_bug(f"sesmon {name}".rstrip(), error, command.unknown)
            return command.untold
        refuse(f"the output was not written: {error.strerror}. Make room, or write it elsewhere.")
        status = command.untold
    else:
        return status
    # What is left must not be written at exit either.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _tell_bug(what: str, error: Exception, unknown: str) -> None:
    """One sentence about a bug, as the screen has it; where something begins it, on standard output."""
    import logging  # noqa: PLC0415 - as the next, seldom needed

    import sesmon.journal  # noqa: PLC0415, F401 - without it the standard library writes to the terminal
    from sesmon.wording import REPORT_BUG, bug  # noqa: PLC0415

    logging.getLogger(__name__).error("a command failed inside sesmon", exc_info=error)
    said = f"{bug(what, error)}. {REPORT_BUG}\n"
    if not unknown:
        sys.stderr.write(f"sesmon: {said}")
        return
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{unknown}{said}")
        sys.stdout.flush()


def _end_by_interrupt() -> NoReturn:
    """End by Ctrl+C as a program that knows nothing of it, so that a shell's loop around it ends too."""
    import signal  # noqa: PLC0415 - seldom needed

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.raise_signal(signal.SIGINT)
    os._exit(1)


def _stand_in_for_closed_streams() -> None:
    """Open nothing in the place of a stream that was closed (`>&-`).

    Else the next file that is opened, such as the history, would have the stream's number. What is written to standard
    output fails, as it did when it was closed.
    """
    for name, flags, mode in (("stdin", os.O_RDONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w")):
        if getattr(sys, name) is None:
            # As long as the process.
            setattr(sys, name, open(os.open(os.devnull, flags), mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _write_what_the_locale_can() -> None:
    """Have a sign that the locale lacks written as a question mark: a plugin must not fail over it.

    All is written at the end, though PYTHONUNBUFFERED asks for it at once: argparse says nothing of help that it cannot
    write.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace", write_through=False)


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
