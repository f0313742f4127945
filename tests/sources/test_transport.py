"""What goes over the wire: never keys in the clear, and never more of an answer than an answer can have."""

from __future__ import annotations

import textwrap
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from sesmon.model import ErrorKind
from sesmon.sources import transport
from sesmon.sources.base import SourceError
from sesmon.sources.ses import SesSource
from sesmon.sources.transport import LARGEST_ANSWER, is_plain_and_far
from tests.fakes import FakeClock
from tests.ses.server import LoopbackSes
from tests.tui.scenes import HEALTHY, NOW

FAR = "http://192.0.2.1:8025"
"""An address that is nobody's (RFC 5737)."""


@pytest.fixture
def source(ses: LoopbackSes) -> Iterator[SesSource]:
    """A source that reads the loopback SES."""
    made = SesSource(FakeClock(NOW), region="us-east-1", endpoint_url=ses.url)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("url", "far"),
    [
        ("https://email.us-east-1.amazonaws.com", False),
        ("http://127.0.0.1:8025", False),
        ("http://127.9.9.9", False),
        ("http://[::1]:8025", False),
        ("http://localhost:4566", False),
        ("http://LOCALHOST.", False),
        ("http://ses.localhost", False),
        ("http://email.us-east-1.amazonaws.com", True),
        ("http://10.0.0.1", True),
        ("HTTP://example.com", True),
        ("http://127.0.0.1.example.com", True),
        ("http://localhost@example.com", True),
        ("http://0.0.0.0", True),
        ("http://", True),
    ],
)
def test_plain_http_is_for_loopback(url: str, far: bool) -> None:
    """Only loopback may be spoken to in the clear, however the URL is written."""
    assert is_plain_and_far(url) is far


def config_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An endpoint in the shared configuration file."""
    path = tmp_path / "config"
    path.write_text(
        textwrap.dedent(f"""
        [default]
        services = local
        [services local]
        ses =
          endpoint_url = {FAR}
        """)
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))


@pytest.mark.parametrize("way", ["option", "AWS_ENDPOINT_URL_SES", "AWS_ENDPOINT_URL", "file"])
def test_a_plain_endpoint_is_refused_however_it_was_set(
    way: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Plain http to another host is a configuration failure that names the flag, and nothing is connected to."""
    if way == "file":
        config_file(monkeypatch, tmp_path)
    elif way != "option":
        monkeypatch.setenv(way, FAR)

    def connected(*_arguments: object, **_named: object) -> None:
        raise AssertionError("it was connected to")

    monkeypatch.setattr("socket.socket.connect", connected)
    source = SesSource(FakeClock(), region="us-east-1", endpoint_url=FAR if way == "option" else None)
    with pytest.raises(SourceError) as raised:
        source.read()
    failure = raised.value.failure
    assert (failure.kind, failure.transient) == (ErrorKind.CONFIGURATION, False)
    assert "--allow-http" in failure.remedy
    assert FAR in failure.message


def test_plain_http_can_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the flag, the call is made."""
    monkeypatch.setattr("sesmon.sources.ses.CONNECT_TIMEOUT", 0.1)
    source = SesSource(FakeClock(), region="us-east-1", endpoint_url=FAR, allow_http=True)
    with pytest.raises(SourceError) as raised:
        source.read()
    assert raised.value.failure.kind is ErrorKind.NETWORK
    source.close()


def test_a_redirect_is_not_followed_to_plain_http(ses: LoopbackSes, source: SesSource) -> None:
    """A redirect leads nowhere: no second request, wherever it points."""
    ses.fail("redirect")
    with pytest.raises(SourceError):
        source.read()
    assert len(ses.calls) == 1


@pytest.mark.parametrize("fault", ["huge", "huge-503"])
def test_a_huge_body_is_not_taken(ses: LoopbackSes, source: SesSource, fault: str) -> None:
    """Of 50 MB only the bound is ever held, the reading fails, and the next one is well."""
    ses.hold(HEALTHY)
    source.read()
    ses.fail(fault)
    tracemalloc.start()
    try:
        with pytest.raises(SourceError) as raised:
            source.read()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert raised.value.failure.kind is ErrorKind.RESPONSE
    assert "more than 4 MB" in raised.value.failure.message
    # The server's own megabytes are in this process too: the body that it sends, as text and as bytes.
    assert peak < LARGEST_ANSWER + 6 * 1024 * 1024
    assert source.read().points == HEALTHY


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        *((name, "it declares XML entities") for name in ("laughs", "quadratic", "external", "bomb-503")),
        *((name, "it is not in UTF-8") for name in ("utf-16", "utf-16-be")),
    ],
)
def test_an_entity_bomb_is_harmless(ses: LoopbackSes, source: SesSource, fault: str, words: str) -> None:
    """An answer that declares XML entities, in whatever encoding, is never parsed."""
    ses.hold(HEALTHY)
    ses.fail(fault)
    with pytest.raises(SourceError) as raised:
        source.read()
    assert raised.value.failure.kind is ErrorKind.RESPONSE
    assert words in raised.value.failure.message
    assert source.read().points == HEALTHY


def test_a_drip_comes_to_an_end(ses: LoopbackSes, source: SesSource, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that comes byte by byte, each in time, still ends when it has taken too long as a whole."""
    monkeypatch.setattr(transport, "LONGEST_ANSWER", 0.2)
    ses.hold(HEALTHY)
    ses.fail("drip")
    with pytest.raises(SourceError) as raised:
        source.read()
    assert raised.value.failure.kind is ErrorKind.NETWORK
    assert raised.value.failure.transient
    assert source.read().points == HEALTHY


def test_the_connection_is_used_again(ses: LoopbackSes, source: SesSource) -> None:
    """Reading bodies by hand gives the connection back: two readings make one connection."""
    ses.hold(HEALTHY)
    source.read()
    pools = source._client._endpoint.http_session._session._manager.pools  # type: ignore[union-attr]
    source.read()
    assert [pools[key].num_connections for key in pools.keys()] == [1]  # noqa: SIM118 - no mapping: it has no iterator
