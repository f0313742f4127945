"""What the keys and the data do to the main screen."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from textual.events import Key
from textual.screen import ModalScreen

from sesmon import wording
from sesmon.alerts.limits import LIMITS, REPRESENTATIVE_VOLUME, Forecast, headroom
from sesmon.model import Alert, DataPoint, Metric, Origin, Phase, Reading, Severity, Snapshot, Target
from sesmon.series import Step
from sesmon.tui.actions import ACTIONS
from sesmon.tui.columns import SORTS
from sesmon.tui.render import plot
from sesmon.tui.screens.details import DetailsScreen
from sesmon.tui.screens.help import HelpScreen
from sesmon.tui.themes import SEVERITY_ROLES
from sesmon.tui.view import LONG_WINDOWS, WINDOWS, Board
from sesmon.tui.widgets import trend
from sesmon.tui.widgets.banner import Banner
from sesmon.tui.widgets.card import Card
from sesmon.tui.widgets.standing import StandingLine
from tests.tui.harness import Stage, height_in_sight, stage
from tests.tui.scenes import (
    ALERT,
    DENIED,
    EMPTY,
    HEALTHY,
    LIVE,
    LONG,
    NOW,
    PAST_ALERT,
    SPIKE_ALERT,
    STALE,
    TARGET,
    YEAR_OF_DAYS,
    following,
    later,
)

PAUSED = SPIKE_ALERT._replace(metric=Metric.BOUNCES)


async def test_before_the_first_reading_says_so() -> None:
    """Before anything was read the screen names the target and says that it waits."""
    async with stage() as on:
        text = on.screen_text()
        assert "us-east-1" in text
        assert "CONNECTING" in text
        assert "waiting for the first reading" in text
        assert on.feed.started


async def test_a_reading_fills_every_part() -> None:
    """One snapshot fills header, cards, chart and table."""
    async with stage(LIVE) as on:
        text = on.screen_text()
        assert "● LIVE" in text
        assert "account 123456789012" in text
        assert "read 14:07:00 UTC" in text
        assert "10 s old · next in 50 s" in text
        total = sum(point.attempts for point in HEALTHY if NOW - point.time <= timedelta(hours=24))
        assert wording.count(total) in text
        assert "review 0.1 %" in text
        assert "2026-03-16 13:56" in text


async def test_every_point_is_in_the_table() -> None:
    """The table holds each data point once, newest first."""
    async with stage(LIVE) as on:
        assert [row.start for row in on.main.table.rows] == [point.time for point in reversed(HEALTHY)]


async def test_an_account_without_mail_is_told_from_one_not_read() -> None:
    """An empty answer is good news, and not a wait."""
    async with stage(EMPTY) as on:
        text = on.screen_text()
        assert "no mail in two weeks" in text
        assert "● LIVE" in text


async def test_an_alert_is_seen_in_every_part_without_colour() -> None:
    """Header, banner, card and rows carry an open alert's sign."""
    async with stage(ALERT) as on:
        lines = on.screen_lines()
        assert "◆ 1 alert" in lines[0]
        assert on.main.query_one(Banner).text.startswith("◆ 180 complaints in 25,000 sends")
        assert on.main.query_one("#card-complaints", Card).severity is Severity.CRITICAL
        assert "◆ critical" in on.screen_text()
        assert sum("◆ complaints" in line for line in lines) >= 8


async def test_a_failure_keeps_the_last_good_data() -> None:
    """After a failure the sentence and its remedy stand beside the data, which are called stale."""
    async with stage(LIVE) as on:
        await on.publish(STALE)
        text = " ".join(on.screen_text().split())
        assert "✗ STALE" in text
        assert DENIED.message in text
        assert DENIED.remedy in text
        assert "2026-03-16 13:56" in text


async def test_a_hanging_call_makes_data_stale_by_itself() -> None:
    """Data that are several intervals old are stale though nothing was published."""
    async with stage(LIVE) as on:
        on.clock.mark = 1000.0 + 60 * 3 + 11
        on.main.tick()
        await on.pilot.pause()
        assert "✗ STALE" in on.screen_text()
        assert "3 min old" in on.screen_text()


async def test_a_failure_at_the_start_has_no_data_to_keep() -> None:
    """A first reading that fails says so, and invents nothing."""
    async with stage(STALE._replace(reading=None, read_mark=None, alerts=())) as on:
        text = on.screen_text()
        assert "✗ NO DATA" in text
        assert "last good data" not in text


