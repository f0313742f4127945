"""What a watch adds to its evidence: holding, severity, and the mail that is held to account."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesmon.alerts.settings import Settings
from sesmon.alerts.timeline import Timeline
from sesmon.alerts.watches import LimitWatch, SilenceWatch, SpikeWatch, Watch
from sesmon.model import AlertKind, Change, Counts, Metric, Severity
from tests.alerts.senders import DAY, START, Sender, Trait, at, campaigns, day_and_night

C = Metric.COMPLAINTS
Told = list[tuple[int, Change, Severity]]


def watches(settings: Settings | None = None, metric: Metric = C) -> tuple[Timeline, list[Watch]]:
    """A timeline with the three watches of a metric."""
    settings = settings or Settings()
    timeline = Timeline(START)
    spikes = SpikeWatch(metric, settings, timeline)
    return timeline, [spikes, LimitWatch(spikes.habit, metric, settings, timeline), SilenceWatch(timeline)]


def live(timeline: Timeline, watching: list[Watch], counts: list[Counts]) -> None:
    """Let them live through counts."""
    timeline.live(counts)
    for watch in watching:
        watch.live(counts, over=len(timeline))


def limit_turns(counts: list[Counts], settings: Settings | None = None, metric: Metric = C) -> Told:
    """What became of breaches."""
    timeline, watching = watches(settings, metric)
    live(timeline, watching, counts)
    return [(slot, change, alert.severity) for slot, change, alert in watching[1].turns()]


def test_a_rate_over_a_limit_is_raised_held_and_cleared() -> None:
    """Complaints at four times the review rate raise a warning, cleared when the day's mail has diluted them."""
    counts = [*[Counts(100, 1, 0)] * 20, *[Counts(500, 5, 2)] * 20, *[Counts(500, 5, 0)] * (2 * DAY)]
    turns = limit_turns(counts, Settings(volume=10**9))
    assert [(change, severity) for _, change, severity in turns] == [
        (Change.RAISED, Severity.WARNING),
        (Change.CLEARED, Severity.WARNING),
    ]
    raised, cleared = turns[0][0], turns[1][0]
    assert 20 < raised < 40
    # Forty complaints are under nine tenths of 0.1 % once the day holds 44,444 mails.
    assert cleared == pytest.approx(20 + 44_444 / 500 + 8, abs=6)


def test_a_rate_over_the_pause_limit_escalates() -> None:
    """A warning at 0.1 % becomes critical when the rate is surely over 0.5 %."""
    counts = [*[Counts(1000, 10, 0)] * 30, *[Counts(1000, 10, 12)] * 40]
    assert [turn[1:] for turn in limit_turns(counts, Settings(volume=5000))] == [
        (Change.RAISED, Severity.WARNING),
        (Change.ESCALATED, Severity.CRITICAL),
    ]


def test_a_window_with_little_mail_is_held_against_no_limit() -> None:
    """Below the minimum of mail or of complaints no rate is over a limit, however high."""
    assert limit_turns([Counts(10, 0, 3)] * 4) == []
    assert limit_turns([Counts(40, 0, 1)] * 2) == []
    assert limit_turns([Counts(15, 0, 3)] * 4) != []
    assert limit_turns([Counts(15, 0, 3)] * 4, Settings(minimum_mail=1000)) == []


def test_days_without_mail_are_judged_by_the_mail_before() -> None:
    """Over the representative volume a breach is seen though it took longer than a day to send so much."""
    counts = [Counts(3, 0, int(slot % 48 == 0)) for slot in range(6 * DAY)]
    timeline, watching = watches(Settings(volume=1000))
    live(timeline, watching, counts)
    (alert,) = [alert for alert in watching[1].alerts() if alert.is_open]
    assert alert.severity is Severity.WARNING
    assert "over the last 1,00" in alert.message
    assert limit_turns(counts, Settings(volume=10**6)) == []


def test_complaints_about_yesterdays_campaign_are_held_against_its_mail() -> None:
    """A day that holds the complaints about a campaign but not its mail is over no limit."""
    sender = Sender(campaigns(50_000, [DAY + 40, 4 * DAY + 40]), complaints=Trait(0.0006, 0.0, 40))
    for seed in range(3):
        assert limit_turns(sender.counts(f"yesterday/{seed}", 7 * DAY)) == []


