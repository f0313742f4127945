"""From points to alerts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sesmon.alerts.judge import Judge, Settings
from sesmon.model import SLOT, Alert, AlertKind, DataPoint, Metric, Severity

START = datetime(2026, 3, 2, 0, 2, tzinfo=UTC)


def at(slot: int) -> datetime:
    """When a slot begins."""
    return START + SLOT * slot


def healthy(slots: int = 300, attempts: int = 4000) -> list[DataPoint]:
    """A steady sender well below every limit."""
    return [DataPoint(at(slot), attempts, attempts // 70, slot % 2, 0) for slot in range(slots)]


def judged(points: list[DataPoint], now: datetime | None = None) -> tuple[Alert, ...]:
    """The alerts of one reading, by default at the end of its newest point."""
    return Judge().judge(points, now or points[-1].time + SLOT).alerts


def test_a_healthy_sender_has_no_alert() -> None:
    """Rates well below the limits alert nobody."""
    assert judged(healthy()) == ()


def test_no_points_are_no_alert() -> None:
    """An account without mail has nothing to be judged."""
    assert Judge().judge((), START).alerts == ()


def test_a_complaint_spike_is_critical_from_its_first_point() -> None:
    """A point surely over 0.5 % opens a critical alert that starts with it."""
    points = healthy()
    points[-2:] = [DataPoint(at(298), 4000, 50, 60, 0), DataPoint(at(299), 4000, 50, 90, 0)]
    (alert,) = judged(points)
    assert (alert.metric, alert.kind, alert.severity) == (Metric.COMPLAINTS, AlertKind.LIMIT, Severity.CRITICAL)
    assert alert.is_open
    assert (alert.since, alert.peak) == (at(298), at(299))
    assert alert.counts.complaints == 150
    assert "90 complaints in 4,000 sends (2.25 %)" in alert.message


def test_a_bounce_burst_is_an_alert_of_its_own() -> None:
    """Bounces over 10 % are critical, over 5 % a warning."""
    points = healthy()
    points[-1] = DataPoint(at(299), 4000, 800, 0, 0)
    assert judged(points)[0].severity is Severity.CRITICAL
    points[-1] = DataPoint(at(299), 4000, 280, 0, 0)
    (alert,) = judged(points)
    assert (alert.metric, alert.severity) == (Metric.BOUNCES, Severity.WARNING)


def test_little_mail_is_not_judged() -> None:
    """A high rate over few mails is chance."""
    points = [*healthy(), DataPoint(at(300), 20, 4, 1, 0)]
    assert judged(points) == ()


def test_an_incident_is_one_alert_and_ends() -> None:
    """Points over a limit close together are one alert, which ends after the quiet time."""
    points = healthy()
    for slot in (200, 201, 203):
        points[slot] = DataPoint(at(slot), 4000, 50, 80, 0)
    acute = [alert for alert in judged(points) if alert.severity is Severity.CRITICAL]
    assert len(acute) == 1
    assert (acute[0].since, acute[0].until) == (at(200), at(204))
    assert not acute[0].is_open


def test_an_alert_stays_open_through_the_quiet_time() -> None:
    """An alert is not over the moment that its last point is."""
    points = healthy()
    points[200] = DataPoint(at(200), 4000, 50, 80, 0)
    judge, quiet = Judge(), Settings().quiet
    shown = points[:201]
    assert judge.judge(shown, at(201) + quiet - timedelta(seconds=1)).alerts[0].is_open
    assert not judge.judge(shown, at(201) + quiet).alerts[0].is_open


def test_a_high_rate_over_a_day_is_told() -> None:
    """A day surely over a limit alerts, though no single point is."""
    points = [DataPoint(at(slot), 400, 4, 1, 0) for slot in range(300)]
    alerts = judged(points)
    assert alerts
    assert alerts[0].is_open
    assert "in the 1 d" in alerts[0].message


def test_open_alerts_come_first_and_worst_first() -> None:
    """The order is: open by severity, then past ones."""
    points = healthy()
    points[100] = DataPoint(at(100), 4000, 800, 0, 0)
    points[-1] = DataPoint(at(299), 4000, 280, 90, 0)
    alerts = judged(points)
    assert [alert.is_open for alert in alerts] == sorted((alert.is_open for alert in alerts), reverse=True)
    assert alerts[0].severity is Severity.CRITICAL


def test_the_same_points_give_the_same_alerts() -> None:
    """Judging anew what was judged changes nothing."""
    points = healthy()
    points[-1] = DataPoint(at(299), 4000, 50, 90, 0)
    judge = Judge()
    assert judge.judge(points, at(300)) == judge.judge(points, at(300)) == Judge().judge(points, at(300))


@given(st.lists(st.tuples(*[st.integers(0, 2**63 - 1)] * 4), max_size=30))
def test_any_counters_are_judged(counters: list[tuple[int, int, int, int]]) -> None:
    """No counters, however odd, break the judge."""
    points = [DataPoint(at(slot), *four) for slot, four in enumerate(counters)]
    for alert in Judge().judge(points, at(len(points))).alerts:
        assert alert.until is None or alert.since < alert.until
