"""Which history a command means."""

from __future__ import annotations

from pathlib import Path

from sesmon.commands.kept import chosen_path


def test_option_goes_before_environment_before_default(isolated: Path) -> None:
    """--history, then SESMON_HISTORY, then the state directory; off by either way."""
    assert chosen_path("a", is_off=False, environment={"SESMON_HISTORY": "b"}) == Path("a")
    assert chosen_path(None, is_off=False, environment={"SESMON_HISTORY": "b"}) == Path("b")
    assert chosen_path(None, is_off=False, environment={}) == isolated / ".local/state/sesmon/history.db"
    assert chosen_path("a", is_off=True, environment={}) is None
    assert chosen_path(None, is_off=False, environment={"SESMON_NO_HISTORY": "1"}) is None
    assert chosen_path("~nobody.there/h", is_off=False, environment={}) == Path("~nobody.there/h")


def test_history_is_off_by_the_words_of_a_flag() -> None:
    """SESMON_NO_HISTORY takes the words of every flag; one that is none of them keeps the history."""
    for word in ("1", "true", "YES", " on "):
        assert chosen_path(None, is_off=False, environment={"SESMON_NO_HISTORY": word}) is None
    for word in ("0", "false", "No", "off", "", "perhaps"):
        assert chosen_path(None, is_off=False, environment={"SESMON_NO_HISTORY": word}) is not None