def test_a_warning_forecasts_the_next_limit() -> None:
    """While complaints go on, the sentence says when the next limit is met; once they or the breach are over, not."""
    timeline, watching = watches(Settings(volume=10**9))
    live(timeline, watching, [*[Counts(1000, 10, 0)] * 40, *[Counts(1000, 10, 8)] * 24])
    (alert,) = watching[1].alerts()
    assert "at this pace 0.5 % is met in" in alert.message
    live(timeline, watching, [Counts(1000, 10, 0)] * 4)
    (alert,) = watching[1].alerts()
    assert alert.is_open
    assert "pace" not in alert.message
    live(timeline, watching, [Counts(1000, 10, 0)] * (2 * DAY))
    (alert,) = watching[1].alerts()
    assert not alert.is_open
    assert "pace" not in alert.message


def test_a_limit_that_a_window_has_met_is_not_forecast_by_the_other() -> None:
    """Where the newest mail has the next limit's rate, though it is not surely over it, no time to it is told."""
    timeline, watching = watches(Settings(volume=2000))
    live(timeline, watching, [*[Counts(1000, 10, 0)] * 60, *[Counts(1000, 10, 4)] * 35])
    (alert,) = watching[1].alerts()
    assert "at this pace 0.5 % is met in" not in alert.message
    live(timeline, watching, [Counts(1000, 10, 6)])
    (alert,) = watching[1].alerts()
    assert (alert.is_open, alert.severity) == (True, Severity.WARNING)
    assert "pace" not in alert.message


def test_a_breach_is_told_by_the_window_with_the_highest_rate() -> None:
    """Of a day and the representative volume, both surely over a limit, the sentence tells the worse."""
    timeline, watching = watches(Settings(volume=20_000))
    live(timeline, watching, [*[Counts(1000, 10, 0)] * 60, *[Counts(1000, 10, 4)] * 30])
    (alert,) = watching[1].alerts()
    assert "80 complaints over the last 20,000 sends" in alert.message


def test_a_spike_over_the_pause_limit_is_critical_and_another_a_warning() -> None:
    """A window whose rate is surely over 0.5 % is critical; ten times a tiny rate is but a warning."""
    calm = Sender(day_and_night(20_000), complaints=Trait(0.00005)).counts("severity", 5 * DAY)
    for complaints, severity in ((40, Severity.WARNING), (400, Severity.CRITICAL)):
        timeline, watching = watches()
        live(timeline, watching, [*calm, Counts(20_000, 300, complaints)])
        (alert,) = [alert for alert in watching[0].alerts() if alert.is_open]
        assert (alert.kind, alert.severity) == (AlertKind.SPIKE, severity)


def test_a_spike_goes_on_while_it_is_still_unlikely() -> None:
    """What would raise no alert of its own keeps one open, and the clearing says when the last of it was."""
    calm = [Counts(4000, 60, 1 if slot % 2 else 0) for slot in range(5 * DAY)]
    timeline, watching = watches()
    live(timeline, watching, [*calm, Counts(4000, 60, 40), *[Counts(4000, 60, 5)] * 12, *calm[:40]])
    (alert,) = watching[0].alerts()
    assert alert.since == at(5 * DAY)
    assert alert.until is not None
    assert at(5 * DAY + 12) <= alert.until <= at(5 * DAY + 17)


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from([(0, 0, 0, 0), (1000, 10, 0, 0), (1000, 200, 30, 9), (50, 0, 2, 0)]), max_size=40),
    st.integers(0, 40),
    st.lists(st.sampled_from([(0, 0, 0, 0), (9000, 0, 900, 0)]), max_size=20),
)
def test_what_is_taken_back_never_was(
    recent: list[tuple[int, int, int, int]], slot: int, other: list[tuple[int, int, int, int]]
) -> None:
    """Taken back to a slot and lived again, every watch tells the same alerts and turns."""
    past = [Counts(1000 + slot % 7, 10, slot % 3 == 0) for slot in range(8 * DAY)]
    whole = [*past, *(Counts(*four) for four in recent)]
    kept = min(8 * DAY + slot, len(whole))
    timeline, watching = watches()
    live(timeline, watching, [*whole[:kept], *(Counts(*four) for four in other)])
    timeline.forget_from(kept)
    for watch in watching:
        watch.forget_from(kept)
    live(timeline, watching, whole[kept:])
    straight, again = watches()
    live(straight, again, whole)
    for one, two in zip(watching, again, strict=True):
        assert one.turns() == two.turns()
        assert one.alerts() == two.alerts()


def test_a_breach_is_as_bad_as_its_rate() -> None:
    """The peak of a breach is the slot in which the rate over the window was highest."""
    timeline, watching = watches(Settings(volume=10**9))
    live(timeline, watching, [*[Counts(500, 5, 0)] * 10, *[Counts(500, 5, 3)] * 20, *[Counts(500, 5, 0)] * 20])
    (alert,) = watching[1].alerts()
    assert alert.peak == at(29)
