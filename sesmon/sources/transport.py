"""What goes over the wire, and how much of it: no keys in the clear, no answer without an end."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

LARGEST_ANSWER = 4 * 1024 * 1024
"""Bytes of an answer that are taken. Two weeks of data points are some 350 KB."""

LONGEST_ANSWER = 30.0
"""Seconds that the body of an answer may take as a whole, however steadily it drips."""

_PIECE = 65_536


class PlainHttpRefused(Exception):  # noqa: N818 - it names what happened; faults.py goes by this name
    """The endpoint is plain http on another host, and nobody allowed that."""


class AnswerTooLarge(Exception):  # noqa: N818 - likewise
    """An answer has more bytes than send statistics can have."""


class AnswerTooSlow(Exception):  # noqa: N818 - likewise
    """An answer goes on and on."""


class EntitiesRefused(Exception):  # noqa: N818 - likewise
    """An answer declares XML entities, or might: SES never does, and they can swell a few bytes to gigabytes."""


def is_plain_and_far(url: str) -> bool:
    """Whether what is sent to `url` crosses a network in the clear: http to anything but loopback."""
    parts = urlsplit(url)
    if parts.scheme.lower() != "http":
        return False
    host = (parts.hostname or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def refuse_plain_http(url: str) -> None:
    """Refuse to send to such an endpoint.

    Raises:
        PlainHttpRefused: for plain http to anything but loopback.
    """
    if is_plain_and_far(url):
        raise PlainHttpRefused(url)


class GuardedSession:
    """Stands in the place of a botocore client's HTTP session, and sends by it.

    Raises from `send`, beside what botocore raises: `PlainHttpRefused`, `AnswerTooLarge`, `AnswerTooSlow`,
    `EntitiesRefused`.
    """

    def __init__(self, session: Any, *, allow_http: bool, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._allow_http = allow_http
        self._elapsed = elapsed

    def send(self, request: Any) -> Any:
        """Send a prepared request, and return the response with its body read."""
        if not self._allow_http:
            refuse_plain_http(request.url)
        # Botocore would read the body to its end, whatever its size; so it is left to be read here.
        request.stream_output = True
        started = self._elapsed()
        response = self._session.send(request)
        try:
            response._content = self._body(response.raw, started)
        except BaseException:
            # What is left of the body must not be taken for the next answer.
            response.raw.close()
            raise
        return response

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def _body(self, raw: Any, started: float) -> bytes:
        # Older releases of urllib3 cannot return what has come in; they wait until a piece is full.
        read = getattr(raw, "read1", raw.read)
        pieces: list[bytes] = []
        size = 0
        while piece := read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise AnswerTooLarge(f"more than {LARGEST_ANSWER // 1024 // 1024} MB")
            if self._elapsed() - started > LONGEST_ANSWER:
                raise AnswerTooSlow(f"not whole after {LONGEST_ANSWER:.0f} s")
        body = b"".join(pieces)
        if b"\0" in body:
            # UTF-16, in which the bytes below would go unseen.
            raise EntitiesRefused("it is not in UTF-8")
        if b"<!ENTITY" in body.upper():
            raise EntitiesRefused("it declares XML entities")
        raw.release_conn()
        return body
