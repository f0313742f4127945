"""From points to alerts, reading after reading."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from sesmon.alerts.judge import Judge, Judgement
from sesmon.alerts.settings import Settings
from sesmon.alerts.timeline import Timeline
from sesmon.model import SLOT, Alert, AlertKind, Change, DataPoint, Event, Metric, Severity

START = datetime(2026, 3, 2, 0, 2, tzinfo=UTC)
SLOTS = 500


def at(slot: int) -> datetime:
    """When a slot begins."""
    return START + SLOT * slot


def healthy(slots: int = SLOTS, attempts: int = 4000) -> list[DataPoint]:
    """A steady sender well below every limit."""
    rng = random.Random("judge")
    return [
        DataPoint(at(slot), attempts, attempts // 70 + rng.randint(-4, 4), rng.choice((0, 1, 1, 2)), 0)
        for slot in range(slots)
    ]


def spiking(*, first: int = 300, slots: int = 4, complaints: int = 80) -> list[DataPoint]:
    """A healthy sender with a complaint spike."""
    points = healthy()
    for slot in range(first, first + slots):
        points[slot] = DataPoint(at(slot), 4000, 57, complaints, 0)
    return points


def judged(points: list[DataPoint], settings: Settings | None = None) -> Judgement:
    """What one reading at the end of its newest point comes to."""
    return Judge(settings).judge(points, points[-1].time + SLOT)


def of_kind(alerts: tuple[Alert, ...], kind: AlertKind) -> list[Alert]:
    """The alerts of one kind."""
    return [alert for alert in alerts if alert.kind is kind]


def told(events: tuple[Event, ...]) -> list[tuple[Change, AlertKind]]:
    """What became of which kind of alert, in order."""
    return [(event.change, event.alert.kind) for event in events]


def test_a_healthy_sender_has_no_alert() -> None:
    """Rates as usual, below the limits, alert nobody."""
    assert judged(healthy()) == Judgement((), (), None)


def test_no_points_are_no_alert() -> None:
    """An account without mail has nothing to be judged."""
    assert Judge().judge((), START).alerts == ()


def test_a_spike_is_raised_by_its_first_point() -> None:
    """A point far beyond the habit opens an alert that starts with it, and says what is unusual."""
    (alert,) = of_kind(judged(spiking(first=SLOTS - 1, slots=1)).alerts, AlertKind.SPIKE)
    assert (alert.metric, alert.severity) == (Metric.COMPLAINTS, Severity.CRITICAL)
    assert alert.is_open
    assert alert.since == alert.raised == alert.peak == at(SLOTS - 1)
    assert alert.counts.complaints == 80
    assert "80 complaints in 4,000 sends (2.00 %)" in alert.message
    assert "your usual is 0.0" in alert.message


def test_one_incident_is_one_alert_with_start_peak_and_end() -> None:
    """A spike that flares up again within two hours is the same incident; it is cleared after them."""
    points = healthy()
    for slot, complaints in ((300, 40), (301, 90), (305, 60)):
        points[slot] = DataPoint(at(slot), 4000, 57, complaints, 0)
    (alert,) = of_kind(judged(points).alerts, AlertKind.SPIKE)
    assert alert.since == at(300)
    assert alert.peak in {at(301), at(305)}
    assert alert.until is not None
    assert at(306) <= alert.until <= at(310)


def test_events_tell_what_a_reading_changed_and_nothing_twice() -> None:
    """Reading after reading, an incident is raised once and cleared once."""
    points, judge = spiking(), Judge()
    events: list[Event] = []
    for end in range(290, 340):
        events += judge.judge(points[:end], at(end)).events
    spikes = [event for event in events if event.alert.kind is AlertKind.SPIKE]
    assert [event.change for event in spikes] == [Change.RAISED, Change.CLEARED]
    assert spikes[0].time == at(300)


def test_events_of_one_reading_are_in_the_order_of_time() -> None:
    """What happened while nobody watched is told by the next reading oldest first, and each alert raised first."""
    points = healthy()
    for slot in range(460, 463):
        points[slot] = DataPoint(at(slot), 4000, 57, 80, 0)
    for slot in range(430, 434):
        points[slot] = DataPoint(at(slot), 4000, 900, 1, 0)
    judge = Judge()
    judge.judge(points[:420], at(420))
    events = judge.judge(points, at(SLOTS)).events
    assert len({event.alert.metric for event in events}) == 2
    assert Change.CLEARED in {event.change for event in events}
    assert [event.time for event in events] == sorted(event.time for event in events)
    seen = set()
    for event in events:
        assert (event.change is Change.RAISED) != (event.alert.key in seen)
        seen.add(event.alert.key)


def test_growing_worse_is_told() -> None:
    """A warning that becomes critical is escalated, not raised again."""
    points, judge = healthy(), Judge()
    events: list[Event] = []
    for slot, complaints in ((300, 12), (301, 12), (302, 90)):
        points[slot] = DataPoint(at(slot), 4000, 57, complaints, 0)
    for end in range(300, 304):
        events += judge.judge(points[:end], at(end)).events
    spikes = [event for event in events if event.alert.kind is AlertKind.SPIKE]
    assert [event.change for event in spikes] == [Change.RAISED, Change.ESCALATED]
    assert spikes[1].alert.severity is Severity.CRITICAL


def test_a_revision_withdraws_an_alert_and_the_record_says_so() -> None:
    """Where the point that raised an alert is corrected, the alert is withdrawn and stays listed as such."""
    judge = Judge()
    raised = judge.judge(spiking(first=SLOTS - 1, slots=1), at(SLOTS))
    assert Change.RAISED in {event.change for event in raised.events}
    after = judge.judge(healthy(), at(SLOTS))
    assert {event.change for event in after.events} == {Change.WITHDRAWN}
    assert after.alerts
    assert all(alert.withdrawn and not alert.is_open for alert in after.alerts)


def test_a_revision_can_raise_an_alert_of_the_past() -> None:
    """Complaints that are listed late, in an old point, raise an alert that begins there."""
    judge = Judge()
    judge.judge(healthy(), at(SLOTS))
    late = judge.judge(spiking(first=SLOTS - 20, slots=2), at(SLOTS))
    assert (Change.RAISED, AlertKind.SPIKE) in told(late.events)
    assert of_kind(late.alerts, AlertKind.SPIKE)[0].since == at(SLOTS - 20)


def test_what_was_told_before_is_no_news() -> None:
    """A judge that remembers what another run told raises none of it again, and still clears it."""
    points = spiking(first=SLOTS - 1, slots=1)
    before = Judge().judge(points, at(SLOTS))
    again = Judge()
    again.remember(before.alerts, points[-1].time)
    assert again.judge(points, at(SLOTS)).events == ()
    calm = [*points, *(replace_time(point, SLOTS + place) for place, point in enumerate(healthy(40)))]
    assert Change.CLEARED in {event.change for event in again.judge(calm, at(SLOTS + 40)).events}


def replace_time(point: DataPoint, slot: int) -> DataPoint:
    """The same counters in another slot."""
    return point._replace(time=at(slot))


def test_a_remembered_alert_beyond_the_points_stays_in_the_record() -> None:
    """What was told of a past that SES has forgotten stays listed as past, for four weeks."""
    old = Alert(
        Metric.BOUNCES,
        AlertKind.SPIKE,
        Severity.WARNING,
        at(-900),
        at(-890),
        at(-900),
        at(-899),
        healthy(1)[0].counts,
        "old",
    )
    judge = Judge()
    judge.remember([old], at(SLOTS - 1))
    assert judge.judge(healthy(), at(SLOTS)) == Judgement((old,), (), None)
    month = 28 * 96
    later = [point._replace(time=point.time + SLOT * month) for point in healthy()]
    assert judge.judge(later, at(SLOTS + month)).alerts == ()


def test_what_was_withdrawn_before_can_be_raised_again() -> None:
    """A withdrawn alert stays in the record, and keeps nothing from being told."""
    points = spiking(first=SLOTS - 1, slots=1)
    gone = [alert._replace(until=at(SLOTS), withdrawn=True) for alert in Judge().judge(points, at(SLOTS)).alerts]
    judge = Judge()
    judge.remember(gone, at(SLOTS - 2))
    assert all(alert.withdrawn for alert in judge.judge(points[:-1], at(SLOTS - 1)).alerts)
    assert Change.RAISED in {event.change for event in judge.judge(points, at(SLOTS)).events}


def test_open_alerts_come_first_and_worst_first() -> None:
    """The order is: open by severity, then past ones, newest first."""
    points = spiking()
    points[-1] = DataPoint(at(SLOTS - 1), 4000, 400, 90, 0)
    alerts = judged(points).alerts
    assert [alert.is_open for alert in alerts] == sorted((alert.is_open for alert in alerts), reverse=True)
    assert alerts[0].severity is Severity.CRITICAL


def test_the_same_points_give_the_same_alerts() -> None:
    """Judging anew what was judged changes nothing; nor does the way that led there."""
    points = spiking()
    judge = Judge()
    for end in (200, 302, 303, 450, SLOTS):
        stepwise = judge.judge(points[:end], at(end))
    assert stepwise.alerts == judge.judge(points, at(SLOTS)).alerts == judged(points).alerts


def test_revised_points_lead_to_the_same_alerts() -> None:
    """Readings whose newest points are filled later come to the alerts that their last view gives by itself."""
    rng, judge = random.Random("revised"), Judge()
    whole = spiking(first=SLOTS - 40, slots=6)
    for end in range(SLOTS - 60, SLOTS + 1, 4):
        view = [
            point if slot < end - 3 or rng.random() < 0.5 else DataPoint(point.time, point.attempts // 2, 20, 0, 0)
            for slot, point in enumerate(whole[:end])
        ]
        stepwise = [alert for alert in judge.judge(view, at(end)).alerts if not alert.withdrawn]
        assert stepwise == list(judged(view).alerts)


def test_a_walk_tells_what_readings_would_have_told() -> None:
    """The events of a backtest are those of one reading for each point."""
    points, judge = spiking(), Judge()
    lived: list[Event] = []
    for end in range(1, len(points) + 1):
        lived += judge.judge(points[:end], at(end)).events
    walked = Judge().walk(points, at(SLOTS))
    assert [(event.time, *pair) for event, pair in zip(walked, told(walked), strict=True)] == [
        (event.time, *pair) for event, pair in zip(lived, told(tuple(lived)), strict=True)
    ]


def test_a_quiet_metric_is_not_judged() -> None:
    """What is switched off raises nothing."""
    assert judged(spiking(), Settings(quiet=frozenset({Metric.COMPLAINTS}))).alerts == ()


def test_with_too_little_past_it_says_how_much_more_it_needs() -> None:
    """A spike is not told within the first day, and the judgement says how long it still learns."""
    early = judged(spiking()[:90])
    assert early.alerts == ()
    assert early.learning == SLOT * 6


def test_points_years_apart_are_judged_by_themselves() -> None:
    """A silence of years is not walked through, and no habit outlives it."""
    later = [point._replace(time=point.time + timedelta(days=4000)) for point in spiking()]
    both = [*spiking(), *later]
    alone = Judge().judge(later, later[-1].time + SLOT).alerts
    assert alone
    assert Judge().judge(both, later[-1].time + SLOT).alerts == alone
    walked = Judge().walk(later, later[-1].time + SLOT)
    assert Judge().walk(both, later[-1].time + SLOT)[-len(walked) :] == walked


def test_a_point_of_the_far_future_hides_nothing() -> None:
    """A point that lies years ahead does not keep the present from being judged."""
    ahead = DataPoint(at(SLOTS) + timedelta(days=900), 10, 0, 0, 0)
    points = spiking(first=SLOTS - 1, slots=1)
    assert Judge().judge([*points, ahead], at(SLOTS)).alerts == Judge().judge(points, at(SLOTS)).alerts


def test_a_new_reading_costs_only_what_it_changes() -> None:
    """Of two weeks' worth, only the slots from the first that differs are lived through again."""
    points, judge = healthy(1344), Judge()
    judge.judge(points[:-1], at(1343))
    with mock.patch.object(Timeline, "live", autospec=True, side_effect=Timeline.live) as live:
        judge.judge(points, at(1344))
    assert sum(len(call.args[1]) for call in live.call_args_list) == 1


@given(st.lists(st.tuples(*[st.integers(0, 2**63 - 1)] * 4), max_size=30), st.integers(0, 30))
def test_any_counters_are_judged(counters: list[tuple[int, int, int, int]], cut: int) -> None:
    """No counters, however odd, break the judge, nor does taking them back."""
    points = [DataPoint(at(slot), *four) for slot, four in enumerate(counters)]
    judge = Judge()
    for shown in (points, points[:cut], points):
        for alert in judge.judge(shown, at(len(points))).alerts:
            assert alert.until is None or alert.since < alert.until


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.sampled_from((0, 1, 2**31, 2**63 - 1))] * 4), max_size=12))
def test_any_counters_are_judged_by_any_habit(counters: list[tuple[int, int, int, int]]) -> None:
    """Nor do odd counters that follow two days of the largest ones that SES could list, or of none but those."""
    for usual in ((2**63 - 1,) * 4, (2**63 - 1, 0, 0, 0), (0, 1, 1, 1)):
        points = [DataPoint(at(slot), *four) for slot, four in enumerate([usual] * 200 + counters)]
        judged(points)
