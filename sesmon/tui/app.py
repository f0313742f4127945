"""The Textual app: it takes snapshots from a feed and hands them to the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen

from sesmon.clock import Clock
from sesmon.model import Snapshot
from sesmon.tui import charset, themes
from sesmon.tui.actions import bindings
from sesmon.tui.driver import SteadyDriver
from sesmon.tui.keys import rebound
from sesmon.tui.look import Look
from sesmon.tui.screens.code import CodeScreen
from sesmon.tui.screens.main import Feed, MainScreen
from sesmon.tui.view import View


class NewSnapshot(Message):
    """The feed has published. Only the newest one waiting is worth a redraw."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        """Take the place of an older one that still waits."""
        return isinstance(message, NewSnapshot)


class SesmonApp(App[None]):
    """sesmon on a screen. `make_feed` is given the function to publish with, and must not call it before `start`."""

    CSS_PATH = "sesmon.tcss"
    TITLE = "sesmon"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("quit", "suspend_process")]

    def __init__(
        self,
        make_feed: Callable[[Callable[[Snapshot], None]], Feed],
        clock: Clock,
        view: View,
        look: Look | None = None,
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
        self.theme = theme.name
        self.actions = rebound(self.look.keys)
        self.set_keymap(dict(self.look.keys))
        self._clock = clock
        self._feed = make_feed(self._publish)
        self.main = MainScreen(self._feed.snapshot, clock, self.refresh_feed, view, self.actions)
        self.on_ready: Callable[[SesmonApp], None] | None = None
        self.on_refresh: Callable[[], None] | None = None
        self.last_screen: str | None = None

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
        """Open the screen, then start the feed, so that the first frame waits for nothing."""
        if self.on_ready is not None:
            self.on_ready(self)
        self.app_resume_signal.subscribe(self, self._resumed)
        self.push_screen(self.main)
        self.call_after_refresh(self._feed.start)

    def _publish(self, snapshot: Snapshot) -> None:
        """Called on the feed's thread; posting a message is all that crosses."""
        self.post_message(NewSnapshot(snapshot))

    def on_resize(self) -> None:
        """A terminal of another size has kept nobody knows what."""
        if isinstance(self._driver, SteadyDriver):
            self._driver.forget()

    def refresh_feed(self) -> None:
        """Ask for a reading; what was declined before is asked for again."""
        if self.on_refresh is not None:
            self.on_refresh()
        self._feed.refresh()

    def _resumed(self, _app: object) -> None:
        """Back from the background: draw, and read once. A reading that fell due meanwhile comes by itself."""
        self.refresh(layout=True)
        due = self._feed.snapshot.next_mark
        if due is not None and self._clock.elapsed() < due:
            self._feed.refresh()

    def ask_code(self, prompt: str, answer: Callable[[str | None], None]) -> None:
        """Ask for an MFA code in a dialog, from any thread; None is the answer of who declines."""
        self.call_later(self.push_screen, CodeScreen(prompt), answer)

    def on_new_snapshot(self, message: NewSnapshot) -> None:
        """Show it."""
        self.main.receive(message.snapshot)

    def on_unmount(self) -> None:
        """Stop the feed; a call under way is left behind."""
        self._feed.stop()

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

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers: those of our own actions that would do something now, and the themes."""
        for action in self.actions:
            if action.name not in {"command_palette", "back"} and self.main.applies(action.name):
                yield SystemCommand(action.label, action.help, self._runner(action.name))
        if not self.no_color:
            for name in themes.THEMES:
                if name != self.theme:
                    yield SystemCommand(f"Theme {name}", "change the colours", partial(setattr, self, "theme", name))

    def _runner(self, name: str) -> Callable[[], None]:
        def run() -> None:
            self.call_later(self.main.run_action, name)

        return run
