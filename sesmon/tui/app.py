"""The Textual app: it takes snapshots from feeds, one a target, and hands them to the screens."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen
from textual.theme import Theme

from sesmon.clock import Clock
from sesmon.model import Snapshot
from sesmon.tui import charset, themes
from sesmon.tui.actions import bindings
from sesmon.tui.alarm import Alarm
from sesmon.tui.driver import SteadyDriver
from sesmon.tui.keys import rebound
from sesmon.tui.look import Look
from sesmon.tui.notices import make_known
from sesmon.tui.screens.main import MainScreen
from sesmon.tui.view import View
from sesmon.wording import REPORT_BUG, bug

if TYPE_CHECKING:
    from sesmon.tui.feed import MakeFeed
    from sesmon.tui.screens.overview import OverviewScreen


_log = logging.getLogger(__name__)


class NewSnapshot(Message):
    """A feed has published. Only the newest one waiting is worth a redraw."""

    def __init__(self, place: int, snapshot: Snapshot) -> None:
        super().__init__()
        self.place, self.snapshot = place, snapshot

    def can_replace(self, message: Message) -> bool:
        """Take the place of an older one of the same target that still waits."""
        return isinstance(message, NewSnapshot) and message.place == self.place


_DEPTH = 2
"""The overview, and a target's screen over it."""


