"""`python -m sesmon`."""

from sesmon.cli import run

run()
