"""Snapshots as text of at most 80 columns, for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import UTC

from sesmon import sparkline, wording
from sesmon.alerts.limits import LIMITS, Limit, headroom
from sesmon.model import Alert, Allowance, Metric, Severity, Snapshot
from sesmon.reports.summary import RATED, Summary, name, summarised
from sesmon.series import Standing

WIDTH = 80
_HOURS = 24
_SIGNS = {Severity.WARNING: "!", Severity.CRITICAL: "!!"}


def document(
    snapshots: Iterable[Snapshot], volume: int, limits: Iterable[Limit] = LIMITS, *, ascii_only: bool = False
) -> str:
    """Each target in a few lines, with an empty one between; `volume` is the representative volume."""
    limits = tuple(limits)
    text = "\n\n".join("\n".join(_target(snapshot, volume, limits)) for snapshot in snapshots) + "\n"
    # The words use a few signs beyond ASCII.
    return sparkline.plain(text) if ascii_only else text


def _target(snapshot: Snapshot, volume: int, limits: tuple[Limit, ...]) -> list[str]:
    summary = summarised(snapshot, volume)
    lines = _wrapped(name(snapshot))
    if snapshot.failure is not None:
        lines += _wrapped(f"NOT READ: {snapshot.failure.sentences}")
    if summary is None:
        return lines
    read = f"{wording.date_time(summary.reading.read_at, UTC)} UTC"
    lines += _wrapped(f"read {read} from the {summary.reading.origin.value}", *summary.reading.notes)
    lines += _allowance(snapshot.allowance)
    lines += ["", *_table(summary)]
    if summary.standing is not None:
        lines += ["", *_standing(summary.standing, limits)]
    for alert in summary.open_alerts:
        lines += ["", *_alert(alert)]
    if not summary.open_alerts:
        lines += ["", "no alert is open"]
    return lines


def _allowance(allowance: Allowance) -> list[str]:
    """What was asked for beside the statistics, as far as it was told."""
    out = ["SENDING IS DISABLED for the account"] if allowance.is_enabled is False else []
    quota = allowance.quota
    if quota is None:
        return out + (_wrapped(f"quota not known: {allowance.quota_missing}") if allowance.quota_missing else [])
    most = "no limit on"
    if quota.used is not None:
        most = f"{wording.percent(quota.used)} of {wording.count(round(quota.max_24_hours))}"
    return [*out, f"quota: {most} mails in 24 h, {quota.max_rate:g} mails/s"]


def _table(summary: Summary) -> list[str]:
    heading = f"{'':<18}" + "".join(f"{window:>9}" for window in summary.windows)
    out = [f"{heading}  the last {_HOURS} h, hourly"]
    for metric in Metric:
        cells = [wording.short_count(window.of(metric), 8) for window in summary.windows.values()]
        spark = sparkline.line(summary.hours(metric, _HOURS))
        out.append(f"{metric.label:<18}{''.join(cell.rjust(9) for cell in cells)}  {spark}".rstrip())
        if metric in RATED:
            rates = [wording.percent(window.rate(metric)) for window in summary.windows.values()]
            out.append(f"{'  rate':<18}{''.join(rate.rjust(9) for rate in rates)}")
    return out


def _standing(standing: Standing, limits: tuple[Limit, ...]) -> list[str]:
    span = wording.duration((standing.until - standing.since).total_seconds())
    out = [f"the newest {wording.count(standing.counts.attempts)} mails, over {span}:"]
    for metric in (Metric.BOUNCES, Metric.COMPLAINTS):
        rooms = [
            f"{wording.count(headroom(limit, standing.counts))} more to {limit.name} at {limit.rate * 100:g} %"
            for limit in limits
            if limit.metric is metric
        ]
        rate = wording.percent(standing.counts.rate(metric))
        out += _wrapped(f"{metric.label.lower()} {rate} ({', '.join(rooms)})", indent="  ")
    return out


def _alert(alert: Alert) -> list[str]:
    head = f"{_SIGNS[alert.severity]} {alert.severity.label}, since {wording.date_time(alert.since, UTC)} UTC:"
    return _wrapped(f"{head} {alert.message}")


def _wrapped(*sentences: str, indent: str = "") -> list[str]:
    return textwrap.wrap("; ".join(sentences), WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")
