"""README and the program say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sesmon.commands.printing import parsers
from sesmon.tui.actions import ACTIONS
from sesmon.tui.screens.help import groups

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def keys_table() -> str:
    """README's table of keys, as the table of actions gives it."""
    lines = ["| Key | What it does |", "| --- | --- |"]
    for name, members in groups().items():
        lines.append(f"| **{name}** | |")
        for action in members:
            keys = " ".join(f"`{key}`" for key in action.key_names.split(" "))
            lines.append(f"| {keys} | {action.help} |")
    return "\n".join(lines)


def test_the_keys_are_those_of_the_table_of_actions() -> None:
    """README lists every key as help does."""
    shown = re.search(r"<!-- keys: [^>]*-->\n(.*)<!-- /keys -->", README, re.DOTALL)
    assert shown is not None
    assert shown[1].strip() == keys_table(), "copy what keys_table() gives into README.md"
    assert all(action.help in shown[1] for action in ACTIONS)


@pytest.mark.parametrize("name", ["demo", "test"])
def test_the_two_commands_are_there_once(name: str) -> None:
    """The two commands that a newcomer runs are marked, one line each."""
    block = re.findall(rf"<!-- command: {name} -->\n```sh\n([^\n]+)\n```", README)
    assert len(block) == 1
    assert block[0].startswith("python3 -m venv .venv && ")


def test_every_picture_is_there() -> None:
    """Each picture that README shows is in the repository."""
    pictures = re.findall(r"\((screenshots/[^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_every_option_shown_exists() -> None:
    """README uses no option that the program does not have."""
    helps = "".join(parser.format_help() for parser in parsers().values())
    known = set(re.findall(r"--[a-z-]+", helps))
    used = set(re.findall(r"^sesmon.*?(--[a-z-]+)", README, re.MULTILINE))
    assert used <= known
