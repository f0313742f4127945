"""The loopback SES itself: what tests rely on."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.ses.faults import FAULTS
from tests.ses.server import LoopbackSes
from tests.tui.scenes import HEALTHY


def test_it_speaks_the_real_wire_protocol(ses: LoopbackSes) -> None:
    """Plain boto3 reads every point that the server holds, and sees them out of order."""
    ses.hold(HEALTHY)
    client = boto3.client("ses", region_name="us-east-1", endpoint_url=ses.url)
    points = client.get_send_statistics()["SendDataPoints"]
    client.close()
    times = [point["Timestamp"] for point in points]
    assert sorted(times) == [point.time for point in HEALTHY]
    assert times != sorted(times)


def test_it_knows_regions_and_keeps_a_record(ses: LoopbackSes) -> None:
    """Each Region has its points, and each call is recorded with its operation and Region."""
    ses.hold(HEALTHY, "eu-west-1")
    for region in ("eu-west-1", "us-east-1"):
        client = boto3.client("ses", region_name=region, endpoint_url=ses.url)
        assert ("SendDataPoints" in client.get_send_statistics()) == (region == "eu-west-1")
        client.get_send_quota()
        client.close()
    assert [(call.operation, call.region) for call in ses.calls] == [
        ("GetSendStatistics", "eu-west-1"),
        ("GetSendQuota", "eu-west-1"),
        ("GetSendStatistics", "us-east-1"),
        ("GetSendQuota", "us-east-1"),
    ]


def test_scripted_faults_come_once_each(ses: LoopbackSes) -> None:
    """A scripted fault is shown to one call, in order, and then the server answers well again."""
    ses.fail("throttling", "denied")
    config = Config(retries={"total_max_attempts": 1, "mode": "standard"})
    client = boto3.client("ses", region_name="us-east-1", endpoint_url=ses.url, config=config)
    for code in ("Throttling", "AccessDenied"):
        with pytest.raises(ClientError) as raised:
            client.get_send_statistics()
        assert raised.value.response["Error"]["Code"] == code
    assert "SendDataPoints" not in client.get_send_statistics()
    client.close()


def test_leaving_ends_a_stalled_answer() -> None:
    """A server that is left does not wait for its stalled handlers."""
    assert "stall" in FAULTS
    with LoopbackSes() as server:
        server.fail("stall")
        client = boto3.client(
            "ses",
            region_name="us-east-1",
            endpoint_url=server.url,
            config=Config(read_timeout=0.2, retries={"total_max_attempts": 1, "mode": "standard"}),
        )
        with pytest.raises(Exception, match=r"(?i)timed? ?out"):
            client.get_send_statistics()
        client.close()
    assert server.ended.is_set()
