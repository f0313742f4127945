"""One line by the Monitoring Plugins guidelines (monitoring-plugins.org/doc/guidelines.html): state, words, figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple, Self

from sesmon import wording
from sesmon.model import Metric, Severity, Snapshot, Target
from sesmon.reports.summary import RATED, Summary, distinct, summarised


class State(IntEnum):
    """A plugin's exit status."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


_RANK = (State.OK, State.UNKNOWN, State.WARNING, State.CRITICAL)
"""From the best to the worst, for several targets: what is known to burn comes before what is not known."""


_NO_LABEL = str.maketrans("'=|", "---")


class Range(NamedTuple):
    """A threshold of the guidelines, '[@][start:][end]': outside of it (with '@' inside) is an alert."""

    start: float
    end: float
    inside: bool
    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """A range as the guidelines write it; a lone number is 0 to that number.

        Raises:
            ValueError: for anything else.
        """
        inside = text.startswith("@")
        first, colon, last = text.removeprefix("@").partition(":")
        if not colon:
            first, last = "0", str(float(first))
        start = -math.inf if first == "~" else float(first)
        end = math.inf if last == "" else float(last)
        if start > end or math.isnan(start) or math.isnan(end):
            raise ValueError(text)
        return cls(start, end, inside, text)

    def alerts(self, value: float) -> bool:
        """Whether the value is one to alert at."""
        is_within = self.start <= value <= self.end
        return is_within if self.inside else not is_within

    @property
    def words(self) -> str:
        """What is said of a rate to alert at."""
        if self.inside and self.end == math.inf:
            return f"has reached {self.start:g} %"
        return f"is {'inside' if self.inside else 'outside'} {self.text.removeprefix('@')}"


class Thresholds(NamedTuple):
    """The ranges of a metric's rate in percent; None judges nothing."""

    warning: Range | None
    critical: Range | None


class Answer(NamedTuple):
    """What the plugin says, and its exit status."""

    state: State
    line: str


def answer(
    snapshots: Sequence[Snapshot],
    thresholds: Mapping[Metric, Thresholds],
    *,
    window: str,
    minimum_mail: int,
    with_alerts: bool,
) -> Answer:
    """One line for all targets: the worst of their states.

    A rate is held against its thresholds where the window has `minimum_mail` delivery attempts; `with_alerts` counts
    open alerts in as well. A target that was not read, or has no data point, is UNKNOWN.
    """
    parts = [_target(snapshot, thresholds, window, minimum_mail, with_alerts=with_alerts) for snapshot in snapshots]
    state = max((part[0] for part in parts), key=_RANK.index, default=State.UNKNOWN)
    words = "; ".join(part[1] for part in parts)
    prefixes = _prefixes([snapshot.target for snapshot in snapshots])
    perfdata = " ".join(
        _perfdata(part[2], thresholds, window, prefix)
        for part, prefix in zip(parts, prefixes, strict=True)
        if part[2] is not None
    )
    line = f"SES {state.name} - {words}".replace("|", "/")
    return Answer(state, f"{line} | {perfdata}" if perfdata else line)


def _target(
    snapshot: Snapshot, thresholds: Mapping[Metric, Thresholds], window: str, minimum_mail: int, *, with_alerts: bool
) -> tuple[State, str, Summary | None]:
    target = snapshot.target
    who = f"{target.region or 'no Region'}{f' ({target.profile})' if target.profile else ''}"
    if snapshot.failure is not None:
        return State.UNKNOWN, f"{who}: {snapshot.failure.sentences}", None
    summary = summarised(snapshot)
    if summary is None or summary.newest is None:
        dropped = "".join(f"; {note}" for note in snapshot.reading.notes) if snapshot.reading else ""
        return State.UNKNOWN, f"{who}: no data point: SES counted no mail in two weeks{dropped}", None
    counts = summary.windows[window]
    state, reasons = State.OK, []
    for metric, limits in thresholds.items():
        rate = counts.rate(metric)
        if rate is None or counts.attempts < minimum_mail:
            continue
        # Exact at a threshold too: 7 in 10,000 times 100 is less than 0.07 in binary.
        percent = round(rate * 100, 12)
        for severity, limit in ((State.CRITICAL, limits.critical), (State.WARNING, limits.warning)):
            if limit is not None and limit.alerts(percent):
                state = max(state, severity)
                reasons.append(f"{metric.label.lower()} {wording.percent(rate)} {limit.words}")
                break
    for alert in summary.open_alerts if with_alerts else ():
        state = max(state, State.CRITICAL if alert.severity is Severity.CRITICAL else State.WARNING)
        reasons.append(alert.message.rstrip("."))
    rates = ", ".join(f"{metric.label.lower()} {wording.percent(counts.rate(metric))}" for metric in RATED)
    sent = f"{rates} of {wording.count(counts.attempts)} mails in {window}"
    if counts.attempts < minimum_mail:
        sent += f", too few to judge (under {wording.count(minimum_mail)})"
    return state, f"{who}: {'; '.join(reasons)}; {sent}" if reasons else f"{who}: {sent}", summary


def _perfdata(summary: Summary | None, thresholds: Mapping[Metric, Thresholds], window: str, prefix: str) -> str:
    if summary is None:
        return ""
    counts = summary.windows[window]
    out = []
    for metric in RATED:
        rate = counts.rate(metric)
        limits = thresholds.get(metric, Thresholds(None, None))
        value = "U" if rate is None else f"{rate * 100:.4f}%"
        ranges = ";".join(limit.text if limit else "" for limit in limits)
        out.append(f"{_label(prefix, metric.value)}={value};{ranges};0;100")
    out.append(f"{_label(prefix, 'attempts')}={counts.attempts};;;0")
    out.append(f"{_label(prefix, 'alerts')}={len(summary.open_alerts)};;;0")
    return " ".join(out)


def _prefixes(targets: Sequence[Target]) -> list[str]:
    """What stands before each target's labels: its Region, and who it is where several are read in that Region."""
    if len(targets) == 1:
        return [""]
    often = Counter(target.region for target in targets)
    who = [target.profile or target.account or "" if often[target.region] > 1 else "" for target in distinct(targets)]
    return [" ".join(filter(None, (target.region, one))) + " " for target, one in zip(targets, who, strict=True)]


def _label(prefix: str, name: str) -> str:
    """A label with a blank stands in quotes, and holds none, nor what ends it."""
    return f"'{prefix.translate(_NO_LABEL)}{name}'" if prefix else name
