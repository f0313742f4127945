"""The overview of several targets, and the way into each and back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual.events import Key

from sesmon.alerts.limits import own as own_limits
from sesmon.model import (
    SLOT,
    Allowance,
    Change,
    DataPoint,
    Event,
    Metric,
    Origin,
    Phase,
    Quota,
    Reading,
    Snapshot,
    Target,
)
from sesmon.tui.actions import ACTIONS
from sesmon.tui.app import SesmonApp
from sesmon.tui.feed import MakeFeed
from sesmon.tui.fleet import FLEET_SORTS, WORST, Condition, TargetRow, ordered
from sesmon.tui.look import Look
from sesmon.tui.screens.help import HelpScreen
from sesmon.tui.screens.overview import NAMES, OverviewScreen
from sesmon.tui.view import WINDOWS, Board, View
from sesmon.tui.widgets.fleet import FleetHeader
from sesmon.tui.widgets.header import HeaderLine
from tests.tui.harness import NORMAL, HeldClock, HeldFeed, Stage, stage
from tests.tui.scenes import ALERT, DENIED, EMPTY, LIVE, NOW, SPIKE_ALERT, STARTING


def at(region: str, snapshot: Snapshot, profile: str | None = "prod") -> Snapshot:
    """The scene as that of another target."""
    target = Target(region, profile, "123456789012")
    reading = snapshot.reading
    return snapshot._replace(target=target, reading=reading._replace(target=target) if reading else None)


QUOTA = Allowance(Quota(50_000, 41_000, 14, NOW), is_enabled=True)
HEALTHY = at("eu-west-1", LIVE._replace(alerts=(), allowance=QUOTA))
BURNING = at("us-east-1", ALERT)
FAILING = at("ap-south-1", LIVE._replace(alerts=(), failure=DENIED, failures=2, phase=Phase.STALE))
NEVER_READ = at("me-south-1", STARTING._replace(failure=DENIED, failures=1))
QUIET = [at(region, EMPTY) for region in ("eu-north-1", "eu-south-1", "ca-central-1")]
DISABLED = at("sa-east-1", LIVE._replace(alerts=(), allowance=Allowance(is_enabled=False)))
FLEET = (HEALTHY, *QUIET, FAILING, BURNING)


class FleetStage(Stage):
    """An app over several targets, as a test sees it."""

    feeds: list[HeldFeed]

    @property
    def overview(self) -> OverviewScreen:
        """The overview, whatever is over it."""
        assert self.app.overview is not None
        return self.app.overview

    @property
    def regions(self) -> list[str]:
        """The Regions of the lines, from the top down."""
        return [row.region for row in self.overview.table.rows]

    async def publish_to(self, place: int, snapshot: Snapshot) -> None:
        """Publish for one target."""
        self.feed = self.feeds[place]
        await self.publish(snapshot)
        self.overview.show()
        await self.pilot.pause()


@asynccontextmanager
async def fleet(*snapshots: Snapshot, size: tuple[int, int] = NORMAL) -> AsyncIterator[FleetStage]:
    """The app over targets that start as told."""
    feeds: list[HeldFeed] = []

    def feed(snapshot: Snapshot) -> MakeFeed:
        def make(publish: Callable[[Snapshot], None]) -> HeldFeed:
            made = HeldFeed(publish)
            made.snapshot = snapshot
            feeds.append(made)
            return made

        return make

    clock = HeldClock()
    first, *others = map(feed, snapshots)
    app = SesmonApp(first, clock, View(utc=True), others=others)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        out = FleetStage(app, feeds[0], clock, pilot)
        out.feeds = feeds
        yield out


async def test_the_worst_is_on_top() -> None:
    """Critical comes before not read before healthy, and those without mail are one line."""
    async with fleet(*FLEET) as on:
        assert on.regions == ["us-east-1", "ap-south-1", "eu-west-1"]
        text = on.screen_text()
        assert "6 targets" in text
        assert "◆ 1 critical" in text
        assert "3 Regions without mail: eu-north-1, eu-south-1, ca-central-1" in text
        assert all(feed.started for feed in on.feeds)


def test_the_nearest_to_the_limits_in_use_is_worse() -> None:
    """Of targets without alerts, the one nearest to its critical limit, AWS's or one's own, comes first."""

    def row(place: int, view: View, bounces: int, complaints: int) -> TargetRow:
        reading = Reading(HEALTHY.target, NOW, (DataPoint(NOW - SLOT, 10_000, bounces, complaints),))
        return TargetRow(place, Board(HEALTHY._replace(reading=reading), view), 0.0)

    own = View(limits=(*own_limits(Metric.COMPLAINTS, 0.001, 0.005), *own_limits(Metric.BOUNCES, 0.01, 0.02)))
    for view, order in ((View(), [1, 0]), (own, [0, 1])):
        rows = [row(0, view, 100, 0), row(1, view, 0, 10)]
        assert [one.place for one in ordered(rows, WORST, descending=True)] == order


async def test_a_line_tells_the_targets_figures() -> None:
    """Attempts, rates, quota and alerts are those of the target's window."""
    async with fleet(*FLEET) as on:
        total = on.overview.boards[0].total
        line = next(line for line in on.screen_lines() if "eu-west-1" in line)
        assert f"{total.attempts:,}" in line
        assert "82 %" in line
        burning = next(line for line in on.screen_lines() if "us-east-1" in line)
        assert burning.lstrip().startswith("◆")


