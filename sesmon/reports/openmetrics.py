"""Snapshots and histories as OpenMetrics, through prometheus-client. Names and units by Prometheus's conventions.

Counters of SES belong to a slot of 15 minutes and are revised, so they are gauges: a counter of Prometheus only grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from sesmon.alerts.limits import REPRESENTATIVE_VOLUME
from sesmon.model import AlertKind, DataPoint, Metric, Severity, Snapshot, Target
from sesmon.reports.summary import RATED, Summary, distinct, summarised

LABELS = ("account", "region", "profile")
"""What tells the targets apart; empty where it is not known."""

_POINT = "sesmon_data_point"
_COUNTED = {
    Metric.SENDS: ("delivery_attempts", "Delivery attempts"),
    Metric.BOUNCES: ("bounces", "Bounces"),
    Metric.COMPLAINTS: ("complaints", "Complaints"),
    Metric.REJECTS: ("rejects", "Rejects"),
}
_RATIOS = {metric: name.replace("_rate", "_ratio") for metric, name in RATED.items()}
_ALERTING = (
    (AlertKind.SILENCE, Metric.SENDS),
    *((kind, metric) for kind in (AlertKind.LIMIT, AlertKind.SPIKE) for metric in RATED),
)


class SnapshotCollector(Collector):
    """The families of some snapshots. `now_mark` (on the clock's elapsed scale) tells the age of each reading."""

    def __init__(
        self, snapshots: Iterable[Snapshot], volume: int = REPRESENTATIVE_VOLUME, now_mark: float | None = None
    ) -> None:
        known = list(snapshots)
        targets = distinct(snapshot.target for snapshot in known)
        self._snapshots = [one._replace(target=target) for one, target in zip(known, targets, strict=True)]
        self._volume, self._now_mark = volume, now_mark

    def collect(self) -> Iterator[Family]:
        """Every family, each with a sample for each target that has one."""
        summaries = [
            summary for snapshot in self._snapshots if (summary := summarised(snapshot, self._volume)) is not None
        ]
        yield from self._readings(summaries)
        yield from _points(summaries)
        yield from _windows(summaries)
        yield from _representative(summaries)
        yield _alerts(summaries)
        yield from _allowances(self._snapshots)

    def _readings(self, summaries: Sequence[Summary]) -> Iterator[Family]:
        up = GaugeMetricFamily("sesmon_up", "Whether the newest attempt to read the target came off", labels=LABELS)
        failures = GaugeMetricFamily("sesmon_failed_readings", "Readings that failed in a row", labels=LABELS)
        for snapshot in self._snapshots:
            up.add_metric(_labels(snapshot.target), snapshot.failure is None and snapshot.reading is not None)
            failures.add_metric(_labels(snapshot.target), snapshot.failures)
        yield up
        yield failures
        read = GaugeMetricFamily(
            "sesmon_reading_timestamp_seconds", "When the data were read, as seconds since 1970", labels=LABELS
        )
        age = GaugeMetricFamily("sesmon_reading_age_seconds", "How old the data are", labels=LABELS)
        for summary in summaries:
            read.add_metric(_labels(summary.snapshot.target), summary.reading.read_at.timestamp())
            mark = summary.snapshot.read_mark
            if self._now_mark is not None and mark is not None:
                age.add_metric(_labels(summary.snapshot.target), max(0.0, self._now_mark - mark))
        yield read
        if age.samples:
            yield age


def document(snapshots: Iterable[Snapshot], volume: int) -> str:
    """The snapshots as an OpenMetrics text, with its `# EOF`."""
    return exposition(SnapshotCollector(snapshots, volume))


def exposition(collector: Collector) -> str:
    """A collector's families as an OpenMetrics text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    made: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return made.decode()


class HistoryCollector(Collector):
    """Data points with their own times, oldest first, under the names that the newest one has in a snapshot.

    So `promtool tsdb create-blocks-from openmetrics` puts them before what is scraped from the exporter.
    """

    def __init__(self, owned: Iterable[tuple[Target, Sequence[DataPoint]]]) -> None:
        self._owned = list(owned)

    def collect(self) -> Iterator[Family]:
        """One family a counter; the samples of one series lie together, in the order of time."""
        for metric, family in _point_families().items():
            for target, points in self._owned:
                for point in points:
                    family.add_metric(_labels(target), point.counts.of(metric), timestamp=point.time.timestamp())
            yield family


def _labels(target: Target) -> tuple[str, str, str]:
    return (target.account or "", target.region, target.profile or "")


def _point_families() -> dict[Metric, GaugeMetricFamily]:
    return {
        metric: GaugeMetricFamily(f"{_POINT}_{name}", f"{words} of the newest 15-minute data point", labels=LABELS)
        for metric, (name, words) in _COUNTED.items()
    }


def _points(summaries: Sequence[Summary]) -> Iterator[Family]:
    families = _point_families()
    start = GaugeMetricFamily(
        f"{_POINT}_timestamp_seconds", "When the newest data point began, as seconds since 1970", labels=LABELS
    )
    for summary in summaries:
        if (newest := summary.newest) is not None:
            labels = _labels(summary.snapshot.target)
            start.add_metric(labels, newest.time.timestamp())
            for metric, family in families.items():
                family.add_metric(labels, newest.counts.of(metric))
    yield start
    yield from families.values()


def _windows(summaries: Sequence[Summary]) -> Iterator[Family]:
    labels = (*LABELS, "window")
    for metric, (name, words) in _COUNTED.items():
        family = GaugeMetricFamily(f"sesmon_window_{name}", f"{words} in the window before the reading", labels=labels)
        for summary in summaries:
            for window, counts in summary.windows.items():
                family.add_metric((*_labels(summary.snapshot.target), window), counts.of(metric))
        yield family
    for metric, name in _RATIOS.items():
        family = GaugeMetricFamily(
            f"sesmon_window_{name}", f"{_COUNTED[metric][1]} by delivery attempts in the window", labels=labels
        )
        for summary in summaries:
            for window, counts in summary.windows.items():
                # A rate of no mail does not exist, and has no sample.
                if (rate := counts.rate(metric)) is not None:
                    family.add_metric((*_labels(summary.snapshot.target), window), rate)
        yield family


def _representative(summaries: Sequence[Summary]) -> Iterator[Family]:
    standings = [(_labels(summary.snapshot.target), summary.standing) for summary in summaries if summary.standing]
    mails = GaugeMetricFamily(
        "sesmon_representative_delivery_attempts", "The newest mail, up to a representative volume", labels=LABELS
    )
    since = GaugeMetricFamily(
        "sesmon_representative_since_timestamp_seconds", "Since when that mail was sent", labels=LABELS
    )
    for labels, standing in standings:
        mails.add_metric(labels, standing.counts.attempts)
        since.add_metric(labels, standing.since.timestamp())
    yield mails
    yield since
    for metric in (Metric.BOUNCES, Metric.COMPLAINTS):
        words = f"{_COUNTED[metric][1]} by delivery attempts over a representative volume"
        family = GaugeMetricFamily(f"sesmon_representative_{_RATIOS[metric]}", words, labels=LABELS)
        for labels, standing in standings:
            if (rate := standing.counts.rate(metric)) is not None:
                family.add_metric(labels, rate)
        yield family


def _alerts(summaries: Sequence[Summary]) -> Family:
    family = GaugeMetricFamily(
        "sesmon_alert_active", "Whether an alert is open", labels=(*LABELS, "metric", "kind", "severity")
    )
    for summary in summaries:
        going = {(alert.kind, alert.metric, alert.severity) for alert in summary.open_alerts}
        for kind, metric in _ALERTING:
            for severity in Severity:
                labels = (*_labels(summary.snapshot.target), metric.value, kind.value, severity.label)
                family.add_metric(labels, (kind, metric, severity) in going)
    return family


def _allowances(snapshots: Sequence[Snapshot]) -> Iterator[Family]:
    """The sending quota, of targets whose quota is known."""
    figures = {
        "sesmon_quota_max_24_hour_sends": ("Mails that may be sent in 24 hours; -1 is no limit", "max_24_hours"),
        "sesmon_quota_sent_24_hour_sends": ("Mails sent in the last 24 hours, by the quota", "sent_24_hours"),
        "sesmon_quota_max_sends_per_second": ("Mails that may be sent a second", "max_rate"),
    }
    for name, (words, field) in figures.items():
        family = GaugeMetricFamily(name, words, labels=LABELS)
        for snapshot in snapshots:
            if snapshot.allowance.quota is not None:
                family.add_metric(_labels(snapshot.target), getattr(snapshot.allowance.quota, field))
        if family.samples:
            yield family
    enabled = GaugeMetricFamily("sesmon_sending_enabled", "Whether the account may send", labels=LABELS)
    for snapshot in snapshots:
        if snapshot.allowance.is_enabled is not None:
            enabled.add_metric(_labels(snapshot.target), snapshot.allowance.is_enabled)
    if enabled.samples:
        yield enabled


def failures_total(counted: Sequence[tuple[Target, int]]) -> Family:
    """How many readings of each target have failed since the program began."""
    family = CounterMetricFamily(
        "sesmon_reading_failures", "Readings that failed since the exporter began", labels=LABELS
    )
    targets = distinct(target for target, _ in counted)
    for target, (_, number) in zip(targets, counted, strict=True):
        family.add_metric(_labels(target), number)
    return family
