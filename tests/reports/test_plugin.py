"""The plugin's line."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon.model import Counts, Metric, Reading, Snapshot, Target
from sesmon.reports.plugin import Answer, Range, State, Thresholds, answer
from tests.tui.scenes import ALERT, EMPTY, LIVE, NOW, STALE, points

AWS = {
    Metric.BOUNCES: Thresholds(Range.parse("@5:"), Range.parse("@10:")),
    Metric.COMPLAINTS: Thresholds(Range.parse("@0.1:"), Range.parse("@0.5:")),
}

NORTH = LIVE._replace(target=Target("eu-north-1", "prod"))


def said(*snapshots: Snapshot, thresholds: dict[Metric, Thresholds] | None = None, alerts: bool = True) -> Answer:
    """The answer over 24 hours with AWS's limits, unless told."""
    return answer(snapshots, thresholds or AWS, window="24h", minimum_mail=50, with_alerts=alerts)


@pytest.mark.parametrize(
    ("text", "alerting", "fine"),
    [
        ("10", [-0.1, 10.1], [0, 10]),
        ("10:", [9.9, -5], [10, 1e9]),
        ("~:10", [10.1], [-1e9, 10]),
        ("10:20", [9.9, 20.1], [10, 20]),
        ("@10:20", [10, 15, 20], [9.9, 20.1]),
    ],
)
def test_ranges_are_those_of_the_guidelines(text: str, alerting: list[float], fine: list[float]) -> None:
    """The guidelines' own examples alert as they say."""
    limit = Range.parse(text)
    assert all(limit.alerts(value) for value in alerting)
    assert not any(limit.alerts(value) for value in fine)


@pytest.mark.parametrize("text", ["", "x", "20:10", "1:2:3", "nan", "@"])
def test_what_is_no_range_is_refused(text: str) -> None:
    """Anything else raises."""
    with pytest.raises(ValueError):  # noqa: PT011 - float's own words
        Range.parse(text)


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_lone_number_is_a_ceiling(limit: float, number: float) -> None:
    """'0.5' alerts exactly above 0.5."""
    assert Range.parse(repr(limit)).alerts(number) == (number > limit)


def test_healthy_spiking_and_dead_are_told_apart() -> None:
    """OK, CRITICAL and UNKNOWN, each in one line that begins with its state."""
    for snapshot, state in ((LIVE, State.OK), (ALERT, State.CRITICAL), (STALE, State.UNKNOWN), (EMPTY, State.UNKNOWN)):
        told = said(snapshot)
        assert told.state is state
        assert told.line.startswith(f"SES {state.name} - us-east-1 (prod): ")
        assert "\n" not in told.line
        assert told.line.count("|") <= 1


def test_an_open_alert_counts_unless_told() -> None:
    """An alert's sentence is the reason; with the thresholds alone it is not."""
    assert ALERT.alerts[0].message.rstrip(".") in said(ALERT).line
    few = ALERT._replace(reading=LIVE.reading)
    assert said(few, alerts=False).state is State.OK


def test_a_rate_outside_its_range_is_told_worst_first() -> None:
    """Over the critical range is CRITICAL, over the warning range alone WARNING."""
    only = {Metric.COMPLAINTS: Thresholds(Range.parse("0.001"), Range.parse("50"))}
    told = said(LIVE, thresholds=only)
    assert told.state is State.WARNING
    assert "is outside 0.001" in told.line
    only = {Metric.COMPLAINTS: Thresholds(Range.parse("0.001"), Range.parse("0.002"))}
    assert said(LIVE, thresholds=only).state is State.CRITICAL


def test_little_mail_is_not_judged() -> None:
    """One complaint in three mails is no alarm, and the line says why."""
    reading = Reading(LIVE.target, NOW, (points()[-1]._replace(attempts=3, complaints=1),))
    told = said(LIVE._replace(reading=reading, alerts=()))
    assert told.state is State.OK
    assert "of 3 mails in 24h, too few to judge (under 50)" in told.line
    assert "too few" not in said(LIVE).line