async def test_a_demo_says_that_it_is_one() -> None:
    """Simulated data never look real."""
    async with stage(LIVE._replace(origin=Origin.DEMO)) as on:
        assert "DEMO" in on.screen_lines()[0]


async def test_a_replay_is_not_live() -> None:
    """A recording has its file's name in place of Region and profile, and neither age nor countdown."""
    of_a_file = LIVE._replace(target=Target("replay", "one.json"), origin=Origin.REPLAY)
    async with stage(of_a_file._replace(phase=Phase.ENDED, next_mark=None)) as on:
        text = "\n".join(on.screen_lines()[:2])
        assert "REPLAY one.json  " in text
        assert "RECORDED" in text
        assert "old" not in text
        assert "next in" not in text


async def test_notes_of_a_reading_are_shown() -> None:
    """What had to be mended in a reading is said in the header."""
    reading = Reading(LIVE.target, NOW, HEALTHY, notes=("2 points dropped: no timestamp",))
    async with stage(LIVE._replace(reading=reading)) as on:
        assert "2 points dropped: no timestamp" in on.screen_text()


async def test_the_table_follows_new_points_at_the_top() -> None:
    """With the cursor on the newest row, a new point takes the cursor along."""
    async with stage(LIVE) as on:
        new = following(LIVE, 2)
        await on.publish(later(LIVE, *new))
        assert on.main.table.cursor_time == new[-1].time
        assert on.main.table.scroll_offset.y == 0


async def test_a_reading_never_moves_the_readers_place() -> None:
    """Away from the top, cursor and scroll stay on the same records when points come in and old ones go."""
    async with stage(LIVE) as on:
        await on.press("pagedown", "pagedown", "j", "j")
        table = on.main.table
        cursor, top = table.cursor_time, table.rows[round(table.scroll_offset.y)].start
        await on.publish(later(LIVE, *following(LIVE, 3)))
        assert table.cursor_time == cursor
        assert table.rows[round(table.scroll_offset.y)].start == top


async def test_a_record_that_went_leaves_the_cursor_near_it() -> None:
    """When the record under the cursor leaves the two weeks, the cursor goes to the nearest that is left."""
    async with stage(LIVE) as on:
        await on.press("G")
        assert on.main.table.cursor_time == HEALTHY[0].time
        await on.publish(later(LIVE, *following(LIVE, 3)))
        assert on.main.table.cursor_time == HEALTHY[3].time


def is_in_sight(on: Stage) -> bool:
    """Whether the line under the cursor is on the screen."""
    table = on.main.table
    return 0 <= table.cursor_place - round(table.scroll_offset.y) < height_in_sight(on.main)


async def test_another_order_keeps_the_cursor_in_sight() -> None:
    """Sorted otherwise, the cursor is on the same record, and that is on the screen, wherever the order put it."""
    async with stage(LIVE) as on:
        await on.press("pagedown", "pagedown")
        cursor = on.main.table.cursor_time
        for key in ("s", "s", "o", "S", "o"):
            await on.press(key)
            assert on.main.table.cursor_time == cursor
            assert is_in_sight(on)


async def test_a_scroll_away_from_the_cursor_is_left_alone() -> None:
    """Who scrolled by the mouse is not taken back to the cursor by a reading."""
    async with stage(LIVE) as on:
        await on.press("down")
        on.main.table.scroll_to(y=300, animate=False, immediate=True)
        await on.publish(later(LIVE, *following(LIVE, 3)))
        assert on.main.table.scroll_offset.y == 303
        assert not is_in_sight(on)


async def test_the_list_of_alerts_leaves_the_cursor_in_sight_on_a_low_screen() -> None:
    """The table is no higher than the room that the list leaves it."""
    async with stage(ALERT, size=(80, 12)) as on:
        await on.press("A")
        on.main.table.move_to(len(on.main.table.rows) - 1)
        await on.pilot.pause()
        assert is_in_sight(on)


async def test_keys_move_the_cursor() -> None:
    """Arrows, vi keys, pages and ends move the cursor, and stop at the ends."""
    async with stage(LIVE) as on:
        table = on.main.table
        await on.press("down", "j", "k")
        assert table.cursor_place == 1
        await on.press("end")
        assert table.cursor_place == len(table.rows) - 1
        await on.press("down")
        assert table.cursor_place == len(table.rows) - 1
        await on.press("g", "up")
        assert table.cursor_place == 0


