"""The bodies that SES answers with, as the SES API 2010-12-01 (Query protocol) writes them."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from sesmon.model import DataPoint, Metric

_NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/"
REQUEST_ID = "00000000-0000-0000-0000-000000000000"
"""The number that the service gives every request, in a header and in the body."""

_REQUEST = f"<ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>"


def point(item: DataPoint) -> str:
    """One member of SendDataPoints."""
    counters = "".join(f"<{metric.aws_name}>{item.counts.of(metric)}</{metric.aws_name}>" for metric in Metric)
    return f"<member><Timestamp>{item.time.isoformat().replace('+00:00', 'Z')}</Timestamp>{counters}</member>"


def statistics(members: Iterable[str]) -> str:
    """A GetSendStatistics answer with members ready made, in the order given."""
    inner = f"<SendDataPoints>{''.join(members)}</SendDataPoints>"
    return answer("GetSendStatistics", inner)


def answer(operation: str, inner: str) -> str:
    """An operation's answer around its result."""
    return (
        f'<{operation}Response xmlns="{_NAMESPACE}"><{operation}Result>{inner}</{operation}Result>'
        f"{_REQUEST}</{operation}Response>"
    )


def quota(maximum: float = 50_000, rate: float = 14, sent: float = 1_234) -> str:
    """A GetSendQuota answer."""
    inner = f"<Max24HourSend>{maximum}</Max24HourSend><MaxSendRate>{rate}</MaxSendRate>"
    return answer("GetSendQuota", f"{inner}<SentLast24Hours>{sent}</SentLast24Hours>")


def enabled(*, is_enabled: bool = True) -> str:
    """A GetAccountSendingEnabled answer."""
    return answer("GetAccountSendingEnabled", f"<Enabled>{str(is_enabled).lower()}</Enabled>")


def identity(account: str = "123456789012") -> str:
    """A GetCallerIdentity answer, which is STS's (API 2011-06-15)."""
    inner = f"<Arn>arn:aws:iam::{account}:user/ops</Arn><UserId>AIDATEST</UserId><Account>{account}</Account>"
    return answer("GetCallerIdentity", inner).replace(_NAMESPACE, "https://sts.amazonaws.com/doc/2011-06-15/")


def error(code: str, message: str, sender: str = "Sender") -> str:
    """An error answer."""
    return (
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>{sender}</Type><Code>{escape(code)}</Code>'
        f"<Message>{escape(message)}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
    )
