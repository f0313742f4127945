"""argv to one command. Imports a layer only in the branch that needs it."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Sequence

from sesmon.commands import COMMANDS, FAILED


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
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