async def test_jumps_go_by_time_and_not_by_rows() -> None:
    """An hour and a day are jumped in time, over gaps too."""
    async with stage(LIVE) as on:
        table = on.main.table
        newest = table.cursor_time
        assert newest is not None
        await on.press("h")
        assert table.cursor_time == newest - timedelta(hours=1)
        await on.press("left_square_bracket")
        assert table.cursor_time == newest - timedelta(hours=25)
        await on.press("right_square_bracket", "l")
        assert table.cursor_time == newest


async def test_walking_alerts_takes_table_and_chart_along() -> None:
    """n goes to the next alert and N back: the chart shows its metric and reaches it, the table is on its peak."""
    async with stage(ALERT) as on:
        table = on.main.table
        await on.press("n")
        assert table.cursor_time == SPIKE_ALERT.peak
        await on.press("n")
        assert table.cursor_time == PAST_ALERT.peak
        assert on.main.view.metric is PAST_ALERT.metric
        assert on.main.board.window is not None
        assert on.main.board.window.start <= PAST_ALERT.since
        await on.press("n")
        assert table.cursor_time == PAST_ALERT.peak
        await on.press("N")
        assert (table.cursor_time, on.main.view.metric) == (SPIKE_ALERT.peak, SPIKE_ALERT.metric)


@pytest.mark.parametrize("place", range(len(SORTS)))
async def test_sorting_orders_by_the_column(place: int) -> None:
    """Every column sorts, highest first, and the other way round."""
    async with stage(LIVE) as on:
        await on.press(*["s"] * place)
        assert on.main.view.sort == SORTS[place]
        down = [row.start for row in on.main.table.rows]
        await on.press("o")
        assert [row.start for row in on.main.table.rows] == down[::-1]
        assert len(set(down)) == len(HEALTHY)


async def test_only_alerts_filters_rows() -> None:
    """The filter leaves only rows that an alert covers, and escape takes it away."""
    async with stage(ALERT) as on:
        await on.press("f")
        rows = on.main.table.rows
        assert 0 < len(rows) < 20
        assert all(on.main.table.mark(row).severity is not None for row in rows)
        await on.press("escape")
        assert len(on.main.table.rows) == len(HEALTHY)


async def test_rows_put_together_keep_the_totals() -> None:
    """Hourly and daily rows count what the points count."""
    async with stage(LIVE) as on:
        for step in (Step.HOUR, Step.DAY):
            await on.press("d")
            assert on.main.view.step is step
            assert sum(row.counts.attempts for row in on.main.table.rows) == sum(point.attempts for point in HEALTHY)


@pytest.mark.parametrize("number", range(1, len(WINDOWS) + 1))
async def test_windows_change_the_cards(number: int) -> None:
    """Each window's key shows that window's totals on the cards."""
    async with stage(LIVE) as on:
        await on.press(str(number))
        window = WINDOWS[number - 1]
        total = sum(point.complaints for point in HEALTHY if NOW - window <= point.time)
        assert on.main.board.total.complaints == total
        card = on.main.query_one("#card-complaints", Card)
        assert wording.span(window) in "".join(text for text, _ in card.lines(28, 6)[0])


async def test_plus_and_minus_stop_at_the_ends() -> None:
    """Zooming in time stops at the shortest and the longest window."""
    async with stage(LIVE) as on:
        await on.press(*["minus"] * 9)
        assert on.main.view.window == WINDOWS[0]
        await on.press(*["plus"] * 9)
        assert on.main.view.window == WINDOWS[-1]


@pytest.mark.parametrize(("key", "days"), [("7", 31), ("8", 91), ("9", 366), ("0", 401)])
async def test_long_windows_count_whole_days(key: str, days: int) -> None:
    """30d, 90d, 1y and all count and chart the days of the history, and the table has a row for each day (UTC)."""
    async with stage(LONG) as on:
        await on.press(key)
        assert on.main.board.total.attempts == sum(row.counts.attempts for row in YEAR_OF_DAYS[-days:])
        assert len(on.main.table.rows) == len(YEAR_OF_DAYS)
        assert f"{len(YEAR_OF_DAYS)} × daily" in on.screen_text()
        assert "Mon 2026-03-16" in on.screen_text()
        assert len(on.main.board.columns(Metric.COMPLAINTS, 100)) <= 100


