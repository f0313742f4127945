"""How a newly raised alert makes itself known beside the screen: one bell, and a notice for each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App
from textual.notifications import SeverityLevel

from sesmon.model import Event, Severity, Target
from sesmon.tui.themes import GLYPHS
from sesmon.tui.view import View

_SECONDS = 12.0


def make_known(app: App[None], news: Sequence[Event], target: Target, view: View) -> None:
    """Ring once, however many there are, and say what each is and where; as far as the view wants either."""
    if news and view.rings:
        app.bell()
    if not view.notifies:
        return
    for event in news:
        alert = event.alert
        title = f"{GLYPHS[alert.severity]} {alert.severity.label}: {alert.metric.label.lower()} in {target.region}"
        severity: SeverityLevel = "error" if alert.severity is Severity.CRITICAL else "warning"
        app.notify(alert.message, title=title, severity=severity, timeout=_SECONDS, markup=False)
