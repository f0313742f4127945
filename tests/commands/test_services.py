"""Commands that go on until they are ended, run as systemd runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.commands.running import PATIENCE, sesmon, started
from tests.commands.test_answers import current, environment
from tests.ses.server import LoopbackSes
from tests.tui.scenes import HEALTHY, SPIKING


@contextmanager
def running(*arguments: str, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A service that is ended by SIGTERM at the latest, in order."""
    with started(*arguments, environment=environment) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0


def line_of(process: subprocess.Popen[str]) -> dict[str, str]:
    """The next line that it prints, as JSON."""
    assert process.stdout is not None
    line: dict[str, str] = json.loads(process.stdout.readline())
    return line


def scraped(url: str, awaited: str) -> str:
    """What stands there once a text is in it."""
    text = ""
    for _ in range(600):
        with urllib.request.urlopen(url, timeout=30) as answer:
            text = answer.read().decode()
        if awaited in text:
            break
        threading.Event().wait(0.1)
    assert awaited in text
    return text


def test_watch_tells_alerts_failures_and_recovery(ses: LoopbackSes, tmp_path: Path) -> None:
    """Lines come as things happen, the command runs for each of them, and SIGTERM ends it with status 0."""
    ses.hold(current(SPIKING))
    script = tmp_path / "act.py"
    script.write_text(f"import os\nopen({str(tmp_path / 'acted')!r}, 'a').write(os.environ['SESMON_EVENT'] + '\\n')\n")
    command = f"{sys.executable} {script}"
    with running("watch", "--interval", "1", "--exec", command, environment=environment(ses, tmp_path)) as process:
        first = line_of(process)
        assert (first["event"], first["metric"], first["region"]) == ("raised", "complaints", "us-east-1")
        second = line_of(process)
        ses.fail_always("denied")
        failed = second if second["event"] == "failed" else line_of(process)
        assert (failed["event"], failed["kind"]) == ("failed", "denied")
        ses.fail_always(None)
        assert line_of(process)["event"] == "recovered"
    acted = (tmp_path / "acted").read_text().split()
    assert acted[0] == "raised"
    assert acted[-1] == "recovered"
    assert min(ses.gaps()) >= 1.0


def test_watch_tells_an_alert_once_over_restarts(ses: LoopbackSes, tmp_path: Path) -> None:
    """What a run before has told is not told again by the next, which shares its history."""
    ses.hold(current(SPIKING))
    with running("watch", "--interval", "1", environment=environment(ses, tmp_path)) as process:
        assert line_of(process)["event"] == "raised"
        # The second of the two alerts of one reading; both are kept before either is told.
        line_of(process)
    with running("watch", "--interval", "1", environment=environment(ses, tmp_path)) as process:
        ses.wait_for_calls(len(ses.calls) + 2)
        ses.fail_always("denied")
        assert line_of(process)["event"] == "failed"


@pytest.mark.parametrize("command", [["watch"], ["exporter", "--listen", "127.0.0.1:0"]])
def test_the_history_is_one_file_when_a_service_has_ended(ses: LoopbackSes, tmp_path: Path, command: list[str]) -> None:
    """What SQLite keeps beside an open file is taken into it at the end, so that a copy of the file is whole."""
    ses.hold(current(HEALTHY))
    with running(*command, "--interval", "1", environment=environment(ses, tmp_path)) as process:
        if command[0] == "exporter":
            assert process.stderr is not None
            process.stderr.readline()
        # The next call is made once the answer to the first is kept.
        ses.wait_for_calls(2, PATIENCE, "GetSendStatistics")
    assert [path.name for path in tmp_path.iterdir()] == ["h.db"]


class _Inbox(BaseHTTPRequestHandler):
    """A service that takes notifications."""

    got: list[dict[str, object]]
    came: threading.Event

    def do_POST(self) -> None:
        """Note it."""
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.came.set()

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


@pytest.mark.parametrize(("where", "why"), [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
def test_watch_goes_on_where_its_output_is_not_written(ses: LoopbackSes, tmp_path: Path, where: str, why: str) -> None:
    """It says so once, still runs the commands of alerts, and ends with the status of a failure."""
    if "/dev/full" in where and not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")
    ses.hold(current(SPIKING))
    told = tmp_path / "told"
    line = f"exec {sys.executable} -m sesmon watch --interval 1 --exec 'tee -a {told}' {where}"
    with subprocess.Popen(
        line, shell=True, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment(ses, tmp_path)}
    ) as process:
        assert ses.wait_for_calls(3, PATIENCE)
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[1]
    assert json.loads(told.read_text("utf-8").splitlines()[0])["event"] == "raised"
    assert said.count(f"the output is not written: {why}") == 1
    assert "Traceback" not in said
    assert process.returncode == 1


def test_watch_notifies_through_apprise(ses: LoopbackSes, tmp_path: Path) -> None:
    """A URL of apprise gets the sentence, under a title that says what and where."""
    pytest.importorskip("apprise")
    _Inbox.got, _Inbox.came = [], threading.Event()
    server = HTTPServer(("127.0.0.1", 0), _Inbox)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        ses.hold(current(SPIKING))
        url = f"json://127.0.0.1:{server.server_address[1]}/"
        with running("watch", "--notify", url, environment=environment(ses, tmp_path)) as process:
            told = line_of(process)
            assert _Inbox.came.wait(PATIENCE)
        assert _Inbox.got[0]["message"] == told["message"]
        assert "complaints raised in us-east-1" in str(_Inbox.got[0]["title"])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--exec", "'"],
        ["--exec", ""],
        ["--exec-timeout", "0", "--demo"],
        ["--notify", "nonsense"],
        ["--replay", "/no/x"],
    ],
)
def test_watch_refuses_what_it_cannot_do(arguments: list[str]) -> None:
    """A wrong option is a usage error before anything is read."""
    done = sesmon("watch", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_a_recording_is_watched_to_its_end(tmp_path: Path) -> None:
    """A replay cannot bring anything new: it is told, and the command ends by itself."""
    path = tmp_path / "x.json"
    path.write_text('{"SendDataPoints": []}')
    assert sesmon("watch", "--replay", str(path)).returncode == 0


def test_the_exporter_serves_the_figures(ses: LoopbackSes, tmp_path: Path) -> None:
    """/metrics holds the service's figures and their age, on loopback alone, and SIGTERM ends it with status 0."""
    ses.hold(current(HEALTHY))
    with running("exporter", "--listen", "127.0.0.1:0", environment=environment(ses, tmp_path)) as process:
        assert process.stderr is not None
        url = process.stderr.readline().split()[-1]
        assert url.startswith("http://127.0.0.1:")
        ses.wait_for_calls(1)
        text = scraped(url, "sesmon_reading_age_seconds{")
        assert (
            f'sesmon_data_point_complaints{{account="",profile="",region="us-east-1"}} {HEALTHY[-1].complaints}' in text
        )
        assert "sesmon_reading_failures_total" in text


def test_an_address_that_is_taken_is_told(ses: LoopbackSes) -> None:
    """A port that another program holds is one sentence, and status 1."""
    port = ses.url.rpartition(":")[2]
    done = sesmon("exporter", "--demo", "--listen", f"127.0.0.1:{port}")
    assert done.returncode == 1
    assert "cannot listen at 127.0.0.1" in done.stderr
    assert sesmon("exporter", "--demo", "--listen", "nowhere").returncode == 2