async def test_a_window_beyond_the_history_is_refused_in_words() -> None:
    """Where the history does not reach so far back, the key says so and the window stays."""
    async with stage(LONG._replace(days=YEAR_OF_DAYS[-40:])) as on:
        await on.press("8")
        assert on.main.view.window == LONG_WINDOWS[1]
        await on.press("9")
        assert on.main.view.window == LONG_WINDOWS[1]
        assert "does not reach back further than 90d" in [*on.app._notifications][-1].message


async def test_plus_reaches_as_far_as_the_history() -> None:
    """Zooming out goes on beyond two weeks where the history does."""
    async with stage(LONG) as on:
        await on.press(*["plus"] * 12)
        assert on.main.view.window == LONG_WINDOWS[-1]
        await on.press(*["minus"] * 4)
        assert on.main.view.window == WINDOWS[-1]


@pytest.mark.parametrize(("size", "lines"), [((60, 15), 4), ((40, 10), 2), ((30, 8), 2)])
async def test_a_notice_leaves_a_low_screen_in_sight(size: tuple[int, int], lines: int) -> None:
    """On a low screen a notice begins with what it is about, takes a few lines, and leaves the state to be seen."""
    async with stage(LIVE, size=size, notices=True) as on:
        on.app.notify("long words " * 40, title="◆ critical: complaints", timeout=60.0)
        await on.pilot.pause()
        shown = on.screen_lines()
        assert "LIVE" in shown[0]
        assert len([line for line in shown if "▌" in line]) == lines
        assert any("◆ critical: complaints" in line for line in shown)


@pytest.mark.parametrize("gap", [0.0, 0.005, 0.02])
async def test_a_hasty_palette_does_one_thing(gap: float) -> None:
    """However quickly Enter is pressed twice in the palette, it closes once and does at most one thing, once."""
    async with stage(LIVE) as on:
        for key, letter in (("ctrl+p", None), ("z", "z"), ("o", "o"), ("enter", "\r"), ("enter", "\r")):
            on.app.post_message(Key(key, letter))
            await on.pilot.pause(gap)
        await on.pilot.pause(0.3)
        await on.press("escape")
        assert on.app.screen is on.main
        assert on.app.is_running


async def test_a_bar_over_the_top_is_told() -> None:
    """Where a rate goes beyond the chart, its title says how far; and not else."""
    one = DataPoint(NOW, 5, 5, 5, 5)
    async with stage(LIVE._replace(reading=Reading(TARGET, NOW, (one,)), alerts=())) as on:
        assert any(line.startswith("─ Complaints") and "up to 100 %" in line for line in on.screen_lines())
        await on.publish(LIVE)
        assert "up to" not in on.screen_text()


async def test_the_details_of_a_day_end_on_the_next() -> None:
    """A day's details are titled with both dates."""
    async with stage(LIVE) as on:
        await on.press("d", "d", "enter")
        assert "2026-03-16 00:00 – 2026-03-17 00:00 UTC" in on.screen_text()


async def test_the_standing_names_volume_span_and_room() -> None:
    """The line of the standing gives the mail it covers, the span, the rates, and how many more fit each limit."""
    async with stage(LIVE, size=(140, 40)) as on:
        standing = on.main.board.standing
        assert standing is not None
        assert standing.counts.attempts >= REPRESENTATIVE_VOLUME
        line = next(line for line in on.screen_lines() if " mails over " in line)
        assert f"{standing.counts.attempts:,} mails over" in line
        for limit in LIMITS:
            assert f"{headroom(limit, standing.counts):,} to {limit.name}" in line


@pytest.mark.parametrize(("attempts", "alerts", "is_judged"), [(49, (), False), (50, (), True), (49, (PAUSED,), True)])
async def test_a_standing_is_judged_with_mail_enough(attempts: int, alerts: tuple[Alert, ...], is_judged: bool) -> None:
    """Under the minimum of mail, and without an open alert, no limit is named, and no severity's colour is used."""
    reading = Reading(TARGET, NOW, (DataPoint(NOW - timedelta(minutes=20), attempts, attempts, 0, 0),))
    async with stage(LIVE._replace(reading=reading, alerts=alerts), size=(140, 40)) as on:
        line = on.main.query_one(StandingLine)
        runs = [run for run in line.lines(140, 1)[0] if run[0].strip()]
        assert any(role == SEVERITY_ROLES[Severity.CRITICAL] for _, role in runs) == is_judged
        bounces = next(place for place, (text, _) in enumerate(runs) if text.startswith("bounces 100 %"))
        told = "".join(text for text, _ in runs[bounces : bounces + 2])
        assert ("(pause)" in told) == is_judged
        assert ("too little mail to judge" in told) != is_judged


