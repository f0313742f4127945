"""A source that is made on the thread that reads it, because making it loads botocore, which is as slow as a call."""

from __future__ import annotations

from collections.abc import Callable

from sesmon.model import Origin, Quota, Reading, Target
from sesmon.sources.base import LiveSource


class DeferredSource:
    """Stands for a source until its first reading. `known` is what the user named; the source may know more."""

    origin = Origin.SERVICE
    live = True

    def __init__(self, make: Callable[[], LiveSource], known: Target) -> None:
        self.known = known
        self._make = make
        self._source: LiveSource | None = None

    @property
    def target(self) -> Target:
        """The account and Region, as well as they are known by now."""
        return self._source.target if self._source else self.known

    def quota(self) -> Quota:
        """The sending quota, by the source.

        Raises:
            SourceError: as the source does.
        """
        return self._made().quota()

    def sending_enabled(self) -> bool:
        """Whether the account may send, by the source.

        Raises:
            SourceError: as the source does.
        """
        return self._made().sending_enabled()

    def read(self) -> Reading:
        """Make the source if need be, and read it.

        Raises:
            SourceError: as the source does.
        """
        return self._made().read()

    def _made(self) -> LiveSource:
        if self._source is None:
            self._source = self._make()
        return self._source
