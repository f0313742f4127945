"""A widget that draws its own lines, in roles rather than colours, and redraws only what differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from sesmon.tui.render.blocks import Run

ROLE = "role--"


class Drawn(Widget):
    """Lines of runs; a run's role is the name of a component style without its prefix, '' for the plain text.

    A role may carry a modifier after a space: 'complaints bold', 'error reverse'.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        ROLE + name
        for name in (
            "sends",
            "bounces",
            "complaints",
            "rejects",
            "muted",
            "axis",
            "warning",
            "error",
            "success",
            "accent",
        )
    }

    DEFAULT_CSS = """
    Drawn { height: 1; }
    Drawn > .role--sends { color: $sends; }
    Drawn > .role--bounces { color: $bounces; }
    Drawn > .role--complaints { color: $complaints; }
    Drawn > .role--rejects { color: $rejects; }
    Drawn > .role--muted { color: $muted; }
    Drawn > .role--axis { color: $axis; }
    Drawn > .role--warning { color: $warning; text-style: bold; }
    Drawn > .role--error { color: $error; text-style: bold; }
    Drawn > .role--success { color: $success; }
    Drawn > .role--accent { color: $accent; }
    """

    def role_style(self, role: str) -> Style:
        """The style of a role, with its modifiers."""
        name, *modifiers = role.split(" ") if role else [""]
        style = self.get_component_rich_style(ROLE + name) if name else self.rich_style
        return style + Style.parse(" ".join(modifiers)) if modifiers else style

    def strip(self, runs: Sequence[Run], width: int, ground: Style | None = None) -> Strip:
        """One line of exactly `width` cells; `ground` is laid under every run."""
        base = ground or Style.null()
        segments = [Segment(text, self.role_style(role) + base) for text, role in runs if text]
        return Strip(segments).adjust_cell_length(width, self.rich_style + base)


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
