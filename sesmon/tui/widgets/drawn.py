"""A widget that draws its own lines, in roles rather than colours, and redraws only what differs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from sesmon.tui.render.blocks import Run
from sesmon.tui.themes import drawn_style


class Drawn(Widget):
    """Lines of runs; a run's role is one of `themes.ROLES` or of Textual's, '' for the plain text.

    A role may carry a modifier after a space: 'complaints bold', 'error reverse'.
    """

    DEFAULT_CSS = """
    Drawn { height: 1; }
    """

    _styles_by_role: dict[str, Style] | None = None

    def role_style(self, role: str) -> Style:
        """The style of a role, with its modifiers."""
        # Component styles would say the same, at the price of ten more nodes to style for each widget, several times
        # before the first frame.
        if self._styles_by_role is None:
            self._styles_by_role = {"": self.rich_style}
        known = self._styles_by_role
        if role not in known:
            name, *modifiers = role.split(" ")
            style = known[""] + drawn_style(name, self.app.theme_variables) if name else known[""]
            known[role] = style + Style.parse(" ".join(modifiers)) if modifiers else style
        return known[role]

    def notify_style_update(self) -> None:
        """Another theme or place has other styles."""
        self._styles_by_role = None
        super().notify_style_update()

    def strip(self, runs: Sequence[Run], width: int, ground: Style | None = None) -> Strip:
        """One line of exactly `width` cells; `ground` is laid under every run."""
        base = ground or Style.null()
        segments = [Segment(text, self.role_style(role) + base) for text, role in runs if text]
        return Strip(segments).adjust_cell_length(width, self.role_style("") + base)


class Sheet(Drawn):
    """A `Drawn` whose lines are made all at once, whenever what they show or their size has changed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._made: tuple[int, int, list[list[Run]]] | None = None
        self._shown: object = None

    def show_if_new(self, shown: object) -> None:
        """Redraw if `shown`, which tells all that the lines depend on, differs from the last."""
        if shown != self._shown:
            self._shown = shown
            self.forget_lines()

    def forget_lines(self) -> None:
        """Make the lines anew and draw them."""
        self._made = None
        self.refresh()

    def lines(self, width: int, height: int) -> list[list[Run]]:
        """The lines, made anew."""
        raise NotImplementedError

    def notify_style_update(self) -> None:
        """A change of theme redraws."""
        self._made = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of the widget."""
        width, height = self.size
        if self._made is None or self._made[:2] != (width, height):
            self._made = (width, height, self.lines(width, height))
        made = self._made[2]
        return self.strip(made[y] if y < len(made) else [], width)


def bring_in_sight(scrolled: ScrollView, line: int) -> None:
    """Scroll at once, and just so far that a line is in sight."""
    top, height = round(scrolled.scroll_offset.y), max(1, scrolled.size.height)
    if line < top:
        scrolled.scroll_to(y=line, animate=False, immediate=True)
    elif line >= top + height:
        scrolled.scroll_to(y=line - height + 1, animate=False, immediate=True)
