"""With the real Prometheus and its promtool, where they are installed: scraping, rules, back-fill."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import pytest

from sesmon.reports import aws
from tests.commands.running import PATIENCE, sesmon
from tests.commands.test_answers import NOW, current, environment
from tests.commands.test_services import running
from tests.ses.server import LoopbackSes
from tests.tui.scenes import HEALTHY, SPIKING

pytestmark = pytest.mark.skipif(
    not (shutil.which("prometheus") and shutil.which("promtool")), reason="needs Debian's package prometheus"
)

CONFIGURATION = """
global: {{ scrape_interval: 1s, evaluation_interval: 1s }}
rule_files: [{rules}]
scrape_configs:
  - job_name: sesmon
    static_configs: [{{ targets: ["{exporter}"] }}]
"""


def promtool(*arguments: str, stdin: str | None = None) -> str:
    """Run promtool, which must be content."""
    done = subprocess.run(
        ["promtool", *arguments], input=stdin, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def free_port() -> int:
    """A port that nobody listens at."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def prometheus(directory: Path, exporter: str, rules: Path) -> Iterator[Callable[[str], object]]:
    """A Prometheus that scrapes `exporter`; what it gives takes a path of its API and returns the data."""
    configuration = directory / "prometheus.yml"
    configuration.write_text(CONFIGURATION.format(rules=rules, exporter=exporter))
    port = free_port()
    with subprocess.Popen(
        [
            "prometheus",
            f"--config.file={configuration}",
            f"--storage.tsdb.path={directory / 'data'}",
            "--storage.tsdb.retention.time=60d",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:

            def ask(path: str) -> object:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{path}", timeout=30) as answer:
                    return json.load(answer)["data"]

            yield ask
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_for(made: Callable[[], object]) -> object:
    """What is made once there is something; a service that is not up yet is asked again."""
    pause = threading.Event()
    for _ in range(PATIENCE * 4):
        try:
            if found := made():
                return found
        except OSError:
            pass
        pause.wait(0.25)
    raise AssertionError("nothing came")


def test_promtool_takes_metrics_and_rules(tmp_path: Path) -> None:
    """Names, types and units pass promtool's lint, and so do the rules."""
    assert promtool("check", "metrics", stdin=sesmon("snapshot", "--demo", "--format", "openmetrics").stdout) == ""
    rules = tmp_path / "rules.yml"
    rules.write_text(sesmon("print", "prometheus-rules").stdout)
    assert "SUCCESS" in promtool("check", "rules", str(rules))


def test_prometheus_scrapes_fires_and_has_the_past(ses: LoopbackSes, tmp_path: Path) -> None:
    """A spike at the exporter fires the shipped rule, and a range query returns the back-filled two weeks."""
    past = tmp_path / "past.json"
    past.write_text(aws.document(current(HEALTHY)))
    own = environment(ses, tmp_path)
    assert sesmon("import", str(past), environment=own).returncode == 0
    text = tmp_path / "past.om"
    text.write_text(sesmon("export", "--format", "openmetrics", environment=own).stdout)
    (tmp_path / "data").mkdir()
    promtool("tsdb", "create-blocks-from", "openmetrics", str(text), str(tmp_path / "data"))
    rules = tmp_path / "rules.yml"
    rules.write_text(sesmon("print", "prometheus-rules").stdout)
    ses.hold(current(SPIKING))
    with running("exporter", "--listen", "127.0.0.1:0", "--no-history", environment=own) as process:
        assert process.stderr is not None
        address = process.stderr.readline().split()[-1].split("/")[2]
        with prometheus(tmp_path, address, rules) as ask:

            def firing() -> object:
                alerts: dict[str, list[dict[str, dict[str, str]]]] = ask("alerts")  # type: ignore[assignment]
                return [
                    one
                    for one in alerts["alerts"]
                    if one["labels"]["alertname"] == "SesAlertCritical" and one["labels"]["metric"] == "complaints"
                ]

            assert wait_for(firing)
            query = urllib.parse.urlencode(
                {
                    "query": "sum_over_time(sesmon_data_point_delivery_attempts[15d])",
                    "time": f"{NOW.timestamp():.0f}",
                }
            )

            def total() -> object:
                data: dict[str, list[dict[str, list[str]]]] = ask(f"query?{query}")  # type: ignore[assignment]
                return [float(one["value"][1]) for one in data["result"]]

            sent = sum(point.attempts for point in HEALTHY)
            assert sent in wait_for(total)  # type: ignore[operator]