async def test_a_target_that_was_never_read_says_why() -> None:
    """A failure without data is told in its own line, and holds nobody back."""
    async with fleet(HEALTHY, NEVER_READ) as on:
        line = next(line for line in on.screen_lines() if "me-south-1" in line)
        assert DENIED.message[:30] in line
        assert "eu-west-1" in on.screen_text()


async def test_the_chosen_targets_sentence_is_told() -> None:
    """Under the lines stands what is wrong with the chosen one, and nothing for one that is well."""
    async with fleet(*FLEET) as on:
        assert f"us-east-1: {SPIKE_ALERT.message[:40]}" in on.screen_text()
        await on.press("j")
        text = " ".join(on.screen_text().split())
        assert f"ap-south-1: {DENIED.message}" in text
        await on.press("j")
        assert "eu-west-1:" not in on.screen_text()


async def test_sending_disabled_is_loudest() -> None:
    """A disabled account comes before every alert, in the overview and on its own screen."""
    async with fleet(BURNING, DISABLED) as on:
        assert on.regions[0] == "sa-east-1"
        assert "■ 1 disabled" in on.screen_text()
        await on.press("enter")
        assert "Sending is disabled" in on.screen_text()


async def test_enter_opens_and_escape_comes_back() -> None:
    """The chosen target's screen is the one of a single target; escape leads back to the same line."""
    async with fleet(*FLEET) as on:
        await on.press("j", "enter")
        assert "ap-south-1" in on.screen_lines()[0]
        await on.press("escape")
        assert "6 targets" in on.screen_lines()[0]
        assert on.overview.table.place == 1
        await on.press("k", "enter")
        assert "us-east-1" in on.screen_lines()[0]


async def test_a_tick_while_the_program_ends_is_no_bug() -> None:
    """Parts that have been taken off already are not drawn."""
    async with fleet(*FLEET) as on:
        await on.overview.query_one(FleetHeader).remove()
        on.overview.tick()
    async with stage(LIVE) as alone:
        await alone.main.query_one(HeaderLine).remove()
        alone.main.tick()


async def test_a_key_steps_to_the_next_target() -> None:
    """Full stop and comma go through the targets in the overview's order, round and round."""
    async with fleet(BURNING, HEALTHY, FAILING) as on:
        await on.press("enter", "full_stop")
        assert "ap-south-1" in on.screen_lines()[0]
        await on.press("full_stop", "full_stop")
        assert "us-east-1" in on.screen_lines()[0]
        await on.press("comma")
        assert "eu-west-1" in on.screen_lines()[0]
        await on.press("escape")
        assert "3 targets" in on.screen_lines()[0]


async def test_typing_filters() -> None:
    """After / only targets whose profile, account or Region holds the words are listed; escape takes that away."""
    async with fleet(*FLEET, at("us-west-2", LIVE, "dev")) as on:
        await on.press("slash", *"eu-", "enter")
        assert on.regions == ["eu-west-1"]
        await on.press("escape")
        assert len(on.regions) == 4
        await on.press("slash", *"dev us")
        assert on.regions == ["us-west-2"]
        await on.press("escape")
        assert len(on.regions) == 4


async def test_every_column_sorts() -> None:
    """s goes through the orders, o turns each round, and the cursor stays on its target."""
    async with fleet(*FLEET) as on:
        await on.press("j")
        chosen = on.overview.table.cursor_target
        for sort in (*FLEET_SORTS[1:], FLEET_SORTS[0]):
            await on.press("s")
            assert on.overview.sort == sort
            down = on.regions
            await on.press("o")
            assert on.regions != down or len(set(down)) < 2
            await on.press("o")
            assert on.overview.table.cursor_target == chosen


async def test_the_fold_opens() -> None:
    """Enter on the line of those without mail lists them and goes to the first; escape folds them again."""
    async with fleet(*FLEET) as on:
        await on.press("G", "enter")
        assert len(on.regions) == 6
        chosen = on.overview.table.chosen
        assert chosen is not None
        assert chosen.condition is Condition.EMPTY
        await on.press("escape")
        assert len(on.regions) == 3


@pytest.mark.parametrize("width", [40, 52, 60, 80])
async def test_the_window_is_always_told(width: int) -> None:
    """However narrow the terminal, the first line tells the window, and no count is cut in two."""
    async with fleet(*FLEET, size=(width, 15)) as on:
        line = on.screen_lines()[0]
        assert line.endswith(" 24h")
        assert "◆ 1 critical" in line
        for part in line.removesuffix("24h").split("  ")[2:]:
            assert not part or part.strip() in {"✗ 1 not read", "◆ 1 critical", "● 1 well", "· 3 without mail", ""}


