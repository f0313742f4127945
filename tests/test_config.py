"""The configuration file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon.config import ConfigError, load

TYPES = {"interval": float, "bell": bool, "quiet": list[str], "target": {"region": str}}


def said(path: Path, text: str) -> str:
    """What is said of a file that cannot be used."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(path, TYPES, must_exist=True)
    return str(raised.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file lies."""
    return tmp_path / "config.toml"


def test_a_good_file_gives_its_values(path: Path) -> None:
    """What is set is given by key, a whole number where a fraction may be included."""
    path.write_text('interval = 5\nquiet = ["rejects"]\n[[target]]\nregion = "eu-west-1"\n')
    assert load(path, TYPES, must_exist=True) == {
        "interval": 5,
        "quiet": ["rejects"],
        "target": [{"region": "eu-west-1"}],
    }


def test_an_unknown_key_names_file_key_and_the_nearest(path: Path) -> None:
    """A misspelt key is told with the key that was probably meant, in a target too."""
    message = said(path, "intervall = 5")
    assert str(path) in message
    assert "no key intervall" in message
    assert "did you mean interval?" in message
    assert "did you mean region?" in said(path, '[[target]]\nregon = "x"')
    assert "the keys are interval, bell" in said(path, "zzzzz = 1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('interval = "fast"', "interval = 'fast' has the wrong type: Expected float, got str"),
        ("bell = 1", "bell = 1 has the wrong type: Expected bool"),
        ("quiet = [1]", "quiet = (1) has the wrong type: Expected str"),
        ('target = "x"', "target must be a list of tables, ((target))"),
        ("[[target]]\nregion = 5", "target 1: region = 5 has the wrong type"),
        ("interval = ", "is not TOML"),
    ],
)
def test_a_wrong_value_names_file_key_and_type(path: Path, text: str, words: str) -> None:
    """What was found and what was expected are both told."""
    message = said(path, text)
    assert str(path) in message
    assert words.replace("((", "[[").replace("))", "]]") in message or words in message


def test_a_missing_file_is_told_only_where_it_was_asked_for(path: Path) -> None:
    """The file in the XDG directory need not be there; one that was named must."""
    assert load(path, TYPES, must_exist=False) == {}
    with pytest.raises(ConfigError, match="does not exist"):
        load(path, TYPES, must_exist=True)
    with pytest.raises(ConfigError, match="is a directory, and no file"):
        load(path.parent, TYPES, must_exist=True)


@given(st.binary(max_size=200))
def test_any_bytes_are_values_or_one_clean_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever the file holds, it is taken or refused in one printable sentence."""
    path = tmp_path_factory.mktemp("c") / "config.toml"
    path.write_bytes(data)
    said = ""
    try:
        load(path, TYPES, must_exist=True)
    except ConfigError as error:
        said = str(error)
    assert not said or said.isprintable()
