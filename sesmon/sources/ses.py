"""Amazon SES through botocore: the only file that imports it. One `read` is one GetSendStatistics call, never a retry.

boto3 adds nothing to botocore's clients but what it loads for S3, which is a fifth of a call's time.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import json
import logging
import os
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

import botocore.exceptions
from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader, create_loader
from botocore.session import Session
from botocore.utils import parse_timestamp

from sesmon import __version__
from sesmon.clock import Clock
from sesmon.model import ErrorKind, Failure, Origin, Quota, Reading, Target
from sesmon.sources.answer import GarbledAnswer, without_points
from sesmon.sources.base import SourceError
from sesmon.sources.faults import Place, from_answer, from_exception
from sesmon.sources.gate import outside
from sesmon.sources.mfa import MfaNeeded
from sesmon.sources.points import utc, validated
from sesmon.sources.roles import Role, Roles
from sesmon.sources.transport import GuardedSession, refuse_plain_http
from sesmon.wording import clean

if TYPE_CHECKING:
    from mypy_boto3_ses.client import SESClient

CONNECT_TIMEOUT = 5
"""Seconds to wait for a connection."""

READ_TIMEOUT = 10
"""Seconds to wait for each piece of an answer."""

_DEFAULT_PROFILE = "default"
"""The profile of who names none, in the shared configuration and so in botocore."""

_STS_TIMEOUT = 2
"""Seconds that STS gets, twice, to tell the account number: the first reading waits for it."""

_LOG = logging.getLogger(__name__)

_LOGGED = 8192
"""Bytes of an answer that are looked at for the log, whose lines are shorter still."""

_RENEWABLE = {ErrorKind.CREDENTIALS, ErrorKind.CONFIGURATION, ErrorKind.DENIED}
"""After these the client is made anew: a login in another window, or an edited file, is picked up by itself."""


OPERATIONS = {
    "GetSendStatistics": ("ses", "get_send_statistics"),
    "GetSendQuota": ("ses", "get_send_quota"),
    "GetAccountSendingEnabled": ("ses", "get_account_sending_enabled"),
    "GetCallerIdentity": ("sts", "get_caller_identity"),
}
"""Every AWS operation that sesmon can call, with its service and botocore's name for it. All of them only read."""


class Found(NamedTuple):
    """Credentials, as far as they may be told: botocore's word for where they were found, and the key's name."""

    how: str
    access_key: str
    account: str | None


class Probed(NamedTuple):
    """What came of one call: how many seconds it took, the time of day by the service (UTC), and why it failed."""

    seconds: float
    service_time: datetime | None
    failure: Failure | None


