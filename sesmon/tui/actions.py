"""Everything a user can do, in one table: bindings, footer, help, command palette and README come from it."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding


class Action(NamedTuple):
    """One thing to do. `name` is the method `action_<name>` of the screen; `keys` are Textual's names for keys."""

    name: str
    keys: str
    label: str
    help: str
    group: str
    footer: bool = False
    shown_as: str = ""

    @property
    def key_names(self) -> str:
        """The keys as a person reads them."""
        return self.shown_as or " ".join(_KEY_NAMES.get(key, key) for key in self.keys.split(","))

    @property
    def id(self) -> str:
        """What a configuration calls it: its label in small letters, `next-alert`; a window is `window-24h`."""
        name = self.label.lower().replace(" ", "-")
        return f"window-{name}" if self.name.startswith("window(") else name

    def binding(self) -> Binding:
        """Textual's own form of it."""
        return Binding(
            self.keys,
            self.name,
            self.label,
            show=self.footer,
            key_display=self.key_names.split(" ")[0] if self.footer else None,
            id=self.id,
            # `find` too: its field then has the focus before the next key is looked at, and a quick `/q` does not quit.
            priority=self.name in {"quit", "find"},
        )


_KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "comma": ",",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "ctrl+c": "Ctrl+C",
    "ctrl+d": "Ctrl+D",
    "ctrl+u": "Ctrl+U",
    "ctrl+p": "Ctrl+P",
    "ctrl+z": "Ctrl+Z",
    "f1": "F1",
}

ACTIONS = (
    Action("quit", "q,ctrl+c", "Quit", "leave at once, even while a call hangs", "Program", footer=True),
    Action("help", "question_mark,f1", "Help", "these keys", "Program", footer=True),
    Action("refresh", "r", "Refresh", "read now, as soon as one call a second allows", "Program", footer=True),
    Action("freeze", "p,space", "Freeze", "hold the view still; readings go on behind it", "Program", footer=True),
    Action("export", "e", "Export", "write the table's rows to a CSV file in this directory", "Program"),
    Action("command_palette", "ctrl+p", "Palette", "search all of this by name", "Program"),
    Action("suspend_process", "ctrl+z", "Suspend", "go into the background; `fg` brings it back", "Program"),
    Action("window('1')", "1", "1h", "look back 1 hour", "Window"),
    Action("window('2')", "2", "6h", "look back 6 hours", "Window"),
    Action("window('3')", "3", "24h", "look back 24 hours", "Window"),
    Action("window('4')", "4", "3d", "look back 3 days", "Window"),
    Action("window('5')", "5", "7d", "look back 7 days", "Window"),
    Action("window('6')", "6", "14d", "look back 14 days, all that SES remembers", "Window"),
    Action("window('7')", "7", "30d", "look back 30 days, where the history reaches so far", "Window"),
    Action("window('8')", "8", "90d", "look back 90 days", "Window"),
    Action("window('9')", "9", "1y", "look back a year", "Window"),
    Action("window('10')", "0", "All", "look back over all that the history holds", "Window"),
    Action("window_step(1)", "plus,equals_sign", "Longer", "next longer window", "Window"),
    Action("window_step(-1)", "minus", "Shorter", "next shorter window", "Window"),
    Action("metric_step(1)", "m", "Metric", "chart the next metric", "Chart", footer=True),
    Action("metric_step(-1)", "M", "Metric back", "chart the metric before", "Chart"),
    Action("metric('sends')", "a", "Attempts", "chart delivery attempts", "Chart"),
    Action("metric('bounces')", "b", "Bounces", "chart bounces", "Chart"),
    Action("metric('complaints')", "c", "Complaints", "chart complaints", "Chart"),
    Action("metric('rejects')", "x", "Rejects", "chart rejects", "Chart"),
    Action("rate", "v", "Rate", "chart the rate or the count", "Chart", footer=True),
    Action("zoom", "z", "Zoom", "chart in full screen, and back", "Chart", footer=True),
    Action("move(1)", "down,j", "Down", "next row", "Table"),
    Action("move(-1)", "up,k", "Up", "row before", "Table"),
    Action("page(1)", "pagedown,ctrl+d", "Page down", "a page down", "Table"),
    Action("page(-1)", "pageup,ctrl+u", "Page up", "a page up", "Table"),
    Action("top", "home,g", "Top", "first row, and follow new points", "Table"),
    Action("bottom", "end,G", "Bottom", "last row", "Table"),
    Action("jump_hours(-1)", "left,h", "Hour back", "one hour back in time", "Table"),
    Action("jump_hours(1)", "right,l", "Hour on", "one hour on in time", "Table"),
    Action("jump_hours(-24)", "left_square_bracket", "Day back", "one day back in time", "Table"),
    Action("jump_hours(24)", "right_square_bracket", "Day on", "one day on in time", "Table"),
    Action("details", "enter", "Details", "all about the chosen row; open the chosen alert or target", "Table"),
    Action("copy", "C", "Copy", "copy the chosen row, or in the alerts the alert's sentence (OSC 52)", "Table"),
    Action("sort(1)", "s", "Sort", "sort by the next column", "Table", footer=True),
    Action("sort(-1)", "S", "Sort back", "sort by the column before", "Table"),
    Action("reverse", "o", "Order", "turn the order round", "Table"),
    Action("step", "d", "Rows", "15-minute, hourly or daily rows", "Table", footer=True),
    Action("only_alerts", "f", "Filter", "only rows with an alert, or all", "Table"),
    Action("zone", "t", "Time zone", "local time or UTC", "Table"),
    Action("alerts", "A", "Alerts", "go into the list of alerts, and back to the table", "Alerts", footer=True),
    Action("walk_alerts(1)", "n", "Next alert", "next alert; table and chart go to it", "Alerts"),
    Action("walk_alerts(-1)", "N", "Alert before", "alert before; table and chart go to it", "Alerts"),
    Action("acknowledge", "y", "Acknowledge", "no more bell for the chosen alert, or the worst open one", "Alerts"),
    Action("find", "slash", "Find", "in the overview: only targets whose name holds what you type", "Several targets"),
    Action("target_step(1)", "full_stop", "Next target", "the next target's screen", "Several targets"),
    Action("target_step(-1)", "comma", "Target before", "the screen of the target before", "Several targets"),
    Action(
        "back",
        "escape",
        "Back",
        "close what is open; end alerts, zoom, filter, freeze; to the overview",
        "Program",
    ),
)


def bindings(*names: str) -> list[Binding]:
    """The bindings of the named actions, or of all."""
    return [action.binding() for action in ACTIONS if not names or action.name in names]
