"""The real program as a process of its own, without a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

PATIENCE = 120
"""Seconds that a process may take: a busy machine is slow, not wrong."""

_WITH_SIGNALS = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from sesmon.cli import run; run()"
)
"""The program, where whoever runs the tests ignores Ctrl+C too: a job in the background of a shell does."""


def sesmon(
    *arguments: str, environment: Mapping[str, str] | None = None, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        [sys.executable, "-m", "sesmon", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
        env={**os.environ, **(environment or {})},
    )


def started(*arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start it; what it prints can be read line by line."""
    return subprocess.Popen(
        [sys.executable, "-c", _WITH_SIGNALS, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **(environment or {})},
    )
