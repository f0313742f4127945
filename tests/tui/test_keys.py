"""Other keys for the actions."""

from __future__ import annotations

import pytest

from sesmon.model import Metric
from sesmon.tui.actions import ACTIONS
from sesmon.tui.keys import KeysError, listing, rebound
from sesmon.tui.look import Look
from tests.tui.harness import Stage, stage
from tests.tui.scenes import ALERT, EMPTY, LIVE, SPIKE_ALERT


def charted(on: Stage) -> Metric:
    """The metric on the chart, read anew."""
    return on.main.view.metric


def test_every_action_has_an_id_of_its_own() -> None:
    """Ids tell actions apart, and are plain words."""
    ids = [action.id for action in ACTIONS]
    assert len(set(ids)) == len(ids)
    assert all(name.replace("-", "").isalnum() and name.islower() for name in ids)


async def test_another_key_takes_the_place_of_the_default() -> None:
    """A rebound action answers to its new keys, no longer to the old one, and help shows them."""
    async with stage(LIVE, look=Look("dark", "unicode", keys={"metric": "f5,w", "bounces": "B"})) as on:
        await on.press("m")
        assert charted(on) is Metric.COMPLAINTS
        await on.press("w")
        assert charted(on) is Metric.REJECTS
        await on.press("B")
        assert charted(on) is Metric.BOUNCES
        await on.press("question_mark")
        assert "f5 w" in on.screen_text().lower()


async def test_keys_can_be_exchanged() -> None:
    """Two actions can take each other's keys."""
    async with stage(LIVE, look=Look("dark", "unicode", keys={"bounces": "x", "rejects": "b"})) as on:
        await on.press("x")
        assert charted(on) is Metric.BOUNCES
        await on.press("b")
        assert charted(on) is Metric.REJECTS


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"quit": "r"}, "'r' would be both 'quit' and 'refresh'"),
        ({"quti": "Q"}, "did you mean 'quit'?"),
        ({"quit": "hyperspace"}, "'hyperspace' is not a key"),
        ({"quit": ",", "target-before": "f9"}, "nothing"),
    ],
)
def test_what_cannot_be_is_told_in_words(wanted: dict[str, str], words: str) -> None:
    """Conflicts, unknown actions and unknown keys are named; what is right raises nothing."""
    if words == "nothing":
        assert next(action for action in rebound(wanted) if action.id == "quit").keys == "comma"
        return
    with pytest.raises(KeysError, match=words.replace("?", r"\?")):
        rebound(wanted)


def test_the_listing_can_be_given_back() -> None:
    """Each line of --print-keys names an action and keys that are taken as they are."""
    lines = [line.split() for line in listing().splitlines()]
    assert rebound({words[0]: words[1] for words in lines}) == tuple(action._replace(shown_as="") for action in ACTIONS)


async def test_copying_goes_to_the_terminals_clipboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """C copies the chosen row, and in the alerts the sentence."""
    async with stage(ALERT) as on:
        await on.press("C")
        assert on.app.clipboard.startswith("2026-03-16 13:56 UTC: 4,128 delivery attempts, ")
        await on.press("A", "C")
        assert on.app.clipboard == SPIKE_ALERT.message


async def test_the_palette_offers_only_what_applies() -> None:
    """Without data there is nothing to export, and without a history no long window; no theme of Textual's own."""
    async with stage(EMPTY) as on:
        offered = {command.title for command in on.app.get_system_commands(on.app.screen)}
        assert {"Quit", "Help", "24h", "Theme light"} <= offered
        assert not offered & {"Export", "90d", "Acknowledge", "Theme", "Theme dark", "Palette"}
