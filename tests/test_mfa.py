"""A profile that needs an MFA code, with moto's STS behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sesmon.sources.mfa import MfaDesk, MfaNeeded
from tests.sources.test_moto import moto_url, send  # noqa: F401 - a fixture
from tests.terminal import Terminal

PROFILES = """
[profile base]
aws_access_key_id = AKIATESTTESTTESTTEST
aws_secret_access_key = not-a-secret
[profile guarded]
role_arn = arn:aws:iam::123456789012:role/ops
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/ops
region = us-east-1
"""


@pytest.fixture
def environment(isolated: Path, moto_url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:  # noqa: F811
    """A user whose profile asks for a code, and whose AWS is moto."""
    send(moto_url, 5)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (isolated / "aws-config").write_text(PROFILES)
    return {"AWS_ENDPOINT_URL": moto_url}


def test_the_code_is_asked_for_in_a_dialog(environment: dict[str, str]) -> None:
    """The code is asked for on the screen without garbling it, its digits are not shown, and the data come."""
    with Terminal(["--profile", "guarded"], environment=environment) as terminal:
        terminal.wait_for("MFA code", "arn:aws:iam::123456789012:mfa/ops", "Esc declines")
        terminal.press("123456")
        terminal.wait_for("••••••")
        assert "123456:" not in terminal.text
        terminal.press("\r")
        terminal.wait_for("LIVE", "profile guarded", "1 × 15 min")


def test_one_code_serves_all_regions_of_a_profile(environment: dict[str, str]) -> None:
    """Several Regions of one profile ask once, and all are read with what the code led to."""
    regions = ["us-east-1", "eu-west-1", "eu-central-1"]
    options = [word for region in regions for word in ("--region", region)]
    with Terminal(["--profile", "guarded", *options], environment=environment) as terminal:
        terminal.wait_for("MFA code", "Esc declines")
        terminal.press("123456\r")
        terminal.wait_for("● 3 well")
        assert "MFA code" not in terminal.text


def test_who_declines_is_asked_again_on_r(environment: dict[str, str]) -> None:
    """Esc leaves a sentence with a remedy on the screen, and r asks again."""
    with Terminal(["--profile", "guarded"], environment=environment) as terminal:
        terminal.wait_for("MFA code")
        terminal.press("\x1b")
        terminal.wait_for("needs an MFA code, and none was given", "NO DATA")
        terminal.press("r")
        terminal.wait_for("Esc declines")


def test_nobody_is_asked_where_there_is_no_screen() -> None:
    """Without a screen, and after a refusal, the source is told at once; an invitation lets one through."""
    desk = MfaDesk()
    with pytest.raises(MfaNeeded):
        desk.ask("Enter MFA code: ")
    answers = iter([None, "123456"])
    desk.show = lambda prompt, answer: answer(next(answers))
    for _ in range(2):
        with pytest.raises(MfaNeeded):
            desk.ask("Enter MFA code: ")
    desk.invite()
    assert desk.ask("Enter MFA code: ") == "123456"
