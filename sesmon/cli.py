"""argv to one command. Imports a layer only in the branch that needs it."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from sesmon.commands import COMMANDS, FAILED


def run() -> NoReturn:
    """Run the command that the program was started with, and end the process with its exit status."""
    status = main()
    sys.stderr.flush()
    # All is written and closed by now. To take apart what is in memory, piece by piece, takes a tenth of a call's time.
    os._exit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    _dump_no_memory()
    # What a start makes stays: looking through it for garbage takes a tenth of the time. A loop begins that again.
    gc.disable()
    words = list(sys.argv[1:] if argv is None else argv)
    module = COMMANDS[words.pop(0)].module if words and words[0] in COMMANDS else "monitor"
    try:
        status: int = importlib.import_module(f"sesmon.commands.{module}").run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough. What is left must not be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status


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