class SesmonApp(App[None]):
    """sesmon on a screen: one target, or with `others` an overview of several, each with a screen of its own."""

    CSS_PATH = "sesmon.tcss"
    TITLE = "sesmon"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("quit", "suspend_process")]

    def __init__(
        self,
        make_feed: MakeFeed,
        clock: Clock,
        view: View,
        look: Look | None = None,
        others: Sequence[MakeFeed] = (),
    ) -> None:
        self.look = look or Look()
        # Textual takes NO_COLOR out of the environment, and takes an empty one for a wish, which it is not.
        if os.environ.get("NO_COLOR") == "":
            del os.environ["NO_COLOR"]
        theme = themes.wanted(self.look.theme)
        characters = charset.chosen(self.look.charset)
        self._substitution = None if characters == charset.UNICODE else charset.Substitution(characters)
        # Told at once, or Textual would choose the filter of its own default theme.
        super().__init__(ansi_color=True if theme is themes.PLAIN else None)
        for offered in (*themes.THEMES.values(), themes.PLAIN):
            self.register_theme(offered)
        self._begin_with(theme)
        self.actions = rebound(self.look.keys)
        self.set_keymap(dict(self.look.keys))
        self._clock = clock
        self._view = view
        self._feeds = [make(partial(self._publish, place)) for place, make in enumerate((make_feed, *others))]
        self._alarms = [Alarm() for _ in self._feeds]
        self._snapshots = [feed.snapshot for feed in self._feeds]
        self._screens: dict[int, MainScreen] = {}
        self._shown = 0
        self._has_begun = False
        self.overview = self._make_overview() if others else None
        self.on_ready: Callable[[SesmonApp], None] | None = None
        self.on_refresh: Callable[[], None] | None = None
        self.last_screen: str | None = None

    def _begin_with(self, theme: Theme) -> None:
        """Take a theme before anything is drawn: to change to it would style all that there is once more."""
        self.set_reactive(App.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(theme.dark, "-dark-mode", update=False)
        self.set_class(not theme.dark, "-light-mode", update=False)
        self._refresh_truecolor_filter(self.ansi_theme)

    def get_default_screen(self) -> Screen[None]:
        """The bottom of the stack: the overview, or the one target's screen."""
        return self.overview or self.main

    def _make_overview(self) -> OverviewScreen:
        from sesmon.tui.screens.overview import OverviewScreen  # noqa: PLC0415 - one target has no overview

        return OverviewScreen(
            self._snapshots,
            self._clock,
            self._view,
            refresh=self.refresh_all,
            open_target=self.open_target,
            actions=self.actions,
        )

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our roles for a theme that does not bring them."""
        return themes.role_defaults()

    def get_driver_class(self) -> type[Driver]:
        """The driver that a stalled link does not block."""
        theirs = super().get_driver_class()
        return SteadyDriver if theirs is LinuxDriver else theirs

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and the one that puts other characters in."""
        return [*super().get_line_filters(), *([self._substitution] if self._substitution else [])]

    def on_mount(self) -> None:
        """Start the feeds when the first frame is drawn, which waits for nothing."""
        if self.on_ready is not None:
            self.on_ready(self)
        self.app_resume_signal.subscribe(self, self._resumed)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self._has_begun = True
        for feed in self._feeds:
            feed.start()

    def _publish(self, place: int, snapshot: Snapshot) -> None:
        """Called on the feed's thread; posting a message is all that crosses."""
        self.post_message(NewSnapshot(place, snapshot))

    @property
    def main(self) -> MainScreen:
        """The screen of the target that is shown, or was shown last."""
        return self._screen_of(self._shown)

    def _screen_of(self, place: int) -> MainScreen:
        """A target's screen, made when it is first wanted."""
        if place not in self._screens:
            is_one_of_many = len(self._feeds) > 1
            self._screens[place] = MainScreen(
                self._snapshots[place],
                self._clock,
                self.refresh_feed,
                self._view,
                self.actions,
                alarm=self._alarms[place],
                to_overview=self.show_overview if is_one_of_many else None,
                to_target=self._step if is_one_of_many else None,
            )
        return self._screens[place]

    def open_target(self, place: int) -> None:
        """Show one target's screen over the overview."""
        self._shown = place
        if not self.is_screen_installed(f"target {place}"):
            self.install_screen(self._screen_of(place), f"target {place}")
        if self.screen is self.overview:
            self.push_screen(f"target {place}")
        else:
            self.switch_screen(f"target {place}")

    def show_overview(self) -> None:
        """Back to all targets."""
        if self.overview is not None and self.screen is not self.overview:
            self.pop_screen()

    def _step(self, step: int) -> None:
        """Show the target that many lines on in the overview's order."""
        if self.overview is not None:
            order = self.overview.order
            here = order.index(self._shown) if self._shown in order else 0
            self.open_target(order[(here + step) % len(order)])

    def on_resize(self) -> None:
        """A terminal of another size has kept nobody knows what: draw all of it, not just what has moved."""
        if isinstance(self._driver, SteadyDriver):
            self._driver.forget()
        if self._has_begun:
            self.screen.refresh()

    def refresh_feed(self) -> None:
        """Ask for a reading; what was declined before is asked for again."""
        if self.on_refresh is not None:
            self.on_refresh()
        self._feeds[self._shown].refresh()

    def refresh_all(self) -> None:
        """Ask for a reading of each target."""
        if self.on_refresh is not None:
            self.on_refresh()
        for feed in self._feeds:
            feed.refresh()

    def _resumed(self, _app: object) -> None:
        """Back from the background: draw, and read once. A reading that fell due meanwhile comes by itself."""
        self.refresh(layout=True)
        for feed in self._feeds:
            due = feed.snapshot.next_mark
            if due is not None and self._clock.elapsed() < due:
                feed.refresh()

    def ask_code(self, prompt: str, answer: Callable[[str | None], None]) -> None:
        """Ask for an MFA code in a dialog, from any thread; None is the answer of who declines."""
        from sesmon.tui.screens.code import CodeScreen  # noqa: PLC0415 - few are ever asked

        self.call_later(self.push_screen, CodeScreen(prompt), answer)

    def on_new_snapshot(self, message: NewSnapshot) -> None:
        """Show it."""
        place, snapshot = message.place, message.snapshot
        before, self._snapshots[place] = self._snapshots[place], snapshot
        if self.overview is not None:
            self.overview.receive(place, snapshot)
        if place in self._screens or self.overview is None:
            self._screen_of(place).receive(snapshot)
        else:
            make_known(self, self._alarms[place].news(before, snapshot), snapshot.target, self._view)

    def on_unmount(self) -> None:
        """Stop the feeds; calls under way are left behind."""
        for feed in self._feeds:
            feed.stop()

    async def action_quit(self) -> None:
        """Leave at once."""
        self.leave()

    def leave(self, status: int = 0) -> None:
        """End the app; with `--keep` the screen as it stands is kept for after it."""
        if self.look.keeps and self.last_screen is None and self.screen_stack:
            self.last_screen = "".join(
                strip.render(self.console) + "\n" for strip in self.screen._compositor.render_strips()
            )
        self.exit(return_code=status)

    def _fatal_error(self) -> None:
        """End with one sentence about a bug; Textual's own word would be a traceback with what its variables held."""
        error = self._exception
        _log.error("the screen failed inside sesmon", exc_info=error)
        self.panic(Text(f"sesmon: {bug('the screen', error)}. {REPORT_BUG}"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers: those of our own actions that would do something now, and the themes."""
        owner = self._owner()
        for action in self.actions:
            if action.name not in {"command_palette", "back"} and owner.applies(action.name):
                yield SystemCommand(action.label, action.help, self._runner(action.name))
        if not self.no_color:
            for name in themes.THEMES:
                if name != self.theme:
                    yield SystemCommand(f"Theme {name}", "change the colours", partial(setattr, self, "theme", name))

    def action_command_palette(self) -> None:
        """Open the palette."""
        from sesmon.tui.screens.palette import Palette  # noqa: PLC0415 - a start need not load what is opened later

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def _owner(self) -> MainScreen | OverviewScreen:
        """Whose actions the palette offers: the screen under it."""
        return self.overview if self.overview is not None and len(self.screen_stack) < _DEPTH else self.main

    def _runner(self, name: str) -> Callable[[], None]:
        owner = self._owner()

        def run() -> None:
            self.call_later(owner.run_action, name)

        return run
