"""Which history a command means, and whose points of it."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

import pytest

from sesmon.cli import main
from sesmon.commands.kept import chosen_path
from sesmon.commands.options import add_history_options
from sesmon.commands.settings import add_config_option, settle
from sesmon.history import History, Owner
from sesmon.model import Reading, Target
from tests.fakes import START
from tests.test_damage import damaged
from tests.test_history import point

ACCOUNT = "123456789012"
OWNERS = (
    Owner(ACCOUNT, "us-east-1"),
    Owner(f"{ACCOUNT} at http://127.0.0.1:1", "us-east-1"),
    Owner(ACCOUNT, "eu-west-1"),
    Owner("profile dev", "us-east-1"),
    Owner("profile dev at http://127.0.0.1:1", "us-east-1"),
    Owner("default", ""),
)


def path_of(*argv: str, **environment: str) -> Path | None:
    """The file that a command takes."""
    arguments = argparse.ArgumentParser()
    add_history_options(arguments)
    add_config_option(arguments)
    options = settle(arguments, argv, environment)
    return chosen_path(options.history, is_off=options.no_history)


def test_option_goes_before_environment_before_default(isolated: Path) -> None:
    """--history, then SESMON_HISTORY, then the state directory; off by either way."""
    assert path_of("--history", "a", SESMON_HISTORY="b") == Path("a")
    assert path_of(SESMON_HISTORY="b") == Path("b")
    for nothing in ({}, {"SESMON_HISTORY": ""}):
        assert path_of(**nothing) == isolated / ".local/state/sesmon/history.db"
    assert path_of("--history", "a", "--no-history") is None
    assert path_of("--history", "~nobody.there/h") == Path("~nobody.there/h")


def test_history_is_off_by_the_words_of_a_flag() -> None:
    """SESMON_NO_HISTORY takes the words of every flag."""
    for word in ("1", "true", "YES", " on "):
        assert path_of(SESMON_NO_HISTORY=word) is None
    for word in ("0", "false", "No", "off", ""):
        assert path_of(SESMON_NO_HISTORY=word) is not None


@pytest.fixture
def several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history that holds points of several owners, two of them read by profiles."""
    monkeypatch.setenv("SESMON_HISTORY", str(tmp_path / "h.db"))
    with History(tmp_path / "h.db", START) as history:
        for owner in OWNERS:
            history.merge(owner, [point(0)], START)
        history.record(OWNERS[2], Reading(Target("eu-west-1", "prod", ACCOUNT), START, (point(0),)))
        history.record(OWNERS[4], Reading(Target("us-east-1", "dev"), START, (point(0),)))


@pytest.mark.usefixtures("several")
def test_who_is_meant_to_the_letter_goes_first() -> None:
    """An account or profile at AWS is chosen by its name though another endpoint's has it too."""
    assert main(["export", "--account", ACCOUNT, "--region", "us-east-1"]) == 0
    assert main(["export", "--profile", "dev"]) == 0
    assert main(["export", "--profile", "prod"]) == 0


@pytest.mark.usefixtures("several")
def test_every_owner_is_chosen_by_the_words_that_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Of several owners each is listed with options that choose it alone."""
    assert main(["export"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("sesmon: the history holds points of 6 accounts or Regions. Choose: --account 123456789012 ")
    choices = said.partition("Choose: ")[2].split("; ")
    assert len(choices) == len(OWNERS)
    for choice in choices:
        assert main(["export", *shlex.split(choice)]) == 0


@pytest.mark.usefixtures("several")
def test_a_region_that_is_all_chooses_none() -> None:
    """A configuration that reads every Region does not stand for one of that name."""
    assert main(["export", "--profile", "prod", "--region", "all"]) == 0


@pytest.mark.parametrize("command", ["export", "backtest"])
def test_a_damaged_history_is_told_with_its_new_name(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be given from a damaged history is status 1, with where it is now."""
    damaged(tmp_path / "h.db")
    assert main([command, "--history", str(tmp_path / "h.db")]) == 1
    said = capsys.readouterr()
    (aside,) = tmp_path.glob("*.damaged-*")
    assert said.out == ""
    assert said.err == f"sesmon: the history was damaged and is kept as {aside.name}; a new one was begun\n"


@pytest.mark.parametrize("command", ["export", "backtest"])
def test_a_span_without_time_is_refused(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--since that is not before --until is a usage error that names both."""
    with pytest.raises(SystemExit) as raised:
        main([command, "--since", "2026-03-02", "--until", "2026-03-01"])
    assert raised.value.code == 2
    assert "--since 2026-03-02T00:00:00+00:00 and --until 2026-03-01T00:00:00+00:00" in capsys.readouterr().err
