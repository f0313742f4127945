"""argv to one command. Imports a layer only in the branch that needs it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from sesmon.commands import COMMANDS


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = words.pop(0) if words and words[0] in COMMANDS else "monitor"
    status: int = importlib.import_module(f"sesmon.commands.{name}").run(words)
    return status
