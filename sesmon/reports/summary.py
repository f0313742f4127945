"""What every report says of a snapshot: windows that end at the reading, the standing, and the alerts in their span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sesmon.alerts.limits import REPRESENTATIVE_VOLUME
from sesmon.model import Alert, Counts, DataPoint, Metric, Origin, Reading, Snapshot, Target
from sesmon.series import Series, Standing, standing, window_end

WINDOWS = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "14d": timedelta(days=14),
}
"""The windows of every report, by name."""

RATED = {Metric.BOUNCES: "bounce_rate", Metric.COMPLAINTS: "complaint_rate", Metric.REJECTS: "reject_rate"}
"""What a metric's rate is called in every machine-readable report."""


class Summary(NamedTuple):
    """One target's reading, worked through. `end` (UTC) is where the windows end."""

    snapshot: Snapshot
    reading: Reading
    end: datetime
    windows: dict[str, Counts]
    standing: Standing | None
    alerts: tuple[Alert, ...]

    @property
    def open_alerts(self) -> list[Alert]:
        """The alerts that go on, worst first."""
        return [alert for alert in self.alerts if alert.is_open]

    @property
    def newest(self) -> DataPoint | None:
        """The newest data point."""
        return self.reading.points[-1] if self.reading.points else None

    def hours(self, metric: Metric, count: int) -> list[int | None]:
        """What the last `count` hours counted, oldest first; None for an hour without a data point."""
        hour = timedelta(hours=1)
        buckets = Series(self.reading.points).buckets(self.end - hour * count, hour, count)
        return [None if counts is None else counts.of(metric) for counts in buckets]


def summarised(snapshot: Snapshot, volume: int = REPRESENTATIVE_VOLUME) -> Summary | None:
    """The reading of a snapshot worked through, `volume` being the representative volume; None where it has none."""
    reading = snapshot.reading
    if reading is None:
        return None
    series = Series(reading.points)
    end = window_end(series, reading.read_at)
    oldest = series.first or end
    return Summary(
        snapshot,
        reading,
        end,
        {name: series.total(end - length, end) for name, length in WINDOWS.items()},
        standing(series.points, snapshot.days, volume, end),
        tuple(
            alert for alert in snapshot.alerts if not alert.withdrawn and (alert.until is None or alert.until > oldest)
        ),
    )


def distinct(targets: Iterable[Target]) -> list[Target]:
    """The targets, each named once: those that only their endpoints tell apart have a number behind their profile."""
    seen: Counter[Target] = Counter()
    out = []
    for target in targets:
        seen[target] += 1
        out.append(target if seen[target] == 1 else target._replace(profile=f"{target.profile or ''}#{seen[target]}"))
    return out


def name(snapshot: Snapshot) -> str:
    """A target as a line of text names it: Region, profile, account; a recording by its file's name."""
    target = snapshot.target
    if snapshot.origin is Origin.REPLAY:
        return f"{target.region} of {target.profile}"
    named = [target.region or "no Region"]
    if target.profile:
        named.append(f"profile {target.profile}")
    if target.account:
        named.append(f"account {target.account}")
    return " · ".join(named)
