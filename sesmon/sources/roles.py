"""Credentials of assumed roles, shared by a run's sources: one MFA code serves all Regions of a profile."""

from __future__ import annotations

import threading


class Role:
    """What the sources of one profile share. Credentials are kept in memory only.

    `turn` is held while credentials are found, so that of many sources one asks for a code and the others find what it
    led to in the `cache`, which is botocore's own.
    """

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.cache: dict[str, object] = {}


class Roles:
    """What the sources share, by profile."""

    def __init__(self) -> None:
        self._roles: dict[str, Role] = {}
        self._lock = threading.Lock()

    def of(self, profile: str) -> Role:
        """What the sources of that profile share."""
        with self._lock:
            return self._roles.setdefault(profile, Role())
