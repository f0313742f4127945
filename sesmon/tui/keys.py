"""Other keys for the actions: what a configuration or the command line asks for, checked before the screen opens."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from textual.keys import Keys, _character_to_key

from sesmon.tui.actions import ACTIONS, Action

_NAMED = frozenset(key.value for key in Keys)


class KeysError(Exception):
    """Keys that cannot be given so; the text says which, and why."""


def rebound(wanted: Mapping[str, str]) -> tuple[Action, ...]:
    """The table of actions with other keys for some: id of the action to its keys, separated by commas.

    Keys are Textual's names (`ctrl+r`, `f5`, `pagedown`) or the characters themselves (`Q`, `?`).

    Raises:
        KeysError: for an id or key that does not exist, and a key that would do two things.
    """
    ids = {action.id: action for action in ACTIONS}
    problems = []
    for name in wanted:
        if name not in ids:
            near = difflib.get_close_matches(name, ids, 1, 0.4)
            problems.append(f"there is no action {name!r}{f' (did you mean {near[0]!r}?)' if near else ''}")
    made = []
    for action in ACTIONS:
        keys = wanted.get(action.id)
        if keys is None:
            made.append(action)
            continue
        names = [_named(key.strip()) for key in _split(keys)]
        problems += [f"{action.id}: {key!r} is not a key" for key in names if not _is_key(key)]
        if not names:
            problems.append(f"{action.id}: give it at least one key")
        made.append(action._replace(keys=",".join(names), shown_as=""))
    problems += _conflicts(made)
    if problems:
        raise KeysError("; ".join(problems) + ". `sesmon --print-keys` lists actions and keys.")
    return tuple(made)


def _split(keys: str) -> list[str]:
    """At the commas; a comma alone is the key of that name."""
    return ["comma"] if keys == "," else [key for key in keys.split(",") if key.strip()]


def _named(key: str) -> str:
    """A key by Textual's name, where it was given as its character."""
    return _character_to_key(key) if len(key) == 1 else key


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+")
    known = last in _NAMED or len(last) == 1 or _NAMED_CHARACTERS.get(last) is not None
    return known and set(modifiers) <= {"ctrl", "shift", "alt", "super", "meta", "hyper"}


_NAMED_CHARACTERS = {_character_to_key(chr(code)): chr(code) for code in range(0x20, 0x7F)}


def _conflicts(actions: list[Action]) -> list[str]:
    owners: dict[str, str] = {}
    out = []
    for action in actions:
        for key in action.keys.split(","):
            if key in owners and owners[key] != action.id:
                out.append(f"{key!r} would be both {owners[key]!r} and {action.id!r}")
            owners.setdefault(key, action.id)
    return out


def listing(actions: tuple[Action, ...] = ACTIONS) -> str:
    """Every action on a line: its id, its keys as a configuration names them, what it does; columns aligned."""
    rows = [(action.id, action.keys, action.help) for action in actions]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "".join(f"{name:<{widths[0]}}  {keys:<{widths[1]}}  {does}\n" for name, keys, does in rows)
