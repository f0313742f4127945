"""The log's file: nothing that opens an account, nothing that moves a terminal, and nothing that stops the monitor."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from sesmon import log_file
from sesmon.log_file import close_log_file, open_log_file


def test_only_its_user_can_read_it(log_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log and what is rotated away are made with mode 0600, and so many files are kept."""
    monkeypatch.setattr(log_file, "LARGEST", 2000)
    handler = open_log_file(log_path.with_name("small.log"), "info")
    for number in range(300):
        logging.getLogger("sesmon.test").info("line %d of many", number)
    close_log_file(handler)
    files = sorted(log_path.parent.glob("small.log*"))
    assert [file.name for file in files] == ["small.log", *(f"small.log.{n}" for n in range(1, log_file.OLD_FILES + 1))]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert "line 299" in files[0].read_text()


def test_text_from_outside_is_one_clean_line(log_path: Path) -> None:
    """What a source says can neither begin a line nor move a terminal that shows the log, in a traceback neither."""
    try:
        int("\x1b[2J\x9b31m\u202eevil\u2028\r\n2026-01-01T00:00:00.000Z INFO forged")
    except ValueError:
        logging.getLogger("sesmon.test").exception("a \x1b]0;title\x07 b\nsecond")
    for line in log_path.read_text().split("\n"):
        assert line.isprintable()
        assert not line.startswith("2026-01-01")


def test_other_programs_loggers_are_not_in_it(log_path: Path) -> None:
    """Botocore's own lines, which hold session tokens at level debug, do not reach the file."""
    logging.getLogger("botocore.auth").warning("x-amz-security-token: FwoGZXIvYXdzE")
    assert "security-token" not in log_path.read_text()


def test_a_full_disk_stops_nobody(log_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that cannot be written is lost without a word on the screen."""
    handler = open_log_file(Path("/dev/full"), "info")
    try:
        logging.getLogger("sesmon.test").info("lost")
    finally:
        with pytest.raises(OSError, match="No space"):
            close_log_file(handler)
    assert capsys.readouterr() == ("", "")
