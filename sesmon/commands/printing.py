"""`sesmon print`: files that go with the program, for the places where other programs look for them."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

from sesmon import __version__
from sesmon.commands import COMMANDS, OK


class Printable(NamedTuple):
    """Something that can be printed, and for what: a file of the package's data, or made from the options."""

    help: str
    file: str | None = None


PRINTABLE = {
    "prometheus-rules": Printable("alert rules for Prometheus", "prometheus-rules.yml"),
    "grafana-dashboard": Printable("a dashboard for Grafana", "grafana-dashboard.json"),
    "systemd-unit": Printable("a unit for `sesmon watch`", "sesmon-watch.service"),
    "man": Printable("the manual page sesmon(1)"),
    "completion-bash": Printable("completions for bash"),
    "completion-zsh": Printable("completions for zsh"),
    "completion-fish": Printable("completions for fish"),
}


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    out = argparse.ArgumentParser(
        prog="sesmon print",
        description="Print a file that goes with the program.",
        epilog="\n".join(["files:", *(f"  {name:<18} {printable.help}" for name, printable in PRINTABLE.items())]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    out.add_argument("file", choices=tuple(PRINTABLE), metavar="FILE", help="one of the files below")
    return out


def run(argv: Sequence[str]) -> int:
    """Print the file, and return the exit status."""
    name = parser().parse_args(argv).file
    file = PRINTABLE[name].file
    if file is not None:
        text = (files("sesmon") / "data" / file).read_text(encoding="utf-8")
    elif name == "man":
        from sesmon.reports import man  # noqa: PLC0415 - each layer is loaded only where it is needed

        text = man.page(parsers(), {command: known.help for command, known in COMMANDS.items()}, __version__)
    else:
        text = _completions(name.removeprefix("completion-"))
    sys.stdout.write(text)
    return OK


def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command; '' is the monitor's own."""
    modules = {"": "monitor", **{name: command.module for name, command in COMMANDS.items()}}
    return {name: importlib.import_module(f"sesmon.commands.{module}").parser() for name, module in modules.items()}


def whole() -> argparse.ArgumentParser:
    """One parser of all commands, as shtab reads it."""
    known = parsers()
    out = argparse.ArgumentParser(prog="sesmon", parents=[known.pop("")], conflict_handler="resolve")
    commands = out.add_subparsers(dest="command")
    for name, own in known.items():
        commands.add_parser(
            name, help=COMMANDS[name].help, parents=[own], conflict_handler="resolve", description=COMMANDS[name].help
        )
    return out


def _completions(shell: str) -> str:
    import shtab  # noqa: PLC0415 - loaded only where it is needed

    parser = whole()
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    for one in (parser, *commands.choices.values()):
        for action in one._actions:
            if action.metavar == "FILE" and not action.choices:
                action.complete = shtab.FILE
    text: str = shtab.complete(parser, shell)
    return text + "\n"
