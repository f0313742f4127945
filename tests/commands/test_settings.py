"""Which of flag, environment, file and default has the last word."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sesmon.commands import COMMANDS, configuring, doctor, exporting, monitor
from sesmon.commands.opening import open_targets
from sesmon.commands.settings import SETTINGS, TYPES, file_path, settle
from sesmon.config import load
from tests.commands.running import sesmon
from tests.fakes import FakeClock


@pytest.fixture
def file(isolated: Path) -> Path:
    """The user's own configuration file."""
    path = isolated / ".config" / "sesmon" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def settled(*argv: str, **environment: str) -> dict[str, tuple[object, str]]:
    """Each setting's value and where it came from."""
    options = settle(configuring.parser(), argv, environment)
    return {key: (origin.value, origin.where) for key, origin in options.origins.items()}


def test_option_goes_before_environment_before_xdg(isolated: Path) -> None:
    """--config, then SESMON_CONFIG, then ~/.config/sesmon/config.toml, where XDG_CONFIG_HOME is honoured."""
    assert file_path("a", {"SESMON_CONFIG": "b"}) == ("a", True)
    assert file_path(None, {"SESMON_CONFIG": "~/b"}) == (str(isolated / "b"), True)
    assert file_path(None, {"XDG_CONFIG_HOME": "/x"}) == ("/x/sesmon/config.toml", False)
    assert file_path(None, {}) == (str(isolated / ".config/sesmon/config.toml"), False)


def test_a_list_of_nothing_is_no_choice(file: Path) -> None:
    """A command that takes one Region takes none from an empty list, and does not break on it."""
    file.write_text("region = []\nprofile = []\n")
    options = settle(doctor.parser(), [])
    assert (options.region, options.profile) == (None, None)


def test_flag_before_environment_before_file_before_default(file: Path) -> None:
    """Each goes before the next, and says where it came from."""
    file.write_text("interval = 5\nfalse_alarms = 1\nminimum_mail = 7\n")
    got = settled("--interval", "9", SESMON_INTERVAL="8", SESMON_FALSE_ALARMS="2", HOME=str(file.parents[2]))
    assert got["interval"] == (9.0, "flag")
    assert got["false_alarms"] == (2.0, "SESMON_FALSE_ALARMS")
    assert got["minimum_mail"] == (7, str(file))
    assert got["representative"] == (None, "default")


def test_a_flag_is_told_from_a_value_that_it_equals(file: Path) -> None:
    """A flag comes from the command line, though it gives what the default or the file has too."""
    file.write_text('theme = "dark"\nquiet = ["rejects"]\n')
    assert settled("--theme", "auto")["theme"] == ("auto", "flag")
    assert settled("--theme", "dark")["theme"] == ("dark", "flag")
    assert settled("--quiet", "rejects")["quiet"] == (["rejects"], "flag")


def test_a_history_that_is_named_is_kept(file: Path) -> None:
    """--history goes before what switches histories off in environment and file; so does SESMON_HISTORY in the file."""
    file.write_text("keep_history = false\n")
    assert settled()["keep_history"] == (True, str(file))
    for variable in ({}, {"SESMON_NO_HISTORY": "1"}, {"SESMON_KEEP_HISTORY": "no"}):
        got = settled("--history", "h.db", **variable)
        assert (got["history"], got["keep_history"]) == (("h.db", "flag"), (False, "flag"))
    assert settled(SESMON_HISTORY="h.db")["keep_history"] == (False, "default")
    assert settled("--history", "h.db", "--no-history")["keep_history"] == (True, "flag")


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "print"])
def test_no_option_is_abbreviated(command: str, tmp_path: Path) -> None:
    """A part of --config is refused: the file is read before the other options, by its whole name."""
    path = tmp_path / "c.toml"
    path.write_text("interval = 5\n")
    done = sesmon(command, "--conf", str(path))
    assert done.returncode == (3 if command == "check" else 2)
    assert "unrecognized arguments: --conf" in done.stdout + done.stderr


