"""What every test gets: a home of its own, and no way to the developer's AWS account."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sesmon.log_file import close_log_file, open_log_file
from tests.ses.server import LoopbackSes

# How fast a busy machine draws its examples is not what the tests are about.
settings.register_profile("sesmon", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sesmon")


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, no AWS setting from outside, and made-up keys."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("AWS_", "XDG_", "SESMON_"))]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    return home


def environment(home: Path) -> dict[str, str]:
    """The variables of a user whose home is empty, with keys that only tests/ses takes."""
    return {
        "HOME": str(home),
        "AWS_CONFIG_FILE": str(home / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "aws-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
        "AWS_SECRET_ACCESS_KEY": "not-a-secret",
    }


@pytest.fixture
def ses() -> Iterator[LoopbackSes]:
    """A loopback SES that holds nothing yet."""
    with LoopbackSes() as server:
        yield server


@pytest.fixture
def log_path(tmp_path: Path) -> Iterator[Path]:
    """A log at level debug; closed after."""
    handler = open_log_file(tmp_path / "sesmon.log", "debug")
    yield tmp_path / "sesmon.log"
    close_log_file(handler)
