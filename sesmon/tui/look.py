"""How the screen looks and is driven, apart from what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sesmon.tui import charset, themes


class Look(NamedTuple):
    """The user's terminal and taste. `keys` maps ids of actions to other keys, separated by commas."""

    theme: str = themes.AUTO
    charset: str = charset.AUTO
    mouse: bool = True
    keeps: bool = False
    keys: Mapping[str, str] = MappingProxyType({})
