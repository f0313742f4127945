"""Snapshots as JSON, text, CSV and OpenMetrics."""

from __future__ import annotations

import csv as csv_reader
import io
import json as json_reader
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as plain_families

from sesmon.alerts.limits import REPRESENTATIVE_VOLUME as VOLUME
from sesmon.model import Allowance, DataPoint, Metric, Origin, Quota, Reading, Snapshot, Target
from sesmon.reports import csv, json, openmetrics, text
from sesmon.reports.summary import RATED, WINDOWS, summarised
from tests.tui.scenes import ALERT, DENIED, EMPTY, HEALTHY, LIVE, NOW, PAST_ALERT, SPIKE_ALERT, STALE, STARTING

NEVER_READ = STALE._replace(reading=None, alerts=())
SCENES = (ALERT, LIVE, STALE, EMPTY, NEVER_READ, STARTING)


def document(*snapshots: Snapshot) -> list[dict[str, object]]:
    """The targets of the JSON document."""
    targets: list[dict[str, object]] = json_reader.loads(json.document(snapshots, NOW, VOLUME))["targets"]
    return targets


def test_json_has_the_fields_that_were_promised() -> None:
    """The document's and each target's fields are those of schema 1, whatever happened to the target."""
    whole = json_reader.loads(json.document(SCENES, NOW, VOLUME))
    assert set(whole) == {"schema", "generated_at", "targets"}
    assert whole["generated_at"] == "2026-03-16T14:07:00Z"
    names = {"profile", "account", "region", "read_at", "from", "error", "quota", "windows", "representative"}
    for target in whole["targets"]:
        assert set(target) == names | {"alerts", "SendDataPoints"}
        assert set(target["windows"]) in ({*WINDOWS}, set())


def test_json_tells_who_when_and_from_where() -> None:
    """Profile, account, Region, time and source of the reading are told."""
    (target,) = document(LIVE._replace(reading=Reading(LIVE.target, NOW, HEALTHY, Origin.HISTORY)))
    assert (target["profile"], target["account"], target["region"]) == ("prod", "123456789012", "us-east-1")
    assert (target["read_at"], target["from"], target["error"]) == ("2026-03-16T14:07:00Z", "history", None)


def test_windows_end_at_the_reading() -> None:
    """Each window counts the points that began in so long before the reading; its rates are fractions of them."""
    (target,) = document(LIVE)
    for name, length in WINDOWS.items():
        within = [point for point in HEALTHY if NOW - length <= point.time < NOW]
        window = target["windows"][name]  # type: ignore[index]
        for metric in Metric:
            assert window[metric.aws_name] == sum(point.counts.of(metric) for point in within)
        for metric, rate in RATED.items():
            assert window[rate] == pytest.approx(window[metric.aws_name] / window["DeliveryAttempts"])


def test_rates_of_no_mail_are_null() -> None:
    """Without mail there is no rate."""
    (target,) = document(EMPTY)
    assert target["windows"]["24h"]["complaint_rate"] is None  # type: ignore[index]
    assert target["representative"] is None


def test_points_are_in_awss_shape_oldest_first() -> None:
    """SendDataPoints are what `aws ses get-send-statistics` prints, in the order of time."""
    points: Sequence[dict[str, object]] = document(LIVE)[0]["SendDataPoints"]  # type: ignore[assignment]
    assert [point["Timestamp"] for point in points] == sorted(str(point["Timestamp"]) for point in points)
    assert len(points) == len(HEALTHY)
    assert set(points[0]) == {"Timestamp", "DeliveryAttempts", "Bounces", "Complaints", "Rejects"}


def test_alerts_are_told_open_and_past() -> None:
    """An open alert has no end, a past one has, and a withdrawn one is not told."""
    (target,) = document(ALERT._replace(alerts=(*ALERT.alerts, SPIKE_ALERT._replace(withdrawn=True))))
    alerts: Sequence[dict[str, object]] = target["alerts"]  # type: ignore[assignment]
    assert [alert["until"] is None for alert in alerts] == [True, False]
    assert alerts[0]["message"] == SPIKE_ALERT.message
    assert set(alerts[1]) == {"metric", "kind", "severity", "since", "until", "message"}
    assert alerts[1]["metric"] == PAST_ALERT.metric.value


def test_a_failure_is_told_beside_the_last_good_data() -> None:
    """A target that was not read has its error, and what is known from before."""
    (target,) = document(STALE)
    assert set(target["error"]) == {"kind", "message", "remedy"}  # type: ignore[call-overload]
    assert target["SendDataPoints"]
    assert document(NEVER_READ)[0]["SendDataPoints"] == []


@pytest.mark.parametrize("scene", SCENES)
def test_text_fits_eighty_columns(scene: Snapshot) -> None:
    """Whatever happened, and however long the names, no line is longer than 80 characters."""
    named = scene._replace(target=Target("us-east-1", "p" * 50, "123456789012"))
    for ascii_only in (False, True):
        said = text.document([named, scene], VOLUME, ascii_only=ascii_only)
        assert max(map(len, said.splitlines())) <= text.WIDTH
        assert not ascii_only or said.isascii()


@pytest.mark.parametrize(
    ("allowance", "words"),
    [
        (
            Allowance(Quota(50_000, 1_000, 14, NOW), is_enabled=True),
            "quota: 2.00 % of 50,000 mails in 24 h, 14 mails/s",
        ),
        (Allowance(Quota(-1, 1_000, 14, NOW), is_enabled=False), "SENDING IS DISABLED"),
        (Allowance(quota_missing=DENIED.sentences), "quota not known: AWS denies"),
    ],
)
def test_text_tells_the_allowance(allowance: Allowance, words: str) -> None:
    """What was asked for beside the statistics is told, or why it is missing."""
    said = text.document([LIVE._replace(allowance=allowance)], VOLUME)
    assert words in said
    assert max(map(len, said.splitlines())) <= text.WIDTH


