"""Every alert in one sentence that is true."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon.alerts import sentences
from sesmon.alerts.limits import LIMITS, Breach, Forecast
from sesmon.alerts.silence import Silence
from sesmon.alerts.spikes import Finding
from sesmon.model import SLOT, Counts, Metric

START = datetime(2026, 3, 2, 14, 13, tzinfo=UTC)
REVIEW, PAUSE = LIMITS[:2]


def when(slot: int) -> datetime:
    """When a slot begins."""
    return START + SLOT * slot


def test_a_spike_says_what_since_when_the_usual_and_how_unlikely() -> None:
    """The sentence that was promised."""
    found = Finding(0, 2, 31, 1.2, 0.0005, 3e-10)
    assert sentences.of_spike(Metric.COMPLAINTS, found, 2410, when) == (
        "31 complaints in 2,410 sends (1.29 %) since 14:13 UTC; your usual is 0.050 %, so 1.2 were to be expected;"
        " by chance once in 10^9 at most."
    )


@pytest.mark.parametrize("sent", [0, 100])
def test_answers_to_older_mail_are_given_no_rate(sent: int) -> None:
    """Where most of the mail that they answer is older than the window, its own mail makes no rate."""
    text = sentences.of_spike(Metric.BOUNCES, Finding(1, 2, 149, 48.6, 0.0154, 1e-5), sent, when)
    assert text.startswith("149 bounces since 14:28 UTC, mostly for mail of the hours before; your usual is 1.54 %")
    assert "sends" not in text


def test_no_rate_is_above_one() -> None:
    """More answers than mails are no rate of these, but answers to older mail."""
    text = sentences.of_spike(Metric.BOUNCES, Finding(0, 1, 100, 0.4, 0.0163, 1e-96), 20, when)
    assert text.startswith(
        "100 bounces since 14:13 UTC, more than its 20 sends: some are for mail of the hours before;"
    )
    assert "(500 %)" not in text


def test_answers_to_no_mail_are_told() -> None:
    """Complaints of an account that has sent nothing for weeks are told, and divide by nothing."""
    text = sentences.of_spike(Metric.COMPLAINTS, Finding(0, 3, 3, 0.0, 0.0005, 0.0), 0, when)
    assert text.startswith("3 complaints since 14:13 UTC, for mail that is not listed; your usual is")


def test_answers_that_are_still_to_come_are_given_no_rate() -> None:
    """Where the window's mail has hardly been answered yet, a rate of it would be too low to be told."""
    found = Finding(0, 1, 9, 0.4, 0.0005, 1e-7)
    text = sentences.of_spike(Metric.COMPLAINTS, found, 50_000, when)
    assert "9 complaints since 14:13 UTC, while most answers to its 50,000 sends are still to come;" in text


@given(st.floats(1e-320, 0.099))
def test_no_chance_is_told_smaller_than_it_is(chance: float) -> None:
    """The figure is rounded towards the likelier, and is within a factor of ten."""
    text = sentences.of_spike(Metric.REJECTS, Finding(0, 1, 5, 0.1, 0.001, chance), 100, when)
    told = re.search(r"once in (?:10\^(\d+)|([\d,]+)) at most\.$", text)
    assert told
    power = int(told[1]) if told[1] else math.log10(int(told[2].replace(",", "")))
    assert math.log10(chance) <= -power + 1e-9 <= math.log10(chance) + 1 + 1e-6


def test_a_chance_that_is_not_tiny_is_told_in_figures() -> None:
    """Below a million the figure itself is told, two digits of it."""
    text = sentences.of_spike(Metric.REJECTS, Finding(0, 1, 5, 0.1, 0.001, 1 / 8765), 100, when)
    assert text.endswith("by chance once in 8,700 at most.")


def test_a_chance_of_none_is_never() -> None:
    """What the arithmetic cannot tell from never is said to be practically that."""
    text = sentences.of_spike(Metric.REJECTS, Finding(0, 1, 10**6, 0.1, 0.001, 0.0), 10**6, when)
    assert text.endswith("by chance practically never.")


def test_a_great_expectation_is_a_whole_number() -> None:
    """Tenths of a mail are told of small expectations only."""
    text = sentences.of_spike(Metric.BOUNCES, Finding(0, 1, 9000, 1234.5, 0.01, 1e-9), 120_000, when)
    assert "so 1,234 were to be expected" in text


def test_a_breach_over_a_day_names_the_window_the_limit_and_what_aws_does() -> None:
    """Count, mail, window, rate and consequence."""
    breach = Breach(REVIEW, 0, 96, Counts(9000, complaints=45), 9000, is_volume=False)
    assert sentences.of_limit(breach, None, when) == (
        "45 complaints in 9,000 sends in the 24 h from 2026-03-02 14:13 UTC (0.500 %): over the 0.1 % at which AWS may"
        " review the account."
    )


def test_complaints_about_older_mail_are_held_against_it() -> None:
    """Where the count may answer more mail than the window's, that mail is named, and the rate is of it."""
    breach = Breach(REVIEW, 0, 96, Counts(9000, complaints=45), 15_000, is_volume=False)
    text = sentences.of_limit(breach, None, when)
    assert "in the 24 h from 2026-03-02 14:13 UTC, held against the 15,000 that they may answer (0.300 %)" in text


def test_a_breach_over_the_volume_says_since_which_day() -> None:
    """The representative volume can reach back for days, so its start has a date."""
    breach = Breach(PAUSE, 0, 400, Counts(10_120, complaints=81), 10_120, is_volume=True)
    assert sentences.of_limit(breach, None, when) == (
        "81 complaints over the last 10,120 sends, since 2026-03-02 14:13 UTC (0.800 %): over the 0.5 % at which AWS"
        " may pause sending."
    )


def test_a_forecast_says_when_and_after_how_many_more() -> None:
    """The next limit, the time at this pace, and what still fits."""
    breach = Breach(REVIEW, 0, 96, Counts(9000, complaints=45), 9000, is_volume=False)
    assert sentences.of_limit(breach, Forecast(PAUSE, 377, 7.0), when).endswith(
        "; at this pace 0.5 % is met in 7 h, after 377 more."
    )


@pytest.mark.parametrize(
    ("sent", "start"), [(0, "No mail for "), (1, "Only 1 mail for "), (1200, "Only 1,200 mails for ")]
)
def test_a_silence_says_what_is_left_and_what_is_usual(sent: int, start: str) -> None:
    """What came, for how long, since when, and what the same hour of earlier days saw."""
    assert sentences.of_silence(Silence(0, 6, sent, 8, 3024, 3730.5), when) == (
        f"{start}1 h 30 min, since 14:13 UTC; on 8 earlier days like this one the least in an hour at this time was"
        " 3,024, and 3,730 were usual."
    )


def test_a_silence_of_days_names_the_day() -> None:
    """From a day on the time of day alone would say nothing."""
    assert ", since 2026-03-02 14:13 UTC; " in sentences.of_silence(Silence(0, 96, 0, 8, 3024, 3730.5), when)
