"""Rows of data points as CSV: AWS's own names for the counters, rates as fractions, empty where nothing was sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from sesmon.model import Counts, DataPoint, Metric, Row, Snapshot

RATE_NAMES = {Metric.BOUNCES: "BounceRate", Metric.COMPLAINTS: "ComplaintRate", Metric.REJECTS: "RejectRate"}

HEADINGS = ("Timestamp", *(metric.aws_name for metric in Metric), *RATE_NAMES.values())


def iso(time: datetime) -> str:
    """A time as ISO 8601 in UTC with Z."""
    return (time if time.tzinfo is UTC else time.astimezone(UTC)).isoformat().replace("+00:00", "Z")


def cell(text: str) -> str:
    """A text that a spreadsheet takes for no formula (OWASP, 'CSV Injection': a quote before what could begin one)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def targets(snapshots: Iterable[Snapshot]) -> str:
    """Every data point of every target, oldest first within each, under one line of headings."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("Profile", "Account", "Region", *HEADINGS))
    for snapshot in snapshots:
        target = snapshot.target
        named = [cell(text or "") for text in (target.profile, target.account, target.region)]
        for point in snapshot.reading.points if snapshot.reading else ():
            writer.writerow([*named, iso(point.time), *point.counts, *_rates(point.counts)])
    return out.getvalue()


def _rates(counts: Counts) -> list[str]:
    rates = (counts.rate(metric) for metric in RATE_NAMES)
    return ["" if rate is None else f"{rate:.8g}" for rate in rates]


def points(items: Iterable[DataPoint]) -> str:
    """Data points as CSV under AWS's own names, without the rates that follow from them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS[: len(HEADINGS) - len(RATE_NAMES)])
    writer.writerows([iso(point.time), *point.counts] for point in items)
    return out.getvalue()


def table(rows: Iterable[Row]) -> str:
    """The rows in the order given, under one line of headings; lines end as RFC 4180 has it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow([iso(row.start), *row.counts, *_rates(row.counts)])
    return out.getvalue()
