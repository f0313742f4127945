"""The list of alerts, and what makes the terminal ring."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sesmon.model import Alert, Change, Event, Severity, Snapshot
from sesmon.tui.alarm import Alarm
from tests.tui.harness import Stage, stage
from tests.tui.scenes import ALERT, LIVE, PAST_ALERT, SPIKE_ALERT

WARNING = SPIKE_ALERT._replace(severity=Severity.WARNING)


def telling(snapshot: Snapshot, *events: tuple[Change, Alert]) -> Snapshot:
    """The snapshot with further events."""
    made = tuple(Event(alert.raised, change, alert) for change, alert in events)
    return snapshot._replace(events=(*snapshot.events, *made))


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the bells."""
    rung: list[int] = []
    monkeypatch.setattr("sesmon.tui.app.SesmonApp.bell", lambda _app: rung.append(1))
    return rung


def notices(on: Stage) -> list[str]:
    """What is noticed on the screen."""
    return [notice.message for notice in on.app._notifications]


async def test_the_pane_lists_open_alerts_first_with_their_sentences() -> None:
    """Each alert is a line: sign, severity, metric, kind, since, length, peak, state, sentence."""
    async with stage(ALERT, size=(200, 50)) as on:
        lines = on.screen_lines()
        title = next(place for place, line in enumerate(lines) if "Alerts: 1 open, 1 past" in line)
        first, second = lines[title + 1], lines[title + 2]
        for words in ("◆ critical", "Complaints", "spike", "03-16 12:11", "1 h 56 min", "03-16 13:41", "open"):
            assert words in first
        assert SPIKE_ALERT.message in first
        assert "▲ warning" in second
        assert "over" in second
        assert PAST_ALERT.message in second


async def test_a_healthy_account_has_no_pane() -> None:
    """Without an alert the room is the table's."""
    async with stage(LIVE._replace(alerts=())) as on:
        assert not on.main.alerts.display or on.main.alerts.size.height == 0
        assert "Alerts:" not in on.screen_text()


async def test_learning_is_said() -> None:
    """With too little past the pane says that it learns, and how much longer."""
    async with stage(LIVE._replace(alerts=(), learning=timedelta(hours=14))) as on:
        assert "learning your habit: 14 h" in on.screen_text()


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 15)])
async def test_keys_go_to_the_pane_and_back(size: tuple[int, int]) -> None:
    """A leads into the pane, where rows are chosen; enter goes to the chosen alert, and the keys to the table."""
    async with stage(ALERT, size=size) as on:
        await on.press("A")
        text = " ".join(on.screen_text().split())
        assert SPIKE_ALERT.message[:40] in text
        await on.press("j", "enter")
        assert not on.main.alerts.is_active
        assert on.main.table.cursor_time == PAST_ALERT.peak
        assert on.main.view.metric is PAST_ALERT.metric
        await on.press("A", "g", "escape", "g")
        assert on.main.table.cursor_place == 0


async def test_a_raised_alert_rings_once_and_is_noticed(bells: list[int]) -> None:
    """One bell and one notice for what is new, none for what was told, cleared or told again."""
    async with stage(LIVE) as on:
        raised = telling(ALERT, (Change.RAISED, SPIKE_ALERT))
        await on.publish(raised)
        assert (len(bells), notices(on)) == (1, [SPIKE_ALERT.message])
        await on.publish(raised._replace(now_mark=1060.0))
        await on.publish(telling(raised, (Change.CLEARED, PAST_ALERT)))
        assert (len(bells), len(notices(on))) == (1, 1)


async def test_several_alerts_at_once_are_one_bell(bells: list[int]) -> None:
    """However many are raised together, it rings once, with a notice for each metric."""
    async with stage(LIVE) as on:
        await on.publish(telling(ALERT, (Change.RAISED, WARNING), (Change.RAISED, PAST_ALERT)))
        assert (len(bells), len(notices(on))) == (1, 2)


async def test_acknowledging_silences_that_alert_only(bells: list[int]) -> None:
    """An acknowledged alert that grows worse does not ring; another does."""
    async with stage(ALERT._replace(alerts=(WARNING, PAST_ALERT))) as on:
        await on.press("y")
        assert "open, ack." in on.screen_text()
        worse = telling(ALERT, (Change.ESCALATED, SPIKE_ALERT))
        await on.publish(worse)
        assert bells == []
        await on.publish(telling(worse, (Change.RAISED, PAST_ALERT)))
        assert len(bells) == 1
        await on.press("y")
        assert on.main.alarm.acknowledged == frozenset()


async def test_bell_and_notices_can_be_turned_off(bells: list[int]) -> None:
    """With both off a raised alert is on the screen, and makes no other fuss."""
    async with stage(LIVE) as on:
        on.main.board = on.main.board.seen_through(on.main.view._replace(rings=False, notifies=False))
        await on.publish(telling(ALERT, (Change.RAISED, SPIKE_ALERT)))
        assert bells == []
        assert notices(on) == []
        assert "◆ 1 alert" in on.screen_text()


async def test_a_frozen_view_rings_all_the_same(bells: list[int]) -> None:
    """Freezing holds the data still, not the bell."""
    async with stage(LIVE) as on:
        await on.press("p")
        await on.publish(telling(ALERT, (Change.RAISED, SPIKE_ALERT)))
        assert len(bells) == 1


def test_news_is_the_worst_of_each_metric() -> None:
    """Of several events of one metric the worst is told."""
    after = telling(LIVE, (Change.RAISED, WARNING), (Change.RAISED, SPIKE_ALERT))
    assert [event.alert for event in Alarm().news(LIVE, after)] == [SPIKE_ALERT]
