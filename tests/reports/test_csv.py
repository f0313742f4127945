"""Rows as CSV."""

from __future__ import annotations

import csv as stdlib_csv
import io
from datetime import UTC, datetime, timedelta, timezone

from sesmon.model import SLOT, Counts, Row
from sesmon.reports import csv

START = datetime(2026, 3, 2, 12, 2, tzinfo=timezone(timedelta(hours=2)))


def test_names_are_awss_and_times_are_utc() -> None:
    """The headings are AWS's own names, times end in Z, rates are fractions, and no mail is an empty rate."""
    rows = [Row(START, START + SLOT, Counts(200, 3, 1, 0), 1), Row(START + SLOT, START + 2 * SLOT, Counts(), 1)]
    read = list(stdlib_csv.DictReader(io.StringIO(csv.table(rows))))
    assert read[0] == {
        "Timestamp": "2026-03-02T10:02:00Z",
        "DeliveryAttempts": "200",
        "Bounces": "3",
        "Complaints": "1",
        "Rejects": "0",
        "BounceRate": "0.015",
        "ComplaintRate": "0.005",
        "RejectRate": "0",
    }
    assert read[1]["BounceRate"] == ""


def test_fractions_of_a_second_are_kept() -> None:
    """A time is written as it is."""
    assert csv.iso(datetime(2026, 3, 2, 12, 2, 7, 250_000, UTC)) == "2026-03-02T12:02:07.250000Z"
