"""One file a command of the command line: `run(argv)` returns the exit status. Importing one is cheap."""

COMMANDS: dict[str, str] = {}
"""Each command's one-line help. `sesmon NAME ...` calls `run(argv)` of `sesmon.commands.NAME`; no name: the monitor."""
