"""Files that the user names."""

from __future__ import annotations

import io
import os
import socket
from pathlib import Path

import pytest

from sesmon import named_file
from sesmon.config import ConfigError, load
from sesmon.history_file import HistoryError, HistoryFile, inspected
from sesmon.ledger import HostPacer
from sesmon.model import Target
from sesmon.pacing import CallKey
from sesmon.sources.base import SourceError
from sesmon.sources.replay import read_points
from tests.commands.running import sesmon
from tests.fakes import FakeClock
from tests.sources.test_replay import AWS_SAMPLE


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """A FIFO that nobody writes to."""
    path = tmp_path / "fifo.db"
    os.mkfifo(path)
    return path


def test_what_is_no_file_is_named(fifo: Path, tmp_path: Path) -> None:
    """A FIFO, a device, a directory and a socket are told apart; a file, and nothing at all, may be one."""
    assert named_file.kind(fifo) == "a FIFO"
    assert named_file.kind(Path("/dev/zero")) == "a device"
    assert named_file.kind(tmp_path) == "a directory"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        assert named_file.kind(tmp_path / "s") == "a socket"
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "none", Path("a\0b")):
        assert named_file.kind(path) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_files_of_windows_are_read_by_their_byte_order_mark(encoding: str, tmp_path: Path) -> None:
    """Statistics and a configuration that Windows wrote are as good as others."""
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    statistics, configuration = tmp_path / "x.json", tmp_path / "config.toml"
    statistics.write_bytes((mark + AWS_SAMPLE.replace("\n", "\r\n")).encode(encoding))
    configuration.write_bytes((mark + 'theme = "dark"\r\nregion = ["a"]\r\n').encode(encoding))
    assert len(read_points(str(statistics)).points) == 3
    types = {"theme": str, "region": list[str]}
    assert load(configuration, types, must_exist=True) == {"theme": "dark", "region": ["a"]}


def test_half_a_sign_is_told(tmp_path: Path) -> None:
    """What begins as UTF-16 and is not is refused as that."""
    path = tmp_path / "x.json"
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(SourceError, match="is not UTF-16 text: byte 2 does not fit"):
        read_points(str(path))


def test_what_never_ends_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text has a bound, beyond which nothing is read; as long as it is still read."""
    monkeypatch.setattr(named_file, "LONGEST", 3)
    assert named_file.text(io.BytesIO(b"abc")) == "abc"
    with pytest.raises(named_file.TooLongError):
        named_file.text(io.BytesIO(b"abcd"))
    with pytest.raises(SourceError, match="/dev/zero is larger than 0 MB, or never ends: no send statistics are"):
        read_points("/dev/zero")


def test_nothing_is_kept_in_what_is_no_file(fifo: Path) -> None:
    """A FIFO as the history is refused at once, by who keeps, who looks and who takes turns."""
    clock = FakeClock()
    for open_it in (lambda: HistoryFile(fifo, clock.now()), lambda: inspected(fifo)):
        with pytest.raises(HistoryError, match="is a FIFO, and no file; give another file with --history"):
            open_it()
    pacer = HostPacer(fifo, "profile a in b", clock)
    assert pacer.claim(CallKey(Target("b", "a"), "GetSendStatistics")) == 0
    pacer.close()


def test_a_configuration_is_a_file_or_nothing(fifo: Path) -> None:
    """A FIFO as the configuration is refused at once; the null device asks for none."""
    with pytest.raises(ConfigError, match="is a FIFO, and no file; give a file with --config"):
        load(fifo, {}, must_exist=True)
    assert load("/dev/null", {}, must_exist=True) == {}


@pytest.mark.usefixtures("isolated")
def test_the_program_waits_for_no_fifo(fifo: Path) -> None:
    """Each option that names a file to keep ends with one sentence, and not with a wait for ever."""
    for option, words in (("--log-file", "is a FIFO, and no file"), ("--config", "is a FIFO, and no file")):
        done = sesmon("snapshot", "--demo", option, str(fifo))
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr
    done = sesmon("export", "--history", str(fifo))
    assert (done.returncode, "is a FIFO, and no file" in done.stderr) == (1, True)
    done = sesmon("import", "/dev/zero", "--region", "a")
    assert (done.returncode, "/dev/zero is larger than 128 MB, or never ends" in done.stderr) == (1, True)
