"""Every alert explains itself in one sentence, and claims no more than the method gives."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime

from sesmon import wording
from sesmon.alerts.limits import Breach, Forecast
from sesmon.alerts.silence import QUIET, Silence
from sesmon.alerts.spikes import Finding
from sesmon.model import Metric

_PLAIN_POWERS = 6
"""From a million on a chance is told as a power of ten."""

When = Callable[[int], datetime]
"""When a slot begins."""


def of_spike(metric: Metric, found: Finding, sent: int, when: When) -> str:
    """What was counted since when, the usual rate, what it would have come to, and how unlikely that is."""
    what = f"{wording.count(found.counted)} {metric.label.lower()}"
    since = f"since {_clock(when(found.start))}"
    # Where most of the mail that they answer is older than the window, or has hardly been answered yet, a rate of the
    # window's own mail means nothing.
    if not sent and not found.exposed:
        head = f"{what} {since}, for mail that is not listed"
    elif sent < found.exposed / 2:
        head = f"{what} {since}, mostly for mail of the hours before"
    elif sent > found.exposed * 2:
        head = f"{what} {since}, while most answers to its {wording.count(sent)} sends are still to come"
    elif sent < found.counted:
        head = f"{what} {since}, more than its {wording.count(sent)} sends: some are for mail of the hours before"
    else:
        head = f"{what} in {wording.count(sent)} sends ({wording.percent(found.counted / sent)}) {since}"
    usual = f"your usual is {wording.percent(found.usual_rate)}, so {_few(found.expected)} were to be expected"
    return f"{head}; {usual}; by chance {_chance(found.chance)}."


def of_limit(breach: Breach, forecast: Forecast | None, when: When) -> str:
    """What was counted, over which window, which limit that is over, and when the next one would be met."""
    counts, metric = breach.counts, breach.limit.metric
    window = (
        f"over the last {wording.count(counts.attempts)} sends, since {_dated(when(breach.start))}"
        if breach.is_volume
        else f"in {wording.count(counts.attempts)} sends in the 24 h from {_dated(when(breach.start))}"
    )
    if breach.exposed > counts.attempts:
        window += f", held against the {wording.count(breach.exposed)} that they may answer"
    text = (
        f"{wording.count(counts.of(metric))} {metric.label.lower()} {window} ({wording.percent(breach.rate)}):"
        f" over the {breach.limit.rate * 100:g} % at which {breach.limit.consequence}"
    )
    return f"{text}; {of_forecast(forecast)}." if forecast else f"{text}."


def of_forecast(forecast: Forecast) -> str:
    """'at this pace 0.5 % is met in 7 h, after 377 more'."""
    length = wording.duration(forecast.hours * 3600)
    return f"at this pace {forecast.limit.rate * 100:g} % is met in {length}, after {wording.count(forecast.more)} more"


def of_silence(silence: Silence, when: When) -> str:
    """What is missing, and what this hour of the week usually sees."""
    hours = (silence.end - silence.start) / QUIET
    mails = f"only {wording.count(silence.sent)} mail{'s' * (silence.sent > 1)}" if silence.sent else "no mail"
    habit = (
        f"on {silence.days} earlier days like this one the least in an hour at this time was "
        f"{wording.count(silence.least)}, and {wording.count(round(silence.usual))} were usual"
    )
    length, start = wording.duration(hours * 3600), when(silence.start)
    since = _clock(start) if hours < 24 else _dated(start)
    return f"{mails[0].upper()}{mails[1:]} for {length}, since {since}; {habit}."


def _clock(time: datetime) -> str:
    return f"{wording.clock_time(time, UTC)} UTC"


def _dated(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _few(expected: float) -> str:
    return f"{expected:.1f}" if expected < 100 else wording.count(round(expected))


def _chance(chance: float) -> str:
    """'once in 8,000 at most', 'once in 10^9 at most': the bound is rounded towards the likelier."""
    if chance <= 0:
        return "practically never"
    power = math.floor(-math.log10(chance))
    if power < 1:
        return "not unlikely"
    if power >= _PLAIN_POWERS:
        return f"once in 10^{power} at most"
    size: int = 10 ** max(0, power - 1)
    return f"once in {wording.count(math.floor(1 / chance / size) * size)} at most"