@pytest.mark.usefixtures("isolated")
@pytest.mark.parametrize(("word", "is_on"), [("1", True), ("Yes", True), ("on", True), ("false", False), ("0", False)])
def test_the_flags_of_other_names_take_the_same_words(word: str, *, is_on: bool) -> None:
    """SESMON_NO_HISTORY and SESMON_ALLOW_HTTP take the words of the other flags, such as SESMON_UTC."""
    got = settled(SESMON_NO_HISTORY=word, SESMON_ALLOW_HTTP=word, SESMON_UTC=word)
    assert got["utc"] == (is_on, "SESMON_UTC")
    assert got["keep_history"] == (is_on, "SESMON_NO_HISTORY")
    assert got["allow_http"] == (is_on, "SESMON_ALLOW_HTTP")


@pytest.mark.usefixtures("isolated")
@pytest.mark.parametrize("variable", ["SESMON_NO_HISTORY", "SESMON_ALLOW_HTTP", "SESMON_UTC"])
def test_another_word_is_a_usage_error(variable: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A word that is neither true nor false is refused by name; doctor goes on, with the history and without http."""
    with pytest.raises(SystemExit):
        settled(**{variable: "perhaps"})
    assert f"{variable}: 'perhaps' is neither true nor false." in capsys.readouterr().err
    options = settle(doctor.parser(), [], {variable: "perhaps"}, goes_on=True)
    assert (options.no_history, options.allow_http) == (False, False)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ('{ refresh = "q" }', "keys: 'q' would be both 'quit' and 'refresh'"),
        ('{ bogus = "x" }', "keys: there is no action 'bogus'"),
    ],
)
def test_keys_that_cannot_be_are_refused_by_all_that_have_keys(
    keys: str, why: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`sesmon config` refuses what the monitor refuses, with its sentence; what has no keys is not stopped by them."""
    file.write_text(f"keys = {keys}\n")
    for module in (configuring, monitor):
        with pytest.raises(SystemExit):
            settle(module.parser(), [])
        assert why in capsys.readouterr().err
    settle(exporting.parser(), [])
    (trouble,) = settle(doctor.parser(), [], goes_on=True).configured.troubles
    assert why in trouble
    file.unlink()
    for module in (configuring, monitor):
        with pytest.raises(SystemExit):
            settle(module.parser(), ["--key", "refresh=q"])
        assert "--key: 'q' would be both 'quit' and 'refresh'" in capsys.readouterr().err


def test_an_endpoint_is_http_or_https(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another scheme is a usage error that names the two, wherever it stands, and repeats no password."""
    why = "an endpoint begins with https:// or http://, and this one does not"
    with pytest.raises(SystemExit):
        settled("--endpoint-url", "ftp://me:secret@host")
    with pytest.raises(SystemExit):
        settled(SESMON_ENDPOINT_URL="me:secret@host")
    file.write_text('[[target]]\nendpoint_url = "ftp://me:secret@host"\n')
    with pytest.raises(SystemExit):
        settled(HOME=str(file.parents[2]))
    said = capsys.readouterr().err
    for where in ("argument --endpoint-url", "SESMON_ENDPOINT_URL", "target 1: endpoint_url"):
        assert f"{where}: {why}" in said
    assert "secret" not in said
    file.unlink()
    assert settled("--endpoint-url", "HTTPS://host")["endpoint_url"] == ("HTTPS://host", "flag")


def test_a_flag_takes_the_place_of_a_list(file: Path) -> None:
    """Metrics, limits and Regions of the file are not added to those of the command line."""
    file.write_text('quiet = ["rejects"]\nregion = ["eu-west-1", "eu-west-2"]\n')
    assert settled()["quiet"] == (["rejects"], str(file))
    assert settled("--quiet", "bounces", "--quiet", "sends")["quiet"] == (["bounces", "sends"], "flag")
    assert settled("--region", "us-east-1")["region"] == (["us-east-1"], "flag")


def test_what_is_on_can_be_turned_off_and_lists_come_from_variables(file: Path) -> None:
    """A setting that an option turns off is true or false in file and environment; lists are separated by commas."""
    file.write_text("bell = false\nmouse = true\n")
    got = settled(SESMON_KEEP_HISTORY="no", SESMON_QUIET="rejects, bounces", SESMON_LIMIT="complaints=0.1,0.2")
    assert got["bell"][0] is True  # --no-bell
    assert got["mouse"][0] is False
    assert got["keep_history"][0] is True
    assert got["quiet"][0] == ["rejects", "bounces"]
    assert got["limit"][0] == [("complaints", 0.001, 0.002)]


def test_every_setting_has_an_option_and_its_help() -> None:
    """The table, the parsers and the file know the same settings."""
    dests = {action.dest for action in configuring.parser()._actions}
    assert {setting.dest for setting in SETTINGS} <= dests
    assert dests <= {action.dest for action in monitor.parser()._actions} | {"template"}
    assert set(TYPES) == {setting.key for setting in SETTINGS} | {"target"}


def test_the_template_is_a_configuration_once_uncommented(tmp_path: Path) -> None:
    """Every line of the sample is TOML with a value that is taken."""
    text = "\n".join(
        line.removeprefix("# ")
        for line in configuring.template().splitlines()
        if " = " in line.split("(")[0] or line.startswith("# [[")
    )
    assert set(tomllib.loads(text)) == set(TYPES)
    path = tmp_path / "config.toml"
    path.write_text(text)
    assert load(path, TYPES, must_exist=True)
    options = settle(configuring.parser(), ["--config", str(path)], {})
    assert all(origin.where == str(path) for origin in options.origins.values())


def test_targets_of_the_file_are_opened_unless_others_are_named(file: Path) -> None:
    """[[target]] tables are what is read; a Region or profile of the command line takes their place."""
    file.write_text(
        '[[target]]\nprofile = "a"\nregion = "eu-west-1"\n[[target]]\nprofile = "b"\nregion = "us-east-1"\n'
    )
    options = settle(monitor.parser(), ["--no-history"])
    named = [(one.source.target.profile, one.source.target.region) for one in open_targets(options, FakeClock())]
    assert named == [("a", "eu-west-1"), ("b", "us-east-1")]
    options = settle(monitor.parser(), ["--no-history", "--region", "sa-east-1"])
    assert [one.source.target.region for one in open_targets(options, FakeClock())] == ["sa-east-1"]


def test_profiles_times_regions() -> None:
    """Each profile is opened in each Region, each pair once."""
    argv = ["--no-history", *(["--profile", "a", "--profile", "b", "--region", "x", "--region", "y", "--region", "x"])]
    targets = open_targets(settle(monitor.parser(), argv), FakeClock())
    named = [(one.source.target.profile, one.source.target.region) for one in targets]
    assert named == [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("intervall = 5", "did you mean interval?"),
        ('interval = "fast"', "has the wrong type"),
        ("interval = 0.1", "is out of range"),
        ('theme = "pink"', "is none of"),
        ("interval = " + "9" * 5000, "a number in it is too long"),
        ("interval = 0x" + "f" * 5000, "a number in it is too long"),
        ("interval = " + "[" * 5000, "lists nest too deeply"),
        ("minimum_mail = " + "9" * 13, "of 12 digits at most"),
        ('history = "\\u0000"', "a NUL can be in no name"),
    ],
)
def test_a_wrong_file_is_a_usage_error_of_every_command(file: Path, text: str, words: str) -> None:
    """One sentence that names the file and the key, and status 2."""
    file.write_text(text)
    done = sesmon("snapshot", "--demo")
    assert done.returncode == 2
    assert words in done.stderr
    assert str(file) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_variable_is_told() -> None:
    """A variable of the environment is checked as the option is."""
    done = sesmon("config", environment={"SESMON_INTERVAL": "often"})
    assert done.returncode == 2
    assert "SESMON_INTERVAL: 'often' is not a number of seconds" in done.stderr


def test_a_log_below_nobodys_home_is_told() -> None:
    """A user that there is not has no home, which is one sentence."""
    done = sesmon("snapshot", "--demo", "--log-file", "~nobody.there/log")
    assert done.returncode == 2
    assert "there is no such user" in done.stderr
