"""Against moto's own server: mail that it took is counted."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import boto3
import pytest

from sesmon.sources.ses import SesSource
from tests.fakes import FakeClock

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:moto", "ignore:.*utcnow.*:DeprecationWarning")


@pytest.fixture
def moto_url() -> Iterator[str]:
    """moto's server on a free port of the loopback."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - slow to load, and only needed here

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    # What moto counted is the process's, not the server's: another test's mail would be counted here.
    with urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST")) as answer:
        answer.read()
    yield url
    server.stop()


def send(url: str, mails: int) -> None:
    """Send mail through moto's SES."""
    client = boto3.client("ses", region_name="us-east-1", endpoint_url=url)
    client.verify_email_identity(EmailAddress="ops@example.com")
    for number in range(mails):
        client.send_email(
            Source="ops@example.com",
            Destination={"ToAddresses": ["you@example.com"]},
            Message={"Subject": {"Data": str(number)}, "Body": {"Text": {"Data": "hello"}}},
        )
    client.close()


def test_mail_sent_through_moto_is_counted(moto_url: str) -> None:
    """Three mails sent are three delivery attempts read."""
    source = SesSource(FakeClock(), region="us-east-1", endpoint_url=moto_url)
    before = sum(point.attempts for point in source.read().points)
    send(moto_url, 3)
    assert sum(point.attempts for point in source.read().points) - before == 3
    source.close()
