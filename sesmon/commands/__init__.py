"""One file a command of the command line: `run(argv)` returns the exit status. Importing one is cheap."""

from typing import NamedTuple


class Command(NamedTuple):
    """A command's module below `sesmon.commands`, and its one-line help."""

    module: str
    help: str


COMMANDS = {
    "backtest": Command("backtest", "every alert that the past would have raised, as it would have been raised"),
    "doctor": Command("doctor", "whether all that the monitor needs is there, with a remedy for what is not"),
    "import": Command("importing", "take what `aws ses get-send-statistics` printed into the history"),
    "export": Command("exporting", "give the history back as JSON or CSV"),
}
"""`sesmon NAME ...` calls `run(argv)` of the command's module; no name is the monitor."""

OK, FAILED, USAGE_ERROR = 0, 1, 2
"""Exit statuses: all well; something failed; the command line, the configuration or the terminal cannot be used."""
