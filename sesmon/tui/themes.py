"""Colours by role. Nothing else in the program names a colour."""

from __future__ import annotations

import os

from textual.theme import Theme

from sesmon.model import Metric, Severity

DARK = Theme(
    name="sesmon-dark",
    dark=True,
    primary="#7aa2f7",
    secondary="#9aa5ce",
    accent="#7dcfff",
    foreground="#d5d9e5",
    background="#101218",
    surface="#191c26",
    panel="#232735",
    warning="#e5b454",
    error="#ff6b70",
    success="#8fc97a",
    variables={
        "sends": "#7aa2f7",
        "bounces": "#d9a0f0",
        "complaints": "#7fd6c2",
        "rejects": "#b7bdd0",
        "muted": "#8d95ad",
        "axis": "#8d95ad",
        "footer-key-foreground": "#7dcfff",
        "footer-description-foreground": "#b7bdd0",
    },
)

PLAIN = "ansi-dark"
"""Textual's own theme of the terminal's colours: what NO_COLOR leaves of it stays readable."""

ROLES = ("sends", "bounces", "complaints", "rejects", "muted", "axis")
"""Our own roles, beside Textual's `foreground`, `warning`, `error`, `success`, `accent`."""

_PLAIN_ROLES = {
    "sends": "ansi_bright_blue",
    "bounces": "ansi_bright_magenta",
    "complaints": "ansi_bright_cyan",
    "rejects": "ansi_white",
    "muted": "ansi_white",
    "axis": "ansi_white",
}

SEVERITY_ROLES = {Severity.WARNING: "warning", Severity.CRITICAL: "error"}
METRIC_ROLES = {metric: metric.value for metric in Metric}

GLYPHS = {Severity.WARNING: "▲", Severity.CRITICAL: "◆"}
"""An alert's sign, so that it is told without colour."""

GLYPH_WORDS = {Severity.WARNING: "warning", Severity.CRITICAL: "critical"}


def wanted() -> str:
    """The theme to start with: the terminal's own colours where NO_COLOR is set, else ours."""
    return PLAIN if os.environ.get("NO_COLOR") else DARK.name


def role_defaults(theme: str) -> dict[str, str]:
    """Our own roles for a theme that does not bring them."""
    return _PLAIN_ROLES if theme.startswith("ansi") else {role: DARK.variables[role] for role in ROLES}
