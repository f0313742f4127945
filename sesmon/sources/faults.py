"""Every way in which botocore and the service fail, as one clear sentence with a remedy. Knows names, not botocore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sesmon.model import ErrorKind
from sesmon.sources.base import SourceError
from sesmon.wording import masked, pasteable


class Place(NamedTuple):
    """Where a call went, as messages name it. All clean."""

    region: str
    profile: str | None
    endpoint: str | None
    operation: str = "GetSendStatistics"

    @property
    def words(self) -> str:
        """'SES in eu-west-1 at http://...'."""
        at = f" at {masked(self.endpoint)}" if self.endpoint else ""
        return f"SES in {self.region or 'no Region'}{at}"

    @property
    def who(self) -> str:
        """'profile prod', or 'the credentials in use'."""
        return f"profile {self.profile}" if self.profile else "the credentials in use"

    @property
    def login(self) -> str:
        """The command that renews an SSO session."""
        return f"`aws sso login{f' --profile {self.profile}' if self.profile else ''}`"


class Fault(NamedTuple):
    """What is said of a fault. `{where}`, `{who}`, `{login}`, `{operation}` and `{detail}` (what the outside
    said) are filled in."""

    kind: ErrorKind
    message: str
    remedy: str
    transient: bool


_EXPIRED = Fault(
    ErrorKind.CREDENTIALS,
    "The session of {who} has expired.",
    "Renew it: run {login}, or whatever gave you the keys; a running sesmon picks it up by itself.",
    transient=False,
)
_BAD_KEYS = Fault(
    ErrorKind.CREDENTIALS,
    "{where} does not know the access key of {who}.",
    "Check the key, and that it belongs to this partition and account.",
    transient=False,
)
_DENIED = Fault(
    ErrorKind.DENIED,
    "{where} denies {operation} to {who}.",
    "Allow ses:{operation} in its IAM policy.",
    transient=False,
)
_THROTTLED = Fault(
    ErrorKind.THROTTLED,
    "{where} throttles {operation}.",
    "It allows one call a second for the whole account: find what else is asking.",
    transient=True,
)
_SIGNATURE = Fault(
    ErrorKind.CREDENTIALS,
    "{where} rejects the request's signature or its time.",
    "Check the secret key, and this host's clock.",
    transient=False,
)
_SERVICE = Fault(
    ErrorKind.SERVICE,
    "{where} failed on its side ({detail}).",
    "Nothing to do but wait; see AWS's health page if it lasts.",
    transient=True,
)
_REFUSED = Fault(
    ErrorKind.SERVICE,
    "{where} refused the request ({detail}).",
    "Check the Region and the endpoint, and that SES is there.",
    transient=False,
)
_NETWORK = Fault(
    ErrorKind.NETWORK,
    "{where} cannot be reached ({detail}).",
    "Check the network, name resolution, VPN and proxy.",
    transient=True,
)
_SLOW = Fault(
    ErrorKind.NETWORK,
    "{where} did not answer in time ({detail}).",
    "Check the network, VPN and proxy.",
    transient=True,
)
_CUT_OFF = Fault(
    ErrorKind.NETWORK,
    "{where} closed the connection before its answer was whole.",
    "Check the network, VPN and proxy.",
    transient=True,
)
_GARBLED = Fault(
    ErrorKind.RESPONSE,
    "{where} answered with something that is not SES's XML, or not all of it.",
    "Is there a proxy or a captive portal in between? Open a web page to see.",
    transient=True,
)
_NO_KEYS = Fault(
    ErrorKind.CREDENTIALS,
    "No AWS credentials were found for {who}: neither in the environment (AWS_ACCESS_KEY_ID) nor in the AWS CLI's"
    " files, an SSO session, a credential process, or the role of a container or instance.",
    "Run `aws configure` or {login}, set AWS_PROFILE, or try `sesmon --demo`, which needs none.",
    transient=False,
)
_KEYS_FAILED = Fault(
    ErrorKind.CREDENTIALS,
    "The credentials of {who} could not be had ({detail}).",
    "Run `aws sts get-caller-identity` with the same profile to see why.",
    transient=False,
)
_PROFILE = Fault(
    ErrorKind.CONFIGURATION,
    "The AWS configuration has no profile of that name ({detail}).",
    "`aws configure list-profiles` lists those there are.",
    transient=False,
)
_REGION = Fault(
    ErrorKind.CONFIGURATION,
    "No AWS Region is set.",
    "Give --region, set AWS_REGION, or set one in the profile.",
    transient=False,
)
_CONFIG = Fault(
    ErrorKind.CONFIGURATION,
    "The AWS configuration cannot be used ({detail}).",
    "Correct the setting that it names.",
    transient=False,
)
_TLS = Fault(
    ErrorKind.NETWORK,
    "The certificate of {where} is not trusted ({detail}).",
    "Check this host's clock and certificates (AWS_CA_BUNDLE), and whether a proxy stands in between.",
    transient=False,
)
_PROXY = Fault(
    ErrorKind.NETWORK,
    "The proxy on the way to {where} failed ({detail}).",
    "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
    transient=True,
)
_MFA = Fault(
    ErrorKind.CREDENTIALS,
    "{who} needs an MFA code, and none was given.",
    "On the screen, r asks for it again; elsewhere start with a session (`aws configure export-credentials`).",
    transient=False,
)
_PLAIN = Fault(
    ErrorKind.CONFIGURATION,
    "{where} is plain http on another host: request and signature would cross the network in the clear.",
    "Use https; if the way there is safe, give --allow-http or set SESMON_ALLOW_HTTP=1.",
    transient=False,
)
_OVERSIZED = Fault(
    ErrorKind.RESPONSE,
    "{where} answered with what cannot be send statistics ({detail}); it was not taken.",
    "Check the endpoint, and whether a proxy stands in between.",
    transient=True,
)
_UNKNOWN = Fault(
    ErrorKind.RESPONSE,
    "Reading {where} failed ({detail}).",
    "If it lasts, please report it.",
    transient=True,
)

BY_CODE: Mapping[str, Fault] = {
    **dict.fromkeys(
        ("Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException"), _THROTTLED
    ),
    **dict.fromkeys(("RequestLimitExceeded", "SlowDown", "RequestThrottled", "429"), _THROTTLED),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"), _DENIED),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"), _EXPIRED),
    **dict.fromkeys(("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"), _BAD_KEYS),
    **dict.fromkeys(("MissingAuthenticationToken", "OptInRequired", "NotAuthorized"), _BAD_KEYS),
    **dict.fromkeys(("SignatureDoesNotMatch", "RequestExpired", "IncompleteSignature"), _SIGNATURE),
    **dict.fromkeys(("InvalidSignatureException", "RequestTimeTooSkewed"), _SIGNATURE),
}
"""What is said of an error code of the service; others go by the HTTP status."""

BY_CLASS: Mapping[str, Fault] = {
    "MfaNeeded": _MFA,
    "PlainHttpRefused": _PLAIN,
    "AnswerTooLarge": _OVERSIZED,
    "AnswerTooSlow": _SLOW,
    "EntitiesRefused": _OVERSIZED,
    "ProfileNotFound": _PROFILE,
    "NoRegionError": _REGION,
    "NoCredentialsError": _NO_KEYS,
    "PartialCredentialsError": _KEYS_FAILED,
    "UnauthorizedSSOTokenError": _EXPIRED,
    "SSOTokenLoadError": _EXPIRED,
    "TokenRetrievalError": _EXPIRED,
    "PendingAuthorizationExpiredError": _EXPIRED,
    "SSOError": _EXPIRED,
    "CredentialRetrievalError": _KEYS_FAILED,
    "RefreshWithMFAUnsupportedError": _MFA,
    "InfiniteLoopConfigError": _CONFIG,
    "MetadataRetrievalError": _KEYS_FAILED,
    "ConnectTimeoutError": _SLOW,
    "ReadTimeoutError": _SLOW,
    "ConnectionClosedError": _CUT_OFF,
    "ResponseStreamingError": _CUT_OFF,
    "IncompleteReadError": _CUT_OFF,
    "ProtocolError": _CUT_OFF,
    "SSLError": _TLS,
    "ProxyConnectionError": _PROXY,
    "EndpointConnectionError": _NETWORK,
    "ConnectionError": _NETWORK,
    "HTTPClientError": _NETWORK,
    "ResponseParserError": _GARBLED,
    "GarbledAnswer": _GARBLED,
    "KeyError": _GARBLED,
    "InvalidRegionError": _CONFIG,
    "InvalidEndpointDiscoveryConfigurationError": _CONFIG,
    "InvalidConfigError": _CONFIG,
    "ConfigNotFound": _CONFIG,
    "ConfigParseError": _CONFIG,
    "EndpointProviderError": _CONFIG,
    "DataNotFoundError": _CONFIG,
    "ValueError": _CONFIG,
    "OSError": _NETWORK,
}
"""What is said of an exception, by the name of its class or of the nearest class it descends from."""


def from_answer(code: str, status: int, text: str, place: Place) -> SourceError:
    """What the service answered, as an error: by its code, else by the HTTP status."""
    fault = BY_CODE.get(code)
    if fault is None:
        fault = _SERVICE if status >= 500 else _GARBLED if not code or code.isdigit() else _REFUSED
        if 300 <= status < 400:
            fault = _GARBLED
    detail = ", ".join(
        part for part in (f"HTTP {status}" if status else "", code if not code.isdigit() else "", text) if part
    )
    return _error(fault, detail, place)


def from_exception(error: BaseException, place: Place) -> SourceError:
    """What was raised on the way, as an error."""
    fault = next((BY_CLASS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in BY_CLASS), _UNKNOWN)
    return _error(fault, str(error) or type(error).__name__, place)


def _error(fault: Fault, detail: str, place: Place) -> SourceError:
    words = {
        "where": place.words,
        "who": place.who,
        "login": place.login,
        "operation": place.operation,
        "detail": _short(detail),
    }
    message = fault.message.format(**words)
    return SourceError(
        fault.kind, message[0].upper() + message[1:], fault.remedy.format(**words), transient=fault.transient
    )


def _short(text: str) -> str:
    """What the outside said: clean, short, without keys and tokens, and without its own full stop."""
    cleaned = pasteable(text).rstrip(". ")
    return cleaned if len(cleaned) <= 140 else f"{cleaned[:139]}…"