class SesSource:
    """One account in one Region, with the AWS CLI's own habits.

    Args:
        profile: as `--profile`; else AWS_PROFILE, else the default credential chain.
        region: as `--region`; else AWS_REGION, AWS_DEFAULT_REGION, the profile's.
        endpoint_url: as `--endpoint-url`; else AWS_ENDPOINT_URL_SES, the shared configuration, AWS's own.
        clock: tells when a reading was taken.
        allow_http: whether keys may go over plain http to another host.
        ask_mfa: given botocore's prompt, returns an MFA code; without it such a profile fails with a remedy.
        roles: shared with the other sources of a run, so that a profile's role is assumed once for all of them.
    """

    origin = Origin.SERVICE
    live = True

    def __init__(
        self,
        clock: Clock,
        *,
        profile: str | None = None,
        region: str | None = None,
        endpoint_url: str | None = None,
        allow_http: bool = False,
        ask_mfa: Callable[[str], str] | None = None,
        roles: Roles | None = None,
    ) -> None:
        self._clock = clock
        self._allow_http = allow_http
        self._profile = profile
        self._endpoint_url = endpoint_url
        self._ask_mfa = ask_mfa or _refuse_mfa
        self._roles = roles or Roles()
        self._role: Role | None = None
        self._wanted_region = region
        self._session: Session | None = None
        self._asked_sts = False
        self._client: SESClient | None = None
        known = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
        self.target = Target(clean(known), _named(profile or os.environ.get("AWS_PROFILE")))

    def read(self) -> Reading:
        """Call GetSendStatistics once, and validate what it lists.

        Raises:
            SourceError: for every failure.
        """
        try:
            answer = _called(self._signed_on(), "GetSendStatistics")
            # An element that is missing is an account without mail: the service leaves empty lists out.
            parsed = validated(answer.get("SendDataPoints") or [], self._clock.now())
            self._learn_account(by_sts=True)
        except Exception as error:
            failure = self._failure(error)
            if failure.failure.kind in _RENEWABLE:
                self._disconnect()
            if failure.failure.kind is ErrorKind.CREDENTIALS and self._role is not None:
                # What the service refuses is not offered again, however long it seems to be good for.
                self._role.cache.clear()
            raise failure from error
        return Reading(self.target, self._clock.now(), parsed.points, Origin.SERVICE, parsed.notes)

    def quota(self) -> Quota:
        """Call GetSendQuota once.

        Raises:
            SourceError: for every failure.
        """
        answer = self._ask("GetSendQuota")
        most, sent, rate = (float(answer.get(name, 0)) for name in ("Max24HourSend", "SentLast24Hours", "MaxSendRate"))
        return Quota(most, sent, rate, self._clock.now())

    def sending_enabled(self) -> bool:
        """Call GetAccountSendingEnabled once.

        Raises:
            SourceError: for every failure.
        """
        # An answer without the element is that of an older service, which could not disable an account.
        return bool(self._ask("GetAccountSendingEnabled").get("Enabled", True))

    def _ask(self, operation: str) -> dict[str, Any]:
        try:
            return _called(self._signed_on(), operation)
        except Exception as error:
            raise self._failure(error, operation) from error

    def close(self) -> None:
        """Give the connections back."""
        self._disconnect()

    def find(self) -> tuple[str, Found]:
        """The endpoint, and the credentials, without a call to the service.

        Raises:
            SourceError: where there is none, or plain http is refused.
        """
        try:
            endpoint = (self._client or self._connect()).meta.endpoint_url
            credentials = self._session.get_credentials() if self._session else None
            key = credentials.get_frozen_credentials().access_key if credentials else None
            self._learn_account(by_sts=False)
        except Exception as error:
            raise self._failure(error) from error
        if credentials is None or key is None:
            raise self._failure(botocore.exceptions.NoCredentialsError())
        return endpoint, Found(credentials.method or "unknown", key, self.target.account)

    def probe(self, operation: str) -> Probed:
        """Call one of `OPERATIONS` once, and tell how that went. Pacing is the caller's."""
        service = OPERATIONS[operation][0]
        times: list[str] = []
        started = self._clock.elapsed()
        failure: Failure | None = None
        try:
            client: Any = self._client or self._connect()
            if service != "ses":
                session: Any = self._session  # `_connect` has made it
                client = session.create_client(service, region_name=client.meta.region_name, config=_config())
                guard(client, allow_http=self._allow_http)
            client.meta.events.register_first(
                "after-call",
                lambda http_response, **_rest: times.append(http_response.headers.get("Date", "")),
                unique_id="sesmon-probe",
            )
            try:
                _called(client, operation)
            finally:
                client.meta.events.unregister("after-call", unique_id="sesmon-probe")
                if service != "ses":
                    client.close()
        except Exception as error:  # noqa: BLE001 - told, whatever it is
            failure = self._failure(error).failure
        seconds = self._clock.elapsed() - started
        return Probed(seconds, timestamp(times[0]) if times and times[0] else None, failure)

    def _signed_on(self) -> SESClient:
        """The client, with credentials that are good for a call."""
        client = self._client or self._connect()
        # The signer's, and not the session's: where there are none, that would look for them once more.
        credentials = client._request_signer._credentials  # type: ignore[attr-defined]
        if credentials is not None and self._role is not None:
            # A code may be asked for, by this source or by one that has the turn: no call is held up by that.
            with outside(), self._role.turn:
                credentials.get_frozen_credentials()
        return client

    def _connect(self) -> SESClient:
        session = Session(profile=self._profile)
        self._role = self._roles.of(session.profile or _DEFAULT_PROFILE)
        # One of them for all: each would hold its own copy of the service models.
        session.register_component("data_loader", _shared_loader())
        session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=timestamp)
        with contextlib.suppress(botocore.exceptions.UnknownCredentialError, AttributeError):
            provider = session.get_component("credential_provider").get_provider("assume-role")
            # botocore would prompt on the terminal, in the middle of the screen.
            provider._prompter = self._ask_mfa
            provider.cache = self._role.cache
        # botocore does not know AWS_REGION; the AWS CLI does, and prefers it.
        region = self._wanted_region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
        self.target = Target(clean(region or ""), self.target.profile or _named(session.profile), self.target.account)
        self._session = session
        client: Any = session.create_client(
            "ses", region_name=region, endpoint_url=self._endpoint_url, config=_config()
        )
        self._client = client
        client.meta.events.register("before-parse.ses", _take_answer)
        guard(client, allow_http=self._allow_http)
        return cast("SESClient", client)

    def _disconnect(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._session = None

    def _learn_account(self, *, by_sts: bool) -> None:
        """Take the account number from the credentials where they carry it, else (with `by_sts`) ask STS, once."""
        if self.target.account is not None or self._session is None:
            return
        account = getattr(self._session.get_credentials(), "account_id", None)
        if not account and by_sts and self.may_ask_sts and not self._asked_sts:
            self._asked_sts = True
            account = self._account_by_sts(self._session)
        if account:
            self.target = Target(self.target.region, self.target.profile, clean(str(account)))

    @property
    def may_ask_sts(self) -> bool:
        """Whether these keys may be shown to STS.

        Those of another service are none of AWS's business: beside an SES that is not AWS's own, STS is asked only
        where its endpoint was set too.
        """
        is_aws = self._client is not None and ".amazonaws.com" in self._client.meta.endpoint_url
        return is_aws or bool({"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"} & set(os.environ))

    def _account_by_sts(self, session: Any) -> str | None:
        """The account number by sts:GetCallerIdentity, whose denial or silence costs only that."""
        try:
            region = self._client.meta.region_name if self._client else None
            client = session.create_client("sts", region_name=region, config=_config(_STS_TIMEOUT))
            guard(client, allow_http=self._allow_http)
            try:
                return str(client.get_caller_identity().get("Account") or "") or None
            finally:
                client.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, only the number is missing
            _LOG.info("account number not known: %s", self._failure(error).failure.message)
            return None

    def _failure(self, error: Exception, operation: str = "GetSendStatistics") -> SourceError:
        endpoint = self._client.meta.endpoint_url if self._client else self._endpoint_url
        is_aws = endpoint is None or endpoint.endswith((".amazonaws.com", ".amazonaws.com.cn"))
        at = None if is_aws else clean(str(endpoint))
        place = Place(self.target.region, self.target.profile, at, operation)
        if isinstance(error, botocore.exceptions.ClientError):
            said: Any = error.response.get("Error", {})
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            return from_answer(str(said.get("Code", "")), status, str(said.get("Message", "") or ""), place)
        return from_exception(error, place)


def available_regions() -> list[str]:
    """Every Region in which the installed botocore knows SES, of AWS's standard partition."""
    return Session().get_available_regions("ses")


def profile_region(profile: str | None) -> str | None:
    """The Region that a profile, or else the default one, has in the shared configuration; None where it has none.

    Raises:
        SourceError: where there is no such profile, or the configuration cannot be read.
    """
    try:
        region = Session(profile=profile).get_config_variable("region")
    except Exception as error:
        raise from_exception(error, Place("", _named(profile), None)) from error
    return clean(region) if region else None


def _called(client: Any, operation: str) -> dict[str, Any]:
    """What the service answers to one of `OPERATIONS`, as botocore reads it."""
    try:
        answer: dict[str, Any] = getattr(client, OPERATIONS[operation][1])()
    except ValueError as error:
        # Botocore's word for a number that is none; from who makes a client it is one for settings.
        raise GarbledAnswer(str(error)) from error
    return answer


def _take_answer(
    operation_model: Any, response_dict: dict[str, Any], customized_response_dict: dict[str, object], **_rest: object
) -> None:
    """Log an answer, and read its points in botocore's place: that reads the rest, and all that is not as it should."""
    operation, is_good = operation_model.name, response_dict["status_code"] == HTTPStatus.OK
    _log_answer(operation, response_dict, is_good=is_good)
    if is_good and operation == "GetSendStatistics" and (taken := without_points(response_dict["body"], timestamp)):
        response_dict["body"], customized_response_dict["SendDataPoints"] = taken


def _log_answer(operation: str, answer: dict[str, Any], *, is_good: bool) -> None:
    """Write what a bug report needs of an answer, and its text where it is none of the operation's."""
    body = answer["body"]
    said = (
        ""
        if is_good and f"<{operation}Response".encode() in body[:_LOGGED]
        else body[:_LOGGED].decode("utf-8", "replace")
    )
    _LOG.log(
        logging.INFO if said or not is_good else logging.DEBUG,
        "%s: HTTP %d, %d bytes, request %s%s",
        operation,
        answer["status_code"],
        len(body),
        answer["headers"].get("x-amzn-requestid", "without a number"),
        said and f": {said}",
    )


def guard(client: Any, *, allow_http: bool) -> None:
    """Have a client send by a `GuardedSession`, wherever its endpoint was set.

    Raises:
        PlainHttpRefused: before anything is sent, for plain http to anything but loopback.
    """
    endpoint = client._endpoint
    endpoint.http_session = GuardedSession(endpoint.http_session, allow_http=allow_http)
    if not allow_http:
        refuse_plain_http(client.meta.endpoint_url)


def timestamp(value: Any) -> datetime | None:
    """A time as the service or a credential provider writes it, in UTC; None for what is no time.

    Botocore's own parser takes about 80 microseconds a point and answers in the machine's local zone, in which the
    hour that a DST change repeats cannot be told apart. Unusual forms are still left to it.
    """
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else parse_timestamp(value)
    except ValueError:
        try:
            time = parse_timestamp(value)
        except (ValueError, TypeError, OverflowError, RuntimeError):
            return None
    except (TypeError, OverflowError, RuntimeError):
        return None
    return utc(time)


class _ModelFiles(JSONFileLoader):
    """Service models as plain dictionaries: botocore's ordered ones take three times as long and as much memory."""

    def load_file(self, file_path: str) -> Any:
        """What is in that file, whose suffix is still missing; None where there is none."""
        for suffix, opened in ((".json", open), (".json.gz", gzip.open)):
            with contextlib.suppress(FileNotFoundError, IsADirectoryError), opened(file_path + suffix, "rb") as file:
                return json.loads(file.read())
        return None


class _Models(Loader):
    """The service models that botocore knows, without a look into each of hundreds of them for one."""

    @functools.cached_property
    def _services(self) -> list[str]:
        places = [Path(path) for path in self.search_paths]
        return sorted({entry.name for place in places if place.is_dir() for entry in place.iterdir()})

    def list_available_services(self, type_name: str) -> list[str]:
        """All that have a directory, whatever is in it."""
        return self._services


@functools.cache
def _shared_loader() -> Loader:
    paths = create_loader(os.environ.get("AWS_DATA_PATH")).search_paths
    return _Models(paths, _ModelFiles(), include_default_search_paths=False)


def _config(seconds: float | None = None) -> Config:
    return Config(
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=seconds or CONNECT_TIMEOUT,
        read_timeout=seconds or READ_TIMEOUT,
        user_agent_extra=f"sesmon/{__version__}",
    )


def _refuse_mfa(_prompt: str) -> NoReturn:
    raise MfaNeeded


def _named(profile: str | None) -> str | None:
    """A profile's name for the screen; the one that is there without a name needs none."""
    return clean(profile) if profile and profile != _DEFAULT_PROFILE else None
