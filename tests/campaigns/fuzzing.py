"""Fuzzing at length: `python -m tests.campaigns.fuzzing --games 100 --seconds 60`.

Plays so many games of the state machine over the screen, and, where atheris is installed (`pip install atheris`), has
it look for so many seconds for bytes that a recording, an answer of the service or a configuration must not break on.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType
from typing import Any

import botocore.session
from botocore import parsers
from botocore.parsers import ResponseParserError, create_parser

from sesmon import config
from sesmon.commands import settings
from sesmon.sources import answer as answers
from sesmon.sources import points, replay
from sesmon.sources.answer import without_points
from sesmon.sources.base import SourceError
from sesmon.sources.points import validated
from sesmon.sources.replay import points_from_json
from sesmon.sources.ses import timestamp
from tests.ses import wire
from tests.test_fuzz import check_configuration, check_failure, check_points
from tests.tui.scenes import NOW

SHAPE: Any = botocore.session.Session().get_service_model("ses").operation_model("GetSendStatistics").output_shape
PARSER: Any = create_parser("query")
PARSER._timestamp_parser = timestamp
PLACE = Path(tempfile.gettempdir())
"""A directory that whoever started the search throws away: the search ends the process."""


def file(data: bytes) -> None:
    """The bytes as a recording."""
    try:
        check_points(points_from_json(data.decode("utf-8", "surrogateescape"), "f").points)
    except SourceError as error:
        check_failure(error.failure)


def answer(data: bytes) -> None:
    """The bytes as a body, and as what stands in the list of points."""
    inner = data.decode("latin-1")
    wrapped = wire.answer("GetSendStatistics", f"<SendDataPoints><member>{inner}</member></SendDataPoints>")
    for body in (data, wrapped.encode()):
        taken = without_points(body, timestamp)
        if taken:
            check_points(validated(taken[1], NOW).points)
        try:
            listed = PARSER.parse({"headers": {}, "status_code": 200, "body": body}, SHAPE).get("SendDataPoints") or []
        except (ResponseParserError, KeyError, ValueError, LookupError):
            continue  # what `sources/faults.py` has a sentence for
        check_points(validated(listed, NOW).points)
        if taken:
            assert [_read(point) for point in listed] == [
                {name: own[name] for name in _read(point)} for own, point in zip(taken[1], listed, strict=True)
            ]


def _read(point: Mapping[str, object]) -> dict[str, object]:
    """What botocore could read of a point: of an element that is there twice, nothing."""
    return {name: value for name, value in point.items() if value is not None}


def configuration(data: bytes) -> None:
    """The bytes as a file of settings."""
    path = PLACE / "config.toml"
    path.write_bytes(data)
    check_configuration(path)


def any_of_them(data: bytes) -> None:
    """The bytes as one of these, as the first of them says."""
    (file, answer, configuration)[data[0] % 3 if data else 0](data[1:])


def search(seconds: int) -> None:
    """Have atheris look for bytes that raise; it ends the process."""
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415 - not on every system

    for module in (replay, points, answers, parsers, config, settings, tomllib._parser):  # type: ignore[attr-defined]
        for function in vars(module).values():
            if isinstance(function, FunctionType):
                atheris.instrument_func(function)
    seeds = PLACE / "seeds"
    seeds.mkdir()
    for setting in settings.SETTINGS:
        (seeds / setting.key).write_bytes(b"\2" + f"{setting.key} = {setting.sample}".encode())
    arguments = [
        sys.argv[0],
        str(seeds),
        f"-max_total_time={seconds}",
        "-max_len=600",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    atheris.Setup(arguments, any_of_them)
    atheris.Fuzz()


def main() -> int:
    """Run both, and print what came of them."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--games", type=int, default=100)
    arguments.add_argument("--steps", type=int, default=40)
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--search", type=int, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.search:
        search(options.search)
    status = 0
    if options.games:
        from tests.tui.test_machine import run  # noqa: PLC0415 - it loads the screen

        started = time.monotonic()
        run(options.games, options.steps)
        took = time.monotonic() - started
        print(f"the screen: {options.games} games of up to {options.steps} steps, {took:.0f} s: agrees")
    if options.seconds and find_spec("atheris"):
        command = [sys.executable, "-m", "tests.campaigns.fuzzing", "--search", str(options.seconds)]
        with tempfile.TemporaryDirectory() as place:
            environment = {**os.environ, "TMPDIR": place}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        units = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line]
        inputs = units[0].split()[-1] if units else "no"
        print(f"atheris: {options.seconds} s, {inputs} inputs, exit status {done.returncode}")
        if done.returncode:
            print(done.stderr[-3000:])
        status = done.returncode
    elif options.seconds:
        print("atheris: not installed, left out")
    return int(bool(status))


if __name__ == "__main__":
    sys.exit(main())
