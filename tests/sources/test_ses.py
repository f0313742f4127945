"""The real botocore over real HTTP against the loopback SES: what is read, and how each failure reads."""

from __future__ import annotations

import contextlib
import logging
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import create_loader

from sesmon.model import DataPoint, ErrorKind, Failure
from sesmon.sources import ses as ses_module
from sesmon.sources.base import SourceError
from sesmon.sources.gate import Gate
from sesmon.sources.mfa import MfaNeeded
from sesmon.sources.roles import Roles
from sesmon.sources.ses import SesSource, timestamp
from tests.fakes import FakeClock
from tests.ses import wire
from tests.ses.server import LoopbackSes
from tests.tui.scenes import HEALTHY, NOW


@pytest.fixture
def source(ses: LoopbackSes) -> Iterator[SesSource]:
    """A source that reads the loopback SES."""
    made = SesSource(FakeClock(NOW), region="us-east-1", profile=None, endpoint_url=ses.url)
    yield made
    made.close()


def failure(source: SesSource) -> Failure:
    """How the next reading fails."""
    with pytest.raises(SourceError) as raised:
        source.read()
    return raised.value.failure


def test_every_point_is_read_oldest_first_in_utc(ses: LoopbackSes, source: SesSource) -> None:
    """Two weeks of points, listed in no order, are all there, oldest first."""
    ses.hold(HEALTHY)
    reading = source.read()
    assert reading.points == HEALTHY
    assert reading.notes == ()
    assert reading.read_at == NOW
    assert all(point.time.utcoffset() == timedelta(0) for point in reading.points)


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (None, "DEBUG GetSendStatistics: HTTP 200, 222248 bytes, request 00000000-0000-0000-0000-000000000000"),
        ("denied", "INFO GetSendStatistics: HTTP 403, 240 bytes, request 00000000-0000-0000-0000-000000000000: <Error"),
        ("portal", "INFO GetSendStatistics: HTTP 200, 103 bytes, request 00000000-0000-0000-0000-000000000000: <!DOC"),
        ("redirect", "INFO GetSendStatistics: HTTP 302, 0 bytes, request 00000000-0000-0000-0000-000000000000"),
    ],
)
def test_the_log_has_what_the_service_answered(
    ses: LoopbackSes, source: SesSource, fault: str | None, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status, size and number of every answer, and the text of one that is not the operation's."""
    lines: list[str] = []

    def log(level: int, words: str, *arguments: object) -> None:
        lines.append(f"{logging.getLevelName(level)} {words % arguments}")

    monkeypatch.setattr(ses_module._LOG, "log", log)
    ses.hold(HEALTHY)
    ses.fail_always(fault)
    with contextlib.suppress(SourceError):
        source.read()
    (told,) = lines
    assert told.startswith(line)
    assert told == line or line.endswith(("<Error", "<!DOC"))


@pytest.mark.parametrize("body", ["", "<SendDataPoints/>"])
def test_no_mail_is_an_empty_reading(ses: LoopbackSes, source: SesSource, body: str) -> None:
    """A list that is empty, or missing altogether, is an account without mail."""
    ses.hold_body(wire.answer("GetSendStatistics", body))
    assert source.read().points == ()


def test_every_field_is_optional(ses: LoopbackSes, source: SesSource) -> None:
    """A missing counter is 0; a point without a timestamp or with an impossible counter is dropped, and said."""
    ses.hold_members(
        [
            "<member><Timestamp>2026-03-16T13:43:07.25Z</Timestamp><DeliveryAttempts>9</DeliveryAttempts></member>",
            "<member><DeliveryAttempts>9</DeliveryAttempts></member>",
            "<member><Timestamp>soon</Timestamp><DeliveryAttempts>9</DeliveryAttempts></member>",
            "<member><Timestamp>2026-03-16T13:13:00Z</Timestamp><Bounces>-1</Bounces></member>",
            "<member><Timestamp>2026-03-16T13:13:00Z</Timestamp><Bounces>n/a</Bounces></member>",
            "<member><Timestamp>2026-03-16T13:13:00Z</Timestamp><Bounces/></member>",
        ]
    )
    reading = source.read()
    assert reading.points == (DataPoint(datetime(2026, 3, 16, 13, 43, 7, 250_000, UTC), 9),)
    assert reading.notes == ("2 points dropped: no timestamp", "3 points dropped: impossible counter")


def test_a_quota_that_is_no_number_is_a_garbled_answer(ses: LoopbackSes, source: SesSource) -> None:
    """A number that the service garbled is its answer's fault, and not the AWS configuration's."""
    ses.fail("quota-garbled")
    with pytest.raises(SourceError) as raised:
        source.quota()
    assert (raised.value.failure.kind, raised.value.failure.transient) == (ErrorKind.RESPONSE, True)
    ses.fail("quota-garbled")
    assert source.probe("GetSendQuota").failure == raised.value.failure


def test_odd_but_possible_points_are_kept(ses: LoopbackSes, source: SesSource) -> None:
    """The largest counters, more bounces than attempts, a twin and a point in the future are kept, and said."""
    future = NOW + timedelta(hours=3)
    points = (DataPoint(NOW, 10, 25, 0, 0), DataPoint(future, 2**63 - 1, 1, 0, 0))
    ses.hold([*points, points[0]._replace(bounces=20)])
    reading = source.read()
    assert reading.points == points
    assert reading.notes == ("1 point listed twice", "1 point in the future: check this host's clock")


@pytest.mark.parametrize(
    ("fault", "kind", "transient", "words"),
    [
        ("throttling", ErrorKind.THROTTLED, True, "one call a second"),
        ("denied", ErrorKind.DENIED, False, "ses:GetSendStatistics"),
        ("expired", ErrorKind.CREDENTIALS, False, "aws sso login"),
        ("unknown-key", ErrorKind.CREDENTIALS, False, "access key"),
        ("signature", ErrorKind.CREDENTIALS, False, "clock"),
        ("internal", ErrorKind.SERVICE, True, "InternalFailure"),
        ("unavailable", ErrorKind.SERVICE, True, "ServiceUnavailable"),
        ("503", ErrorKind.SERVICE, True, "HTTP 503"),
        ("503-html", ErrorKind.SERVICE, True, "HTTP 503"),
        ("404-html", ErrorKind.RESPONSE, True, "captive portal"),
        ("portal", ErrorKind.RESPONSE, True, "captive portal"),
        ("cut-xml", ErrorKind.RESPONSE, True, "not SES's XML"),
        ("cut-body", ErrorKind.RESPONSE, True, "not all of it"),
        ("reset", ErrorKind.NETWORK, True, "closed the connection"),
        ("empty", ErrorKind.RESPONSE, True, "not SES's XML"),
        ("redirect", ErrorKind.RESPONSE, True, "not SES's XML"),
    ],
)
def test_each_fault_is_one_clear_sentence(
    ses: LoopbackSes, source: SesSource, fault: str, kind: ErrorKind, transient: bool, words: str
) -> None:
    """Each fault has its kind, place and remedy, says whether waiting helps, and the next reading is well."""
    ses.hold(HEALTHY)
    ses.fail(fault)
    seen = failure(source)
    assert (seen.kind, seen.transient) == (kind, transient)
    assert words in f"{seen.message} {seen.remedy}"
    assert seen.message.endswith(".")
    assert "sesmon goes" not in seen.remedy, "a command that reads once does nothing more"
    assert "sesmon waits" not in seen.remedy
    assert "us-east-1" in seen.message or "credentials in use" in seen.message
    assert len(ses.calls) == 1, "a failed call must not be tried again inside botocore"
    assert source.read().points == HEALTHY


def test_a_stalled_answer_times_out(ses: LoopbackSes, source: SesSource, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that stops half way is a network failure after the read timeout."""
    monkeypatch.setattr(ses_module, "READ_TIMEOUT", 0.3)
    ses.hold(HEALTHY)
    ses.fail("stall")
    seen = failure(source)
    assert (seen.kind, seen.transient) == (ErrorKind.NETWORK, True)


def test_text_from_outside_is_clean(ses: LoopbackSes, source: SesSource) -> None:
    """Control, bidi and markup characters of an error's text reach nobody."""
    ses.fail("hostile")
    seen = failure(source)
    text = f"{seen.message}{seen.remedy}"
    assert text.isprintable()
    assert "[" not in text
    assert "second line" in text


def test_nothing_listening_is_a_network_failure() -> None:
    """A port that nobody listens on is told as unreachable, with the endpoint."""
    with LoopbackSes() as gone:
        url = gone.url
    source = SesSource(FakeClock(), region="us-east-1", endpoint_url=url)
    seen = failure(source)
    assert (seen.kind, seen.transient) == (ErrorKind.NETWORK, True)
    assert url in seen.message
    source.close()


def test_no_region_says_how_to_set_one() -> None:
    """Without a Region anywhere the message says the three ways to set it."""
    seen = failure(SesSource(FakeClock()))
    assert seen.kind is ErrorKind.CONFIGURATION
    assert "--region" in seen.remedy
    assert "AWS_REGION" in seen.remedy


def test_no_credentials_lead_to_the_demo(monkeypatch: pytest.MonkeyPatch, ses: LoopbackSes) -> None:
    """Without credentials anywhere the remedy names what to run."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    seen = failure(SesSource(FakeClock(), region="us-east-1", endpoint_url=ses.url))
    assert (seen.kind, seen.transient) == (ErrorKind.CREDENTIALS, False)
    assert "sesmon --demo" in seen.remedy
    assert ses.calls == []


def test_half_a_key_is_told(monkeypatch: pytest.MonkeyPatch, ses: LoopbackSes) -> None:
    """An access key without its secret is a credentials failure."""
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert failure(SesSource(FakeClock(), region="us-east-1", endpoint_url=ses.url)).kind is ErrorKind.CREDENTIALS


def test_an_unknown_profile_is_named() -> None:
    """A profile that no file has is a configuration failure that names it."""
    seen = failure(SesSource(FakeClock(), profile="prdo", region="us-east-1"))
    assert seen.kind is ErrorKind.CONFIGURATION
    assert "prdo" in seen.message


@pytest.mark.parametrize("region", ["not a region", "us-east-1/../x"])
def test_an_impossible_region_is_a_configuration_failure(region: str) -> None:
    """A Region that cannot be one is told as such."""
    assert failure(SesSource(FakeClock(), region=region)).kind is ErrorKind.CONFIGURATION


def test_an_impossible_endpoint_is_a_configuration_failure() -> None:
    """An endpoint that is no URL is told as such."""
    seen = failure(SesSource(FakeClock(), region="us-east-1", endpoint_url="not a url"))
    assert seen.kind is ErrorKind.CONFIGURATION


def write_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    """Put a shared configuration file in place, and take the keys of the environment away."""
    path = tmp_path / "config"
    path.write_text(textwrap.dedent(text))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


def test_the_environment_and_the_profile_say_where(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ses: LoopbackSes
) -> None:
    """Region, keys, endpoint and account number come from profile and environment as the AWS CLI takes them."""
    write_config(
        monkeypatch,
        tmp_path,
        """
        [profile prod]
        region = eu-central-1
        aws_access_key_id = AKIATESTTESTTESTTEST
        aws_secret_access_key = not-a-secret
        aws_account_id = 123456789012
        """,
    )
    monkeypatch.setenv("AWS_PROFILE", "prod")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SES", ses.url)
    source = SesSource(FakeClock())
    source.read()
    assert (source.target.region, source.target.profile) == ("eu-central-1", "prod")
    assert source.target.account == "123456789012"
    source.close()
    assert ses.calls[0].region == "eu-central-1"


def test_aws_region_is_preferred_like_the_cli_does(monkeypatch: pytest.MonkeyPatch, ses: LoopbackSes) -> None:
    """AWS_REGION goes before AWS_DEFAULT_REGION, and --region before both."""
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    for given, wanted in ((None, "eu-west-2"), ("eu-west-1", "eu-west-1")):
        source = SesSource(FakeClock(), region=given, endpoint_url=ses.url)
        source.read()
        assert source.target.region == ses.calls[-1].region == wanted
        source.close()


def test_process_credentials_that_fail_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ses: LoopbackSes
) -> None:
    """A credential process that fails is a credentials failure with a command to look into it."""
    write_config(monkeypatch, tmp_path, "[profile p]\nregion = us-east-1\ncredential_process = false\n")
    seen = failure(SesSource(FakeClock(), profile="p", endpoint_url=ses.url))
    assert seen.kind is ErrorKind.CREDENTIALS
    assert "profile p" in seen.message


MFA = """
    [profile base]
    aws_access_key_id = AKIATESTTESTTESTTEST
    aws_secret_access_key = not-a-secret
    [profile mfa]
    region = us-east-1
    source_profile = base
    role_arn = arn:aws:iam::123456789012:role/ops
    mfa_serial = arn:aws:iam::123456789012:mfa/me
    """


def test_who_is_asked_for_a_code_holds_no_call_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ses: LoopbackSes
) -> None:
    """While a person is waited for, the source's place among the calls under way is another's to take."""
    write_config(monkeypatch, tmp_path, MFA)
    gate, is_free = Gate(1), list[bool]()

    def ask(_prompt: str) -> str:
        is_free.append(gate._places.acquire(blocking=False))
        gate._places.release()
        raise MfaNeeded

    source = SesSource(FakeClock(), profile="mfa", endpoint_url=ses.url, ask_mfa=ask)
    with gate:
        assert "MFA" in failure(source).message
        assert not gate._places.acquire(blocking=False)
    assert is_free == [True]


def test_an_mfa_profile_never_prompts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ses: LoopbackSes) -> None:
    """A profile that wants an MFA code fails with a remedy, and nothing is asked on the terminal."""
    write_config(monkeypatch, tmp_path, MFA)

    def prompted(*_arguments: object) -> str:
        raise AssertionError("botocore prompted")

    monkeypatch.setattr("getpass.getpass", prompted)
    seen = failure(SesSource(FakeClock(), profile="mfa", endpoint_url=ses.url))
    assert seen.kind is ErrorKind.CREDENTIALS
    assert "MFA" in seen.message
    assert ses.calls == []


def test_refused_credentials_are_not_offered_again(ses: LoopbackSes) -> None:
    """What a role's credentials were kept as, for the other Regions, is dropped when the service refuses them."""
    roles = Roles()
    source = SesSource(FakeClock(), region="us-east-1", endpoint_url=ses.url, roles=roles)
    cache = roles.of("default").cache
    for fault, kept in (("throttling", True), ("denied", True), ("expired", False)):
        cache["role"] = "credentials"
        ses.fail(fault)
        failure(source)
        assert ("role" in cache) is kept


def test_an_expired_sso_session_names_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ses: LoopbackSes
) -> None:
    """An SSO profile without a session says which command renews it."""
    write_config(
        monkeypatch,
        tmp_path,
        """
        [profile sso]
        region = us-east-1
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = ops
        [sso-session corp]
        sso_region = us-east-1
        sso_start_url = https://example.invalid/start
        """,
    )
    seen = failure(SesSource(FakeClock(), profile="sso", endpoint_url=ses.url))
    assert seen.kind is ErrorKind.CREDENTIALS
    assert "aws sso login --profile sso" in seen.remedy


def test_renewed_keys_are_picked_up(monkeypatch: pytest.MonkeyPatch, ses: LoopbackSes) -> None:
    """After a credentials failure the client is made anew, with the keys that are there by then."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    source = SesSource(FakeClock(), region="us-east-1", endpoint_url=ses.url)
    assert failure(source).kind is ErrorKind.CREDENTIALS
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATESTTESTTESTTEST")
    assert source.read().points == ()
    source.close()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2016-07-13T22:43:00Z", datetime(2016, 7, 13, 22, 43, tzinfo=UTC)),
        ("2016-07-13T22:43:00.125Z", datetime(2016, 7, 13, 22, 43, 0, 125_000, UTC)),
        ("2016-07-14T00:43:00+02:00", datetime(2016, 7, 13, 22, 43, tzinfo=UTC)),
        ("2016-07-13T22:43:00", datetime(2016, 7, 13, 22, 43, tzinfo=UTC)),
        ("Wed, 13 Jul 2016 22:43:00 GMT", datetime(2016, 7, 13, 22, 43, tzinfo=UTC)),
        (1468449780, datetime(2016, 7, 13, 22, 43, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        ("9999999999999999999", None),
        ("0001-01-01T00:00:00+01:00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-12:00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_timestamps_become_utc_or_nothing(text: object, wanted: datetime | None) -> None:
    """Every form that a service writes becomes UTC; what is no time becomes none, never an exception."""
    assert timestamp(text) == wanted


def test_a_repeated_hour_does_not_fold(ses: LoopbackSes, source: SesSource, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two times an hour apart that share a local clock time stay two points."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    points = [DataPoint(datetime(2025, 10, 26, hour, 30, tzinfo=UTC), hour + 1) for hour in (0, 1)]
    ses.hold(points)
    assert source.read().points == tuple(points)
    assert points[0].time.astimezone(timezone(timedelta(hours=2))).hour == 2


@pytest.mark.parametrize("service", ["ses", "sts", "sso", "sso-oidc"])
def test_models_are_botocores_own(service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model reads as botocore itself reads it, from AWS_DATA_PATH too; what there is none of is botocore's error."""
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    ses_module._shared_loader.cache_clear()
    own, theirs = ses_module._shared_loader(), create_loader(str(tmp_path))
    assert own.search_paths == theirs.search_paths
    assert own.load_service_model(service, "service-2") == theirs.load_service_model(service, "service-2")
    assert own.load_data("endpoints") == theirs.load_data("endpoints")
    with pytest.raises(UnknownServiceError):
        own.load_service_model("no-such-service", "service-2")
    with pytest.raises(DataNotFoundError):
        own.load_data("no-such-data")
    ses_module._shared_loader.cache_clear()
