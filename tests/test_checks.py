"""What doctor says of what it finds."""

from __future__ import annotations

import pytest

from sesmon import checks
from sesmon.checks import Check, Standing
from sesmon.model import ErrorKind, Failure
from sesmon.sources.ses import OPERATIONS
from tests.test_security import READ_BY_THE_PROGRAM

DENIED = Failure(ErrorKind.DENIED, "SES denies it.", "Allow it.", transient=False)
DOWN = Failure(ErrorKind.NETWORK, "SES cannot be reached.", "Check the network.", transient=True)


@pytest.mark.parametrize(
    ("check", "standing", "words"),
    [
        (checks.terminal({"TERM": "xterm-256color"}, (120, 40)), Standing.OK, "120 by 40"),
        (checks.terminal({"TERM": "xterm"}, (40, 10)), Standing.NOTE, "80 by 24"),
        (checks.terminal({"TERM": "dumb"}, (120, 40)), Standing.FAILED, "TERM is 'dumb'"),
        (checks.terminal({}, (120, 40)), Standing.FAILED, "Set TERM"),
        (checks.terminal({}, None), Standing.OK, "not looked at"),
        (checks.terminal({"TERM": "xterm", "NO_COLOR": "1"}, (120, 40)), Standing.OK, "NO_COLOR"),
        (checks.locale("utf-8"), Standing.OK, "utf-8"),
        (checks.locale("UTF8"), Standing.OK, "UTF8"),
        (checks.locale("ascii"), Standing.FAILED, "LC_ALL=C.UTF-8"),
        (checks.environment({}), Standing.OK, "neither"),
        (checks.environment({"SESMON_HISTROY": "x"}), Standing.NOTE, "Is SESMON_HISTORY meant?"),
        (checks.environment({"AWS_REGION": "eu-west-1", "PATH": "/bin"}), Standing.OK, "AWS_REGION=eu-west-1"),
        (checks.environment({"SESMON_THEME": "dark"}, ["SESMON_THEME"]), Standing.OK, "SESMON_THEME"),
        (checks.environment({"SESMON_THEMA": "dark"}, ["SESMON_THEME"]), Standing.NOTE, "Is SESMON_THEME meant?"),
        (*checks.configuration("~/c.toml", [], is_there=True), Standing.OK, "~/c.toml: sound"),
        (*checks.configuration("~/c.toml", [], is_there=False), Standing.OK, "not there"),
        (*checks.configuration("~/c.toml", ["c.toml is not TOML."], is_there=True), Standing.FAILED, "is not TOML"),
        (checks.credentials("sso", "ASIATESTTESTTESTTEST", "123456789012", "p"), Standing.OK, "Identity Center"),
        (checks.reachability("https://x", 0.1234, None), Standing.OK, "answered in 123 ms"),
        (checks.reachability("https://x", 0.1234, DENIED), Standing.OK, "answered in 123 ms"),
        (checks.reachability("https://x", 5.0, DOWN), Standing.FAILED, "cannot be reached"),
        (checks.permission("GetSendStatistics", None), Standing.OK, "allowed"),
        (checks.permission("GetSendStatistics", DENIED), Standing.FAILED, "SES denies it."),
        (checks.permission("GetSendQuota", DENIED), Standing.NOTE, "Allow ses:GetSendQuota"),
        (checks.permission("GetSendQuota", DOWN), Standing.NOTE, DOWN.remedy),
        (checks.clock(None), Standing.NOTE, "told no time"),
        (checks.clock(-3.0), Standing.OK, "agrees"),
        (checks.clock(45.0), Standing.NOTE, "45 s ahead of"),
        (checks.clock(-7200.0), Standing.FAILED, "2 h behind"),
        (checks.history("~/h.db", None, None, None), Standing.OK, "not there yet"),
        (checks.history("~/h.db", 4096, 0o600, None), Standing.OK, "mode 0600"),
        (checks.history("~/h.db", 4096, 0o644, None), Standing.NOTE, "chmod 600 ~/h.db"),
        (checks.history("~/h.db", None, None, "it is damaged"), Standing.FAILED, "-> Give another file"),
        (checks.history("~/h.db", None, None, "a; b: full; make room."), Standing.FAILED, "a; b: full.\n"),
        (checks.history("~/h.db", None, None, "a; b: full; make room."), Standing.FAILED, "-> Make room."),
    ],
)
def test_each_check_has_its_standing_and_words(check: Check, standing: Standing, words: str) -> None:
    """What is well is ok; what costs something is a note; what stops the monitor fails; the last two say what to do."""
    assert check.standing is standing
    assert words in check.lines()
    assert bool(check.remedy) == (standing is not Standing.OK)
    assert len(check.lines().splitlines()) == (1 if standing is Standing.OK else 2)


def test_a_check_can_be_pasted() -> None:
    """Keys, tokens, account numbers and passwords are masked, and no terminal acts on what is printed."""
    secret = "wJalrXUtnFEMI0K7MDENGbPxRfiCYEXAMPLEKEY9"
    outside = f"AKIATESTTESTTESTABCD {secret} 123456789012 http://me:pass@host/ \x1b]0;x\x07\x9b31m\u202e[bold]"
    text = Check("a", Standing.NOTE, outside, outside).lines()
    for hidden in ("AKIATEST", secret, "123456789012", "me:pass"):
        assert hidden not in text
    assert "ABCD" in text
    assert "***9012" in text
    assert all(line.isprintable() and "[" not in line for line in text.splitlines())


def test_only_what_fails_fails() -> None:
    """A note does not make the exit status 1; a failure does."""
    assert checks.worst([Check("a", Standing.OK, ""), Check("b", Standing.NOTE, "")]) == 0
    assert checks.worst([Check("a", Standing.FAILED, "")]) == 1


def test_every_operation_and_variable_is_known() -> None:
    """The checks know every operation that the source can call, and every variable that the program reads."""
    assert {checks.REQUIRED, *checks.OPTIONAL} == set(OPERATIONS)
    assert set(checks.VARIABLES) >= READ_BY_THE_PROGRAM
