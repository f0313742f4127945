"""What every source is, and how it fails."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from sesmon.model import ErrorKind, Failure, Origin, Quota, Reading, Target


class SourceError(Exception):
    """A reading that did not come off. Its texts are clean, and fit to be shown."""

    def __init__(self, kind: ErrorKind, message: str, remedy: str, *, transient: bool) -> None:
        super().__init__(message)
        self.failure = Failure(kind, message, remedy, transient)


class Source(Protocol):
    """Something that answers with data points."""

    @property
    def target(self) -> Target:
        """The account and Region it reads, as well as they are known by now."""
        ...

    @property
    def origin(self) -> Origin:
        """What kind of source it is."""
        ...

    @property
    def live(self) -> bool:
        """Whether reading it again can bring anything new."""
        ...

    def read(self) -> Reading:
        """Ask once, and block until the answer is there.

        Raises:
            SourceError: for every failure; nothing else leaves a source.
        """
        ...


@runtime_checkable
class LiveSource(Source, Protocol):
    """A source that knows more of its account than its statistics."""

    def quota(self) -> Quota:
        """Ask once for the sending quota (GetSendQuota), and block until the answer is there.

        Raises:
            SourceError: for every failure.
        """
        ...

    def sending_enabled(self) -> bool:
        """Ask once whether the account may send in this Region (GetAccountSendingEnabled).

        Raises:
            SourceError: for every failure.
        """
        ...