@pytest.mark.parametrize("width", [60, 72, 80, 90])
async def test_what_comes_near_is_told_whole(width: int) -> None:
    """Where there is no room for the whole standing, the forecast of a limit is not what is cut off."""
    soon = Forecast(LIMITS[0], 5, 0.7)
    with mock.patch.object(Board, "forecast", lambda _, metric: soon if metric is Metric.COMPLAINTS else None):
        async with stage(LIVE, size=(width, 24)) as on:
            line = next(line for line in on.screen_lines() if "complaints" in line and " in 42 min" in line)
            assert line.endswith(("42 min", "42 min at this pace"))


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40)])
async def test_the_chart_has_a_scale(size: tuple[int, int]) -> None:
    """The axis has a rate over 0, or a limit's line with its own; and over 0 no row tells of two rates."""
    async with stage(ALERT, size=size) as on:
        chart = on.main.query_one(trend.TrendChart)
        assert chart.plot is not None
        rows = [line for line in on.screen_lines() if "┤" in line or "│review" in line or "│pause" in line]
        assert len(rows) > 1
        ticked = [row for row in rows[:-1] if "%┤review" in row or "%┤pause" in row]
        assert all(row.startswith(("0.1 %┤review 0.1 %", "0.5 %┤pause 0.5 %")) for row in ticked)


@pytest.mark.parametrize("size", [(60, 15), (60, 20), (80, 24), (120, 40)])
async def test_no_limit_stands_at_the_foot(size: tuple[int, int]) -> None:
    """On however few rows, no limit's line shares the row of 0 %."""
    async with stage(ALERT, size=size) as on:
        foot = [line for line in on.screen_lines() if line.lstrip().startswith("0 %┤")]
        assert not any(limit in line for line in foot for limit in ("review", "pause"))


async def test_metric_keys_choose_the_chart() -> None:
    """a b c x and m M choose what is charted, v count or rate."""
    async with stage(LIVE) as on:
        for key, metric in zip("abcx", (Metric.SENDS, Metric.BOUNCES, Metric.COMPLAINTS, Metric.REJECTS), strict=True):
            await on.press(key)
            assert on.main.view.metric is metric
            assert metric.label in on.screen_text()
        await on.press("M", "v")
        assert "Complaints, count" in on.screen_text()


async def test_the_figures_do_not_wait_for_the_chart() -> None:
    """Before plotext is loaded cards and table are drawn, and the chart follows by itself."""
    plot._plotext.cache_clear()
    loaded: list[str] = []

    def load() -> None:
        loaded.append(on.screen_text())
        plot._plotext()

    with mock.patch.object(trend, "make_ready", load):
        async with stage() as on:
            await on.publish(LIVE)
            await on.pilot.pause()
            assert loaded
            assert "Delivery attempts" in loaded[0]
            assert "15 min a bar" in loaded[0]
            assert "┤" not in loaded[0]
            assert "┤" in on.screen_text()


async def test_zoom_shows_the_chart_alone() -> None:
    """z leaves header, chart and footer, and brings the rest back."""
    async with stage(LIVE) as on:
        await on.press("z")
        assert not on.main.table.display
        assert not on.main.query_one("#cards").display
        await on.press("escape")
        assert on.main.table.display


async def test_freezing_holds_the_view_while_readings_go_on() -> None:
    """Frozen, the data stand still, a banner says so, and thawing shows what came meanwhile."""
    async with stage(LIVE) as on:
        await on.press("p")
        newer = later(LIVE, *following(LIVE, 2))
        await on.publish(newer)
        text = " ".join(on.screen_text().split())
        assert "FROZEN" in text
        assert "Newer data are waiting." in text
        assert on.main.board.snapshot is LIVE
        await on.press("p")
        assert on.main.board.snapshot is newer
        assert "FROZEN" not in on.screen_text()


async def test_r_asks_for_a_reading() -> None:
    """r is passed on to the feed, which paces it."""
    async with stage(LIVE) as on:
        await on.press("r")
        assert on.feed.refreshes == 1


