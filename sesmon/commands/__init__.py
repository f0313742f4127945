"""One file a command of the command line: `run(argv)` returns the exit status. Importing one is cheap."""

from typing import NamedTuple

OK, FAILED, USAGE_ERROR = 0, 1, 2
"""Exit statuses: all well; something failed; the command line, the configuration or the terminal cannot be used."""


class Command(NamedTuple):
    """A command's module below `sesmon.commands`, its one-line help, and its status where it can tell nothing.

    `unknown` begins the line in which it tells so, where that is read from standard output and nowhere else.
    """

    module: str
    help: str
    untold: int = FAILED
    unknown: str = ""


COMMANDS = {
    "snapshot": Command("snapshot", "one reading as text, JSON, CSV or OpenMetrics"),
    "check": Command("check", "one line and an exit status for Nagios, Icinga and their kin", 3, "SES UNKNOWN - "),
    "watch": Command("watch", "the loop without a screen: JSON lines of alert events, commands, notifications"),
    "exporter": Command("exporter", "the newest figures over HTTP, for Prometheus"),
    "backtest": Command("backtest", "every alert that the past would have raised, as it would have been raised"),
    "doctor": Command("doctor", "whether all that the monitor needs is there, with a remedy for what is not"),
    "import": Command("importing", "take what `aws ses get-send-statistics` printed into the history"),
    "export": Command("exporting", "give the history back as JSON, CSV or OpenMetrics"),
    "config": Command("configuring", "the settings, and where each came from; or a sample of the file"),
    "print": Command("printing", "alert rules, dashboard, unit file, manual page, shell completions"),
}
"""`sesmon NAME ...` calls `run(argv)` of the command's module; no name is the monitor."""
