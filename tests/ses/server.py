"""The loopback server itself."""

from __future__ import annotations

import itertools
import os
import re
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, NamedTuple, Self
from urllib.parse import parse_qs

from sesmon.model import DataPoint
from tests.ses import wire
from tests.ses.faults import FAULTS, Reply


class Call(NamedTuple):
    """One request as it came in: `at` is on `time.monotonic`'s scale, when its last byte was here."""

    operation: str
    region: str
    at: float


class LoopbackSes:
    """An SES on 127.0.0.1. A context manager; leaving it ends every connection, a stalled one too."""

    def __init__(self, port: int = 0) -> None:
        self.calls: list[Call] = []
        self.changed = threading.Condition()
        self._bodies: dict[str, str] = {}
        self._script: deque[str] = deque()
        self._standing: str | None = None
        self._stalled: frozenset[str] = frozenset()
        self._refused: dict[str, str] = {}
        self.echo = ""
        self.stalls_for = 60.0
        self.ended = threading.Event()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="loopback SES", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Answer no more; may be done twice."""
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def hold(self, points: Iterable[DataPoint], region: str = "us-east-1") -> None:
        """Answer with these points, newest and oldest mixed up as the service does."""
        self.hold_members([wire.point(item) for item in points], region)

    def hold_members(self, members: list[str], region: str = "us-east-1") -> None:
        """Answer with members of XML, as they are but unordered."""
        self._bodies[region] = wire.statistics(members[1::2] + members[::2])

    def hold_body(self, body: str, region: str = "us-east-1") -> None:
        """Answer GetSendStatistics with a body as it is."""
        self._bodies[region] = body

    def fail(self, *names: str) -> None:
        """Show these faults of `FAULTS`, one a call, then answer well again."""
        self._script.extend(names)

    def fail_always(self, name: str | None) -> None:
        """Show one fault from now on; None ends that."""
        self._standing = name

    def stall(self, *regions: str) -> None:
        """Never answer in these Regions."""
        self._stalled = frozenset(regions)

    def fail_operation(self, operation: str, name: str | None) -> None:
        """Show one fault to one operation from now on; None ends that."""
        self._refused = {**self._refused, operation: name} if name else {}

    def of(self, operation: str) -> list[Call]:
        """The calls of one operation."""
        return [call for call in self.calls if call.operation == operation]

    def wait_for_calls(self, count: int, seconds: float = 30.0, operation: str | None = None) -> list[Call]:
        """Wait until so many calls, of one operation where it is named, have come in, and return them."""

        def came() -> list[Call]:
            return list(self.calls) if operation is None else self.of(operation)

        with self.changed:
            assert self.changed.wait_for(lambda: len(came()) >= count, seconds), f"only {len(came())} calls came"
            return came()

    def gaps(self) -> list[float]:
        """Seconds between one call of an operation in a Region and the next."""
        times: dict[tuple[str, str], list[float]] = {}
        for call in self.calls:
            times.setdefault((call.operation, call.region), []).append(call.at)
        return [after - before for own in times.values() for before, after in itertools.pairwise(own)]

    def reply(self, operation: str, region: str) -> Reply:
        """What a call is answered with; it is recorded first."""
        with self.changed:
            self.calls.append(Call(operation, region, time.monotonic()))
            fault = self._script.popleft() if self._script else self._standing or self._refused.get(operation)
            if region in self._stalled:
                fault = "stall"
            self.changed.notify_all()
        if fault and fault.startswith("echo"):
            # AWS says the signed headers back, the session token among them.
            code = "SignatureDoesNotMatch" if fault == "echo-signature" else "ValidationError"
            return Reply(400, wire.error(code, f"x-amz-security-token:{self.echo}"))
        good = self._good(operation, region)
        return FAULTS[fault](good) if fault else Reply(200, good)

    def _good(self, operation: str, region: str) -> str:
        if operation == "GetSendStatistics":
            return self._bodies.get(region, wire.answer(operation, ""))
        if operation == "GetSendQuota":
            return wire.quota()
        if operation == "GetAccountSendingEnabled":
            return wire.enabled()
        if operation == "GetCallerIdentity":
            return wire.identity()
        return wire.error("InvalidAction", f"no {operation} here")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], ses: LoopbackSes) -> None:
        super().__init__(address, _Handler)
        self.ses = ses

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server
    _REGION: ClassVar = re.compile(r"Credential=[^/]+/\d+/([^/]+)/")

    def do_POST(self) -> None:
        """Answer one call."""
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        region = self._REGION.search(self.headers.get("Authorization", ""))
        ses = self.server.ses
        reply = ses.reply(form.get("Action", ["?"])[0], region[1] if region else "?")
        if reply.delay:
            ses.ended.wait(reply.delay)
        if reply.reset:
            # Lingering for no time makes a close send RST; the files over the socket would put it off.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            os.close(self.connection.detach())
            return
        body = reply.body.encode(reply.encoding)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(body) * reply.times))
        self.send_header("x-amzn-RequestId", wire.REQUEST_ID)
        if reply.location:
            self.send_header("Location", reply.location)
        self.end_headers()
        part = reply.cut if reply.cut is not None else reply.stall
        try:
            self._write(body[:part], reply)
        except OSError:
            # Who was to be sent it has seen enough.
            self.close_connection = True
            return
        if reply.stall is not None:
            ses.ended.wait(ses.stalls_for)
        if part is not None:
            self.close_connection = True

    def _write(self, body: bytes, reply: Reply) -> None:
        if reply.drip is None:
            for _ in range(reply.times):
                self.wfile.write(body)
        else:
            for byte in body:
                self.wfile.write(bytes([byte]))
                if self.server.ses.ended.wait(reply.drip):
                    return
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's own name
        """Nothing: the record is `calls`."""
