"""The faults that the loopback SES can be told to show, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.ses import wire

PORTAL = "<!DOCTYPE html><html><head><title>Welcome to the Wi-Fi</title></head><body>Please sign in</body></html>"


@dataclass(frozen=True)
class Reply:
    """What goes over the wire: `cut` sends only so many bytes of the body and closes, `stall` sends them and waits.

    `times` sends the body so often, one after the other; `drip` waits so many seconds after each byte.
    """

    status: int = 200
    body: str = ""
    content_type: str = "text/xml"
    cut: int | None = None
    stall: int | None = None
    reset: bool = False
    delay: float = 0.0
    location: str | None = None
    times: int = 1
    drip: float | None = None
    encoding: str = "utf-8"


def _code(status: int, code: str, message: str) -> Reply:
    return Reply(status, wire.error(code, message))


def _bomb(declarations: str, use: str) -> str:
    return f'<?xml version="1.0"?><!DOCTYPE lolz [{declarations}]>{wire.answer("GetSendStatistics", use)}'


_BILLION_LAUGHS = _bomb(
    '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)), "&a9;"
)
_QUADRATIC = _bomb(f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 50_000)
_EXTERNAL = _bomb('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;")

FAULTS: dict[str, Callable[[str], Reply]] = {
    "none": lambda good: Reply(200, good),
    "throttling": lambda _good: _code(400, "Throttling", "Rate exceeded"),
    "denied": lambda _good: _code(403, "AccessDenied", "User: arn:aws:iam::123456789012:user/ops is not authorized"),
    "expired": lambda _good: _code(403, "ExpiredToken", "The security token included in the request is expired"),
    "unknown-key": lambda _good: _code(403, "InvalidClientTokenId", "The security token is invalid."),
    "signature": lambda _good: _code(403, "SignatureDoesNotMatch", "The request signature does not match."),
    "internal": lambda _good: _code(500, "InternalFailure", "An internal error occurred."),
    "unavailable": lambda _good: _code(503, "ServiceUnavailable", "The service is down."),
    "503": lambda _good: Reply(503, ""),
    "503-html": lambda _good: Reply(503, "<html><body>Bad gateway</body></html>", "text/html"),
    "404-html": lambda _good: Reply(404, PORTAL, "text/html"),
    "portal": lambda _good: Reply(200, PORTAL, "text/html"),
    "empty": lambda _good: Reply(200, ""),
    "cut-xml": lambda good: Reply(200, good[: max(40, len(good) // 2)]),
    "cut-body": lambda good: Reply(200, good, cut=max(10, len(good) // 2)),
    "reset": lambda _good: Reply(reset=True),
    "stall": lambda good: Reply(200, good, stall=20),
    "slow": lambda good: Reply(200, good, delay=0.3),
    "redirect": lambda _good: Reply(302, "", location="http://127.0.0.1:9/elsewhere"),
    "429": lambda _good: Reply(429, ""),
    "huge": lambda _good: Reply(200, "x" * 1024 * 1024, times=50),
    "huge-503": lambda _good: Reply(503, "x" * 1024 * 1024, times=50),
    "drip": lambda good: Reply(200, good, drip=0.02),
    "laughs": lambda _good: Reply(200, _BILLION_LAUGHS),
    "quadratic": lambda _good: Reply(200, _QUADRATIC),
    "external": lambda _good: Reply(200, _EXTERNAL),
    "utf-16": lambda _good: Reply(200, _BILLION_LAUGHS, encoding="utf-16"),
    "utf-16-be": lambda _good: Reply(200, _BILLION_LAUGHS, encoding="utf-16-be"),
    "bomb-503": lambda _good: Reply(503, _BILLION_LAUGHS),
    "quota-garbled": lambda good: Reply(200, good.replace("<Max24HourSend>", "<Max24HourSend>n/a ")),
    "hostile": lambda _good: _code(400, "Evil\x9b31m", "\x85[bold]\u202egnp.exe\u2069 [/bold]\nsecond line"),
}
"""Each takes the good body of the operation, and gives the reply instead."""
