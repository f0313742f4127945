"""JSON on a standard output that lacks signs."""

from __future__ import annotations

import io
import json
import sys

import pytest

from sesmon.commands.escaping import json_for_stdout
from tests.commands.running import sesmon

TOLD = {"message": "profil é: 0,1 % ≥ 😀", "a": "\\u00e9"}


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_nothing_is_lost(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read back is what was told, whatever the encoding; a UTF has it without escapes."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    plain = json.dumps(TOLD, ensure_ascii=False)
    text = json_for_stdout(plain)
    assert json.loads(text.encode(encoding)) == TOLD
    assert (text == plain) == (encoding == "utf-8")


@pytest.mark.usefixtures("isolated")
def test_commands_write_it_so() -> None:
    """A snapshot has the same alerts in a locale that lacks their signs, and no question mark in their place."""
    said = []
    for encoding in ("ascii", "utf-8"):
        done = sesmon(
            "snapshot", "--demo", "--region", "é", "--format", "json", environment={"PYTHONIOENCODING": encoding}
        )
        said.append(json.loads(done.stdout)["targets"][0]["region"])
    assert said == ["é", "é"]
