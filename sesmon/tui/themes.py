"""Colours by role. Nothing else in the program names a colour."""

from __future__ import annotations

import os
from collections.abc import Mapping

from rich.console import Console
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from sesmon.model import Metric, Origin, Severity

ROLES = ("sends", "bounces", "complaints", "rejects", "muted", "axis")
"""Our own roles, beside Textual's `foreground`, `warning`, `error`, `success`, `accent`."""

_BOLD_ROLES = frozenset({"warning", "error"})
"""Roles that are bold, beside their colour, wherever text is drawn in them."""


def _theme(
    name: str,
    *,
    dark: bool,
    grounds: tuple[str, str, str],
    texts: tuple[str, str],
    states: tuple[str, str, str, str],
    metrics: tuple[str, str, str, str],
    more: Mapping[str, str] | None = None,
    ansi: bool = False,
) -> Theme:
    """A theme from its colours.

    Args:
        name: as `--theme` names it.
        dark: whether the ground is darker than the text.
        grounds: the screen's, the cards' and dialogs', and the notices' background.
        texts: plain and muted.
        states: accent, warning, error, success.
        metrics: delivery attempts, bounces, complaints, rejects.
        more: what the theme says of Textual's own variables.
        ansi: whether colours are the terminal's own sixteen.
    """
    accent, warning, error, success = states
    plain, muted = texts
    own = dict(zip(ROLES, (*metrics, muted, muted), strict=True))
    return Theme(
        name=name,
        dark=dark,
        ansi=ansi,
        primary=metrics[0],
        secondary=muted,
        accent=accent,
        foreground=plain,
        background=grounds[0],
        surface=grounds[1],
        panel=grounds[2],
        warning=warning,
        error=error,
        success=success,
        variables={
            **(BUILTIN_THEMES["ansi-dark"].variables if ansi else {}),
            **own,
            "footer-background": grounds[2],
            "footer-foreground": plain,
            "footer-key-foreground": accent,
            "footer-description-foreground": plain,
            "scrollbar": muted,
            "scrollbar-hover": accent,
            "scrollbar-active": accent,
            "scrollbar-background": grounds[1],
            "scrollbar-background-hover": grounds[1],
            "scrollbar-background-active": grounds[1],
            "border": accent,
            **(more or {}),
        },
    )


DARK = _theme(
    "dark",
    dark=True,
    grounds=("#101218", "#191c26", "#232735"),
    texts=("#d5d9e5", "#9aa2ba"),
    states=("#7dcfff", "#e5b454", "#ff7a7e", "#8fc97a"),
    metrics=("#83aaff", "#d9a0f0", "#7fd6c2", "#b7bdd0"),
)
LIGHT = _theme(
    "light",
    dark=False,
    grounds=("#fbfbfc", "#eff1f5", "#e3e6ed"),
    texts=("#1d2230", "#505870"),
    states=("#005a8c", "#6a4000", "#b3121d", "#1f6420"),
    metrics=("#0000af", "#7a2a9c", "#00605a", "#464d63"),
)
CONTRAST = _theme(
    "high-contrast",
    dark=True,
    grounds=("#000000", "#000000", "#1c1c1c"),
    texts=("#ffffff", "#d7d7d7"),
    states=("#5fffff", "#ffff00", "#ff8787", "#5fff5f"),
    metrics=("#87d7ff", "#ffafff", "#87ffd7", "#ffffff"),
)
COLOUR_BLIND = _theme(
    "colour-blind",
    dark=True,
    grounds=("#101218", "#191c26", "#232735"),
    texts=("#e4e7ef", "#a3aabf"),
    # Okabe and Ito's colours, which those who cannot tell red from green can tell apart; lightened for the dark ground.
    states=("#8fd3ff", "#f0e442", "#ff8c42", "#56b4e9"),
    metrics=("#56b4e9", "#e39ac4", "#2fc79a", "#c9cdd8"),
)
SIXTEEN = _theme(
    "16",
    dark=True,
    ansi=True,
    # The ground is painted, because bright colours on somebody's white would not be read.
    grounds=("ansi_black", "ansi_black", "ansi_black"),
    texts=("ansi_white", "ansi_white"),
    states=("ansi_bright_cyan", "ansi_bright_yellow", "ansi_bright_red", "ansi_bright_green"),
    metrics=("ansi_bright_white", "ansi_bright_magenta", "ansi_bright_cyan", "ansi_white"),
    more={
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_white",
        "input-selection-foreground": "ansi_black",
        "screen-selection-background": "ansi_white",
        "screen-selection-foreground": "ansi_black",
        "border-blurred": "ansi_white",
    },
)
PLAIN = _theme(
    "no-color",
    dark=True,
    ansi=True,
    grounds=("ansi_default", "ansi_default", "ansi_default"),
    texts=("ansi_default", "ansi_default"),
    states=("ansi_default",) * 4,
    metrics=("ansi_default",) * 4,
)
"""The terminal's own two colours: all is told by glyph, weight and reverse video."""

THEMES = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST, COLOUR_BLIND, SIXTEEN)}
"""What can be chosen by name."""

AUTO = "auto"

SEVERITY_ROLES = {Severity.WARNING: "warning", Severity.CRITICAL: "error"}
METRIC_ROLES = {metric: metric.value for metric in Metric}

NOT_LIVE = {Origin.DEMO: "DEMO", Origin.REPLAY: "REPLAY"}
"""How data that are not of an account are marked, so that they never look real."""

GLYPHS = {Severity.WARNING: "▲", Severity.CRITICAL: "◆"}
"""An alert's sign, so that it is told without colour."""


def wanted(name: str, environ: Mapping[str, str] | None = None) -> Theme:
    """The theme to start with: the one named; without colour where NO_COLOR says so; else what the terminal can show.

    `auto` is dark on terminals of 256 colours and more, as TERM and COLORTERM tell them.
    """
    env = os.environ if environ is None else environ
    if env.get("NO_COLOR"):
        return PLAIN
    if name != AUTO:
        return THEMES[name]
    colours = Console(force_terminal=True, _environ=env).color_system
    return DARK if colours in {"256", "truecolor"} else SIXTEEN


def role_defaults() -> dict[str, str]:
    """Our own roles for a theme that does not bring them."""
    return {role: DARK.variables[role] for role in ROLES}


def drawn_style(role: str, variables: Mapping[str, str]) -> Style:
    """What a role, ours or Textual's, looks like by a theme's variables, without a ground."""
    return Style(color=Color.parse(variables[role]).rich_color, bold=role in _BOLD_ROLES or None)