@pytest.mark.parametrize("width", [40, 60, 120])
@pytest.mark.parametrize(("origin", "word"), [(Origin.DEMO, "DEMO"), (Origin.REPLAY, "REPLAY")])
async def test_data_that_are_not_live_say_so_at_every_width(width: int, origin: Origin, word: str) -> None:
    """Beside the number of targets stands that they are simulated or recorded."""
    async with fleet(*(snapshot._replace(origin=origin) for snapshot in FLEET), size=(width, 15)) as on:
        assert f"6 targets {word}" in on.screen_lines()[0]
        assert on.screen_lines()[0].endswith(" 24h")


async def test_windows_change_every_line() -> None:
    """A window's key counts that window for each target, and its screens are not touched."""
    async with fleet(*FLEET) as on:
        await on.press("5")
        assert all(board.view.window == WINDOWS[4] for board in on.overview.boards)
        assert "7d" in on.screen_lines()[0]
        await on.press("minus")
        assert on.overview.view.window == WINDOWS[3]


async def test_news_of_any_target_rings_once_and_names_it() -> None:
    """An alert of a target that was never opened is noticed with its Region."""
    async with fleet(HEALTHY, at("us-east-1", LIVE)) as on:
        raised = BURNING._replace(events=(Event(SPIKE_ALERT.raised, Change.RAISED, SPIKE_ALERT),))
        await on.publish_to(1, raised)
        assert [notice.title for notice in on.app._notifications] == ["◆ critical: complaints in us-east-1"]
        assert on.regions == ["us-east-1", "eu-west-1"]
        await on.press("enter", "escape")
        await on.publish_to(1, raised._replace(now_mark=1060.0))
        assert len(list(on.app._notifications)) == 1


async def test_r_asks_every_target_or_the_one_that_is_shown() -> None:
    """In the overview all are read, on a target's screen that one."""
    async with fleet(BURNING, HEALTHY) as on:
        await on.press("r")
        assert [feed.refreshes for feed in on.feeds] == [1, 1]
        await on.press("enter", "r")
        assert sorted(feed.refreshes for feed in on.feeds) == [1, 2]


async def test_every_size_shows_the_worst_target() -> None:
    """From a small split to a large screen the first line names the burning Region and its sign."""
    for size in ((200, 50), (120, 40), (80, 24), (60, 15), (40, 8)):
        async with fleet(*FLEET, size=size) as on:
            line = next(line for line in on.screen_lines() if "us-east-1" in line)
            assert line.lstrip().startswith("◆")
            assert max(map(len, on.screen_lines())) <= size[0]


def test_conditions_rank() -> None:
    """Disabled, critical, not read, warning, well, waiting, empty: each scene has its own."""
    for snapshot, condition in (
        (DISABLED, Condition.DISABLED),
        (BURNING, Condition.CRITICAL),
        (FAILING, Condition.FAILED),
        (HEALTHY, Condition.WELL),
        (STARTING, Condition.WAITING),
        (QUIET[0], Condition.EMPTY),
    ):
        assert TargetRow(0, Board(snapshot, View()), 1000.0).condition is condition
    row = TargetRow(0, Board(HEALTHY._replace(reading=Reading(HEALTHY.target, NOW, ())), View()), 1000.0)
    assert row.rate(Metric.BOUNCES) == -1.0


async def test_what_is_typed_at_once_is_a_filter() -> None:
    """Keys that arrive in one piece with the / are typed into the filter: /q does not quit."""
    async with fleet(*FLEET, at("us-west-2", LIVE, "queue")) as on:
        for words in ("/queue", "/q", "/-1"):
            for letter in words:
                on.app.post_message(Key({"/": "slash", "-": "minus"}.get(letter, letter), letter))
            await on.pilot.pause()
            await on.pilot.pause()
            assert on.overview.words == words[1:]
            await on.press("escape")
        assert on.app.is_running


async def test_the_last_overview_can_be_kept() -> None:
    """With --keep, q leaves the overview's last screen too."""
    async with fleet(*FLEET) as on:
        on.app.look = Look(keeps=True)
        await on.press("q")
        assert "6 targets" in (on.app.last_screen or "")


async def test_help_lists_the_keys_of_the_overview() -> None:
    """It names what does something there and where the rest is, and every name is an action's."""
    assert {action.name for action in ACTIONS} >= NAMES
    async with fleet(*FLEET) as stage:
        await stage.press("question_mark")
        assert isinstance(stage.app.screen, HelpScreen)
        told = {str(cell) for column in stage.app.screen._keys().columns for cell in column.cells}
    assert "Enter opens a target's own screen, which has more keys." in told
    for action in ACTIONS:
        assert (action.help in told) == (action.name in NAMES), action.name