def test_the_side_of_a_range_is_told() -> None:
    """A range with '@' alerts inside of it, and the line says so."""
    (point,) = (points()[-1]._replace(attempts=1000, complaints=9),)
    recent = LIVE._replace(reading=Reading(LIVE.target, NOW, (point,)), alerts=())
    for text, words in (
        ("@0.8:1", "0.900 % is inside 0.8:1"),
        ("0.5", "0.900 % is outside 0.5"),
        ("@0.9:", "0.900 % has reached 0.9 %"),
    ):
        assert words in said(recent, thresholds={Metric.COMPLAINTS: Thresholds(None, Range.parse(text))}).line


@given(st.integers(1, 9_999), st.integers(1, 100))
def test_a_threshold_is_exact_where_a_rate_equals_it(complaints: int, times: int) -> None:
    """A rate of so many in 10,000 reaches that percentage and is not above it, whatever binary fractions make of it."""
    (point,) = (points()[-1]._replace(attempts=10_000 * times, complaints=complaints * times, bounces=0),)
    recent = LIVE._replace(reading=Reading(LIVE.target, NOW, (point,)), alerts=())
    percentage = f"{complaints // 100}.{complaints % 100:02}"
    for text, state in ((f"@{percentage}:", State.CRITICAL), (percentage, State.OK)):
        assert said(recent, thresholds={Metric.COMPLAINTS: Thresholds(None, Range.parse(text))}).state is state


def test_points_that_were_dropped_are_told_where_none_is_left() -> None:
    """No data point for want of mail, and none that could be used, are not the same."""
    reading = Reading(LIVE.target, NOW, (), notes=("1 point dropped: impossible counter",))
    told = said(LIVE._replace(reading=reading, alerts=()))
    assert (told.state, "1 point dropped" in told.line) == (State.UNKNOWN, True)


def test_figures_are_in_the_guidelines_form() -> None:
    """Each figure is label=value[unit];warn;crit;min;max, and rates are percent."""
    figures = said(LIVE).line.partition(" | ")[2].split(" ")
    form = re.compile(r"^'?[^'=]+'?=(U|-?[\d.]+)%?;[^;]*;[^;]*;0(;100)?$")
    assert len(figures) == 5
    assert all(form.match(figure) for figure in figures)
    assert figures[0].startswith("bounces=")
    assert ";@5:;@10:;0;100" in figures[0]


def test_several_targets_are_one_line_with_the_worst_state() -> None:
    """What burns comes before what is not known, and figures carry the Region."""
    assert said(LIVE, STALE).state is State.UNKNOWN
    told = said(ALERT, STALE._replace(target=Target("eu-west-1")), NORTH)
    assert told.state is State.CRITICAL
    assert "'us-east-1 complaints'=" in told.line


def test_every_label_is_there_once() -> None:
    """Targets of one Region have profile or account in their labels, else a number; no name breaks a label."""
    named = [("a", "1"), ("it's=|", "1"), (None, "1"), (None, None), (None, None)]
    told = said(*(LIVE._replace(target=Target("us-east-1", *one)) for one in named), NORTH)
    labels = re.findall(r"('[^']*')=", told.line.partition(" | ")[2])
    assert len(labels) == len(set(labels)) == 6 * 5
    for who in ("a ", "it-s-- ", "1 ", "", "#2 "):
        assert f"'us-east-1 {who}bounces'" in labels
    assert "'eu-north-1 bounces'" in labels
    assert told.line.count("|") == 1


def test_no_rate_is_u() -> None:
    """A rate of no mail is 'U', as the guidelines have it."""
    reading = Reading(LIVE.target, NOW, (points()[-1]._replace(attempts=0, bounces=0, complaints=0, rejects=0),))
    assert "complaints=U;" in said(LIVE._replace(reading=reading, alerts=())).line
    assert math.isclose(Counts(1000, 0, 1, 0).rate(Metric.COMPLAINTS) or 0, 0.001)
