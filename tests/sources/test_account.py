"""What SES and STS tell of an account, over real HTTP."""

from __future__ import annotations

import pytest

from sesmon.model import DataPoint, ErrorKind
from sesmon.sources.base import SourceError
from sesmon.sources.ses import SesSource, available_regions
from tests.fakes import START, FakeClock
from tests.ses.server import LoopbackSes


def source(ses: LoopbackSes) -> SesSource:
    """A source of the loopback SES."""
    return SesSource(FakeClock(), region="us-east-1", endpoint_url=ses.url)


def test_the_quota_is_the_services(ses: LoopbackSes) -> None:
    """GetSendQuota's three figures are read, and when."""
    quota = source(ses).quota()
    assert (quota.max_24_hours, quota.sent_24_hours, quota.max_rate, quota.read_at) == (50_000, 1_234, 14, START)
    assert [call.operation for call in ses.calls] == ["GetSendQuota"]


def test_sending_enabled_is_the_services(ses: LoopbackSes) -> None:
    """GetAccountSendingEnabled's answer is read."""
    assert source(ses).sending_enabled() is True


def test_a_denied_quota_names_its_permission_and_costs_nothing_else(ses: LoopbackSes) -> None:
    """The statistics are read all the same, and the remedy names the action that is missing."""
    ses.hold([DataPoint(START, 5)])
    ses.fail_operation("GetSendQuota", "denied")
    reader = source(ses)
    with pytest.raises(SourceError) as raised:
        reader.quota()
    assert raised.value.failure.kind is ErrorKind.DENIED
    assert "ses:GetSendQuota" in raised.value.failure.remedy
    assert len(reader.read().points) == 1
    assert reader.sending_enabled()


def test_the_account_number_comes_from_sts_once(ses: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its endpoint is set, STS is asked for the number with the first reading, and never again."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", ses.url)
    reader = source(ses)
    for _ in range(3):
        reading = reader.read()
    assert reading.target.account == "123456789012"
    assert [call.operation for call in ses.calls].count("GetCallerIdentity") == 1


def test_a_silent_sts_costs_only_the_number(ses: LoopbackSes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A denial of GetCallerIdentity leaves the account unknown, and the reading whole."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", ses.url)
    ses.fail_operation("GetCallerIdentity", "denied")
    ses.hold([DataPoint(START, 5)])
    reading = source(ses).read()
    assert reading.target.account is None
    assert len(reading.points) == 1


def test_keys_of_another_service_are_not_shown_to_sts(ses: LoopbackSes) -> None:
    """Beside an SES that is not AWS's own, STS is not asked."""
    assert source(ses).read().target.account is None
    assert {call.operation for call in ses.calls} == {"GetSendStatistics"}


def test_regions_are_those_of_the_installed_botocore() -> None:
    """The list holds SES's Regions, each once."""
    regions = available_regions()
    assert {"us-east-1", "eu-west-1"} <= set(regions)
    assert len(regions) == len(set(regions))
