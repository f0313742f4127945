"""Pictures of the screen at named sizes: a change of looks must be looked at."""

from __future__ import annotations

import re

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from sesmon.model import Snapshot
from sesmon.tui.look import Look
from tests.tui.harness import stage
from tests.tui.scenes import ALERT, LIVE, STALE


class SvgExtension(SingleFileSnapshotExtension):
    """One SVG file a picture."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


@pytest.mark.parametrize(
    "size", [(200, 50), (120, 40), (80, 24), (60, 15), (40, 8)], ids=lambda size: f"{size[0]}x{size[1]}"
)
@pytest.mark.parametrize("scene", [LIVE, ALERT, STALE], ids=["live", "alert", "stale"])
async def test_screen_looks_as_it_did(size: tuple[int, int], scene: Snapshot, snapshot: SnapshotAssertion) -> None:
    """The screen of each scene at each size is the one that was last looked at."""
    async with stage(scene, size=size) as on:
        picture = re.sub(r"terminal-\d+-", "terminal-", on.app.export_screenshot())
    assert picture == snapshot.use_extension(SvgExtension)


@pytest.mark.parametrize("keys", ["z", "question_mark", "enter"], ids=["zoom", "help", "details"])
async def test_dialogs_look_as_they_did(keys: str, snapshot: SnapshotAssertion) -> None:
    """Zoom, help and details are the ones that were last looked at."""
    async with stage(ALERT) as on:
        await on.press(keys)
        picture = re.sub(r"terminal-\d+-", "terminal-", on.app.export_screenshot())
    assert picture == snapshot.use_extension(SvgExtension)


@pytest.mark.parametrize(
    "size", [(200, 50), (120, 40), (80, 24), (60, 15), (40, 8)], ids=lambda size: f"{size[0]}x{size[1]}"
)
@pytest.mark.parametrize("looks", ["light", "no-color", "ascii"])
async def test_looks_look_as_they_did(
    size: tuple[int, int], looks: str, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Light, without colour and in ASCII, an alert's screen is the one that was last looked at."""
    if looks == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    look = Look("light" if looks == "light" else "dark", "ascii" if looks == "ascii" else "unicode")
    async with stage(ALERT, size=size, look=look) as on:
        picture = re.sub(r"terminal-\d+-", "terminal-", on.app.export_screenshot())
    assert picture == snapshot.use_extension(SvgExtension)