def test_text_says_how_things_stand() -> None:
    """The text names the target, its totals and rates, the standing, and each open alert's sentence."""
    said = " ".join(text.document([ALERT], VOLUME).split())
    for words in ("us-east-1 · profile prod · account 123456789012", "14d", "rate", "more to pause at 0.5 %"):
        assert words in said
    assert SPIKE_ALERT.message in said
    assert "no alert is open" in text.document([LIVE], VOLUME)
    assert "NOT READ" in text.document([STALE], VOLUME)


def test_csv_has_one_header_and_a_row_for_each_point() -> None:
    """Points of all targets stand under one line of headings; a target without any has no row."""
    rows = list(csv_reader.DictReader(io.StringIO(csv.targets([LIVE, EMPTY, NEVER_READ, ALERT]))))
    assert len(rows) == len(HEALTHY) * 2
    assert rows[0]["Region"] == "us-east-1"
    assert rows[0]["Timestamp"] == HEALTHY[0].time.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(name: str) -> None:
    """A profile whose name a spreadsheet would take for a formula is quoted."""
    made = csv.targets([LIVE._replace(target=Target("us-east-1", name))])
    assert next(csv_reader.DictReader(io.StringIO(made, newline="")))["Profile"] == "'" + name


def samples(made: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample of an OpenMetrics text."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(made)  # type: ignore[no-untyped-call]
        for sample in family.samples
    }


def value(made: str, name: str, **labels: str) -> float:
    """The one sample of that name that carries those labels."""
    (found,) = [
        number
        for (own, pairs), number in samples(made).items()
        if own == name and labels.items() <= dict(pairs).items()
    ]
    return found


def test_openmetrics_tells_the_figures() -> None:
    """Newest point, windows, standing, alerts and the reading are there under the names that README promises."""
    made = openmetrics.document([ALERT], VOLUME)
    summary = summarised(ALERT)
    assert summary is not None
    newest = summary.newest
    assert newest is not None
    assert value(made, "sesmon_up") == 1
    assert value(made, "sesmon_data_point_complaints") == newest.complaints
    assert value(made, "sesmon_data_point_timestamp_seconds") == newest.time.timestamp()
    assert value(made, "sesmon_window_bounces", window="7d") == summary.windows["7d"].bounces
    rate = summary.windows["24h"].rate(Metric.COMPLAINTS)
    assert value(made, "sesmon_window_complaint_ratio", window="24h") == rate
    spike = {"metric": "complaints", "kind": "spike"}
    assert value(made, "sesmon_alert_active", severity="critical", **spike) == 1
    assert value(made, "sesmon_alert_active", severity="warning", **spike) == 0
    assert value(made, "sesmon_reading_timestamp_seconds") == NOW.timestamp()


def test_a_target_that_was_not_read_is_down() -> None:
    """sesmon_up is 0 while readings fail, and nothing is invented for one that never was read."""
    made = openmetrics.document([NEVER_READ], VOLUME)
    assert value(made, "sesmon_up") == 0
    assert not [name for name, _ in samples(made) if name.startswith("sesmon_window")]


def test_targets_of_the_same_names_are_told_apart() -> None:
    """Two endpoints of one Region, without profile and account, are two series of each family."""
    same = LIVE._replace(target=Target("us-east-1"))
    made = openmetrics.document([same, same._replace(failure=DENIED)], VOLUME)
    assert (value(made, "sesmon_up", profile=""), value(made, "sesmon_up", profile="#2")) == (1, 0)
    lines = [line.rpartition(" ")[0] for line in made.splitlines()]
    assert len(lines) == len(set(lines))
    family = openmetrics.failures_total([(same.target, 1), (same.target, 2)])
    assert [sample.labels["profile"] for sample in family.samples] == ["", "#2"]


def test_a_rate_of_no_mail_has_no_sample() -> None:
    """Without mail there is no ratio, and never a 0."""
    assert not [name for name, _ in samples(openmetrics.document([EMPTY], VOLUME)) if name.endswith("_ratio")]


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_name_is_a_sound_label(profile: str, region: str) -> None:
    """Quotes, backslashes and line ends in names break neither format."""
    made = openmetrics.document([LIVE._replace(target=Target(region, profile or None))], VOLUME)
    assert value(made, "sesmon_up", profile=profile, region=region) == 1
    assert list(plain_families(made.replace("# EOF\n", "")))


def test_the_history_is_told_with_its_own_times() -> None:
    """Each point has a sample in each family, at the time when it began, in the order of time."""
    points = [DataPoint(NOW + timedelta(minutes=15 * slot), 100 + slot, 1, slot, 0) for slot in range(5)]
    made = openmetrics.exposition(openmetrics.HistoryCollector([(LIVE.target, points)]))
    families = list(text_string_to_metric_families(made))  # type: ignore[no-untyped-call]
    assert [family.name for family in families] == [
        f"sesmon_data_point_{name}" for name in ("delivery_attempts", "bounces", "complaints", "rejects")
    ]
    for family in families:
        assert [float(sample.timestamp) for sample in family.samples] == [point.time.timestamp() for point in points]
    assert [sample.value for sample in families[2].samples] == [0, 1, 2, 3, 4]
    assert made.endswith("# EOF\n")