async def test_details_tell_the_row() -> None:
    """Enter opens the chosen row with its alerts; escape closes."""
    async with stage(ALERT) as on:
        await on.press("enter")
        assert isinstance(on.app.screen, DetailsScreen)
        text = " ".join(on.screen_text().split())
        assert "still filling" in text
        assert "180 complaints in 25,000 sends" in text
        await on.press("escape")
        assert not isinstance(on.app.screen, ModalScreen)


async def test_help_lists_every_action() -> None:
    """Help shows each action of the table."""
    async with stage(LIVE, size=(120, 100)) as on:
        await on.press("question_mark")
        assert isinstance(on.app.screen, HelpScreen)
        text = on.screen_text()
        for action in ACTIONS:
            assert action.help in text
        await on.press("escape")
        assert not isinstance(on.app.screen, ModalScreen)


async def test_every_action_has_its_method() -> None:
    """The table of actions names only what the screen can do."""
    async with stage(LIVE) as on:
        for action in ACTIONS:
            assert hasattr(on.main, f"action_{action.name.partition('(')[0]}")


def test_no_key_does_two_things() -> None:
    """Each key stands once in the table of actions."""
    keys = [key for action in ACTIONS for key in action.keys.split(",")]
    assert len(keys) == len(set(keys))


async def test_export_writes_what_the_table_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The CSV holds the rows in the order shown, and a second export overwrites nothing."""
    monkeypatch.chdir(tmp_path)
    async with stage(LIVE) as on:
        await on.press("e", "e")
        files = sorted(tmp_path.glob("*.csv"))
        assert len(files) == 2
        with files[0].open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [int(row["DeliveryAttempts"]) for row in rows] == [row.counts.attempts for row in on.main.table.rows]


async def test_an_export_to_a_directory_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the working directory was removed, the sentence says so, and the screen goes on."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    async with stage(LIVE, notices=True) as on:
        await on.press("e")
        assert "the working directory is gone" in " ".join(on.screen_text().split())
        await on.press("t")
        assert on.app.is_running


async def test_times_are_utc_or_local(monkeypatch: pytest.MonkeyPatch) -> None:
    """t turns to the host's own zone and back."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    import time  # noqa: PLC0415

    time.tzset()
    try:
        async with stage(LIVE) as on:
            await on.press("t")
            assert "2026-03-16 19:41" in on.screen_text()
            await on.press("t")
            assert "2026-03-16 13:56" in on.screen_text()
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_leaving_stops_the_feed(key: str) -> None:
    """q and Ctrl+C end the app from the main screen, and the feed with it."""
    async with stage(LIVE) as on:
        await on.press(key)
        assert on.app._exit
    assert on.feed.stopped


async def test_ctrl_c_leaves_from_a_dialog() -> None:
    """Ctrl+C quits whatever is open."""
    async with stage(LIVE) as on:
        await on.press("question_mark", "ctrl+c")
        assert on.app._exit


@pytest.mark.parametrize("size", [(200, 50), (120, 40), (80, 24), (60, 15), (40, 8), (10, 3), (1, 1)])
@pytest.mark.parametrize("snapshot", [LIVE, ALERT, STALE, EMPTY])
async def test_no_size_breaks_the_screen(size: tuple[int, int], snapshot: Snapshot) -> None:
    """Any size draws, and growing back shows everything again."""
    async with stage(snapshot, size=size) as on:
        for keys in ("z", "d", "v", "6", "z"):
            await on.press(keys)
        await on.pilot.resize_terminal(120, 40)
        await on.pilot.pause()
        assert "sesmon" in on.screen_lines()[0]


async def test_nothing_is_redrawn_when_nothing_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot that looks the same redraws no card, no chart and no table."""
    async with stage(LIVE) as on:
        # What the first snapshot led to is over only when a look at the same one has led to nothing more.
        await on.publish(LIVE._replace(read_mark=1050.0))
        await on.pilot.pause()
        drawn: list[str] = []
        for selector in (".card", "#trend", "#points", "#table-header", "#header"):
            for widget in on.main.query(selector):
                monkeypatch.setattr(widget, "refresh", lambda *regions, name=selector, **how: drawn.append(name))
        await on.publish(LIVE._replace(read_mark=1060.0, next_mark=1120.0))
        on.clock.mark = 1062.0
        on.main.tick()
        await on.pilot.pause()
        assert drawn == []
