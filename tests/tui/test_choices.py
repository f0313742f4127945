"""What the user's choices make of the view."""

from __future__ import annotations

import pytest
from textual.actions import parse

from sesmon.model import Metric
from sesmon.tui.actions import ACTIONS
from sesmon.tui.choices import CHOICES, at_alert, chosen
from sesmon.tui.view import LONG_WINDOWS, WINDOWS, Board, View
from tests.tui.scenes import LIVE, LONG, PAST_ALERT

BOARD = Board(LIVE, View())


def test_every_choice_is_an_action_that_has_a_key() -> None:
    """A choice goes by the name of an action in the one table."""
    assert set(CHOICES) <= {parse(action.name)[1] for action in ACTIONS}


@pytest.mark.parametrize("action", [action.name for action in ACTIONS if parse(action.name)[1] in CHOICES])
def test_a_choice_leads_to_another_view_or_is_declined_in_a_sentence(action: str) -> None:
    """No choice leads back to the view that it was made in, unless that view is what it names."""
    _, name, parameters = parse(action)
    outcome = chosen(BOARD, name, *parameters)
    if isinstance(outcome, str):
        assert outcome.endswith(".")
        assert isinstance(chosen(Board(LONG, View()), name, *parameters), View)
    elif action not in {"window('3')", "metric('complaints')"}:
        assert outcome != BOARD.view


@pytest.mark.parametrize(
    ("view", "action"),
    [(View(metric=Metric.SENDS), "rate"), (View(window=LONG_WINDOWS[0]), "step")],
)
def test_what_has_no_meaning_in_a_view_is_declined(view: View, action: str) -> None:
    """Delivery attempts have no rate, and a long window has no rows but days."""
    assert isinstance(chosen(BOARD.seen_through(view), action), str)
    assert isinstance(chosen(BOARD, action), View)


def test_an_alert_is_shown_in_the_shortest_window_that_reaches_it() -> None:
    """The view goes to the alert's metric, and no further back than need be."""
    view = at_alert(BOARD, PAST_ALERT)
    assert BOARD.end is not None
    reaching = [window for window in WINDOWS if BOARD.end - window <= PAST_ALERT.since]
    assert view == BOARD.view._replace(metric=PAST_ALERT.metric, window=reaching[0])
    assert at_alert(BOARD.seen_through(view), PAST_ALERT) == view
