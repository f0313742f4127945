"""Snapshots as one JSON document, in AWS's own names where AWS has one. Times are ISO 8601 UTC with Z."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sesmon.model import Alert, Allowance, Counts, Metric, Snapshot
from sesmon.reports.aws import member
from sesmon.reports.csv import iso
from sesmon.reports.summary import RATED, summarised
from sesmon.series import Standing

SCHEMA = 1
"""Raised whenever a field changes its meaning or goes; new fields may come without that."""


def document(snapshots: Iterable[Snapshot], now: datetime, volume: int) -> str:
    """The whole document, with a newline at its end; `volume` is the representative volume."""
    targets = [_target(snapshot, volume) for snapshot in snapshots]
    # Without indentation it takes a fiftieth of the time.
    return json.dumps({"schema": SCHEMA, "generated_at": iso(now), "targets": targets}, ensure_ascii=False) + "\n"


def counts(of: Counts) -> dict[str, int | float | None]:
    """Counters under AWS's names, and rates as fractions; null where nothing was sent."""
    return {
        **{metric.aws_name: of.of(metric) for metric in Metric},
        **{rate_name: of.rate(metric) for metric, rate_name in RATED.items()},
    }


def _target(snapshot: Snapshot, volume: int) -> dict[str, object]:
    target, failure = snapshot.target, snapshot.failure
    summary = summarised(snapshot, volume)
    return {
        "profile": target.profile,
        "account": target.account,
        "region": target.region,
        "read_at": iso(summary.reading.read_at) if summary else None,
        "from": summary.reading.origin.value if summary else snapshot.origin.value,
        "error": None
        if failure is None
        else {"kind": failure.kind.value, "message": failure.message, "remedy": failure.remedy},
        "quota": _quota(snapshot.allowance),
        "windows": {name: counts(window) for name, window in summary.windows.items()} if summary else {},
        "representative": _representative(summary.standing, volume) if summary else None,
        "alerts": [_alert(alert) for alert in summary.alerts] if summary else [],
        "SendDataPoints": [member(point) for point in summary.reading.points] if summary else [],
    }


def _quota(allowance: Allowance) -> dict[str, float | bool | None] | None:
    """AWS's own names; null where it was not asked for, or not told."""
    quota = allowance.quota
    if quota is None:
        return None
    return {
        "Max24HourSend": quota.max_24_hours,
        "SentLast24Hours": quota.sent_24_hours,
        "MaxSendRate": quota.max_rate,
        "SendingEnabled": allowance.is_enabled,
    }


def _representative(standing: Standing | None, volume: int) -> dict[str, object] | None:
    if standing is None:
        return None
    span = {"since": iso(standing.since), "until": iso(standing.until), "complete": standing.is_whole}
    return {"volume": volume, **span, **counts(standing.counts)}


def _alert(alert: Alert) -> dict[str, str | None]:
    return {
        "metric": alert.metric.value,
        "kind": alert.kind.value,
        "severity": alert.severity.label,
        "since": iso(alert.since),
        "until": None if alert.until is None else iso(alert.until),
        "message": alert.message,
    }
