"""The Textual app: it takes snapshots from a feed and hands them to the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen

from sesmon.clock import Clock
from sesmon.model import Snapshot
from sesmon.tui import themes
from sesmon.tui.actions import ACTIONS, bindings
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
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("quit")]

    def __init__(
        self,
        make_feed: Callable[[Callable[[Snapshot], None]], Feed],
        clock: Clock,
        view: View,
    ) -> None:
        super().__init__()
        for theme in (themes.DARK,):
            self.register_theme(theme)
        self.theme = themes.wanted()
        self._clock = clock
        self._feed = make_feed(self._publish)
        self.main = MainScreen(self._feed.snapshot, clock, self._feed.refresh, view)
        self.on_ready: Callable[[SesmonApp], None] | None = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our roles for a theme that does not bring them."""
        return themes.role_defaults(self.theme)

    def on_mount(self) -> None:
        """Open the screen, then start the feed, so that the first frame waits for nothing."""
        if self.on_ready is not None:
            self.on_ready(self)
        self.push_screen(self.main)
        self.call_after_refresh(self._feed.start)

    def _publish(self, snapshot: Snapshot) -> None:
        """Called on the feed's thread; posting a message is all that crosses."""
        self.post_message(NewSnapshot(snapshot))

    def on_new_snapshot(self, message: NewSnapshot) -> None:
        """Show it."""
        self.main.receive(message.snapshot)

    def on_unmount(self) -> None:
        """Stop the feed; a call under way is left behind."""
        self._feed.stop()

    async def action_quit(self) -> None:
        """Leave at once."""
        self.exit()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers: our own actions, and Textual's choice of a theme."""
        for action in ACTIONS:
            if action.name not in {"command_palette", "back"}:
                yield SystemCommand(action.label, action.help, self._runner(action.name))
        yield SystemCommand("Theme", "choose another theme", self.action_change_theme)

    def _runner(self, name: str) -> Callable[[], None]:
        def run() -> None:
            self.call_later(self.main.run_action, name)

        return run
