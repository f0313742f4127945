"""Every fault in random order and combination: `python -m tests.campaigns.faults --readings 500 --program 120`.

The first part runs the real loop, source, judge, history and ledger against a loopback SES in one process, on a clock
that runs fast and whose time of day jumps; the pacing is measured at the service. The others run the real program on a
terminal and `sesmon watch`, on the host's clock: over many Regions, since each may be asked but once a second.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from sesmon.clock import SystemClock
from sesmon.history import History
from sesmon.keeper import Keeper, asker
from sesmon.ledger import HostPacer
from sesmon.log_file import close_log_file, open_log_file
from sesmon.model import SLOT, DataPoint, Origin, Reading, Snapshot, Target
from sesmon.monitor import Monitor
from sesmon.pacing import CALL_SPACING
from sesmon.series import ordered
from sesmon.sources import ses as ses_module
from sesmon.sources import transport
from sesmon.sources.base import SourceError
from sesmon.sources.ses import SesSource
from tests.campaigns.process import cost
from tests.ses import wire
from tests.ses.faults import FAULTS, Reply
from tests.ses.server import Call, LoopbackSes
from tests.terminal import Terminal
from tests.tui.scenes import HEALTHY

SPEED = 50.0
"""Seconds of the simulated clock in one of the host's."""

READ_TIMEOUT, LONGEST_ANSWER = 0.4, 0.6
"""Real seconds in the place of the program's 10 and 30, so that stalls and drips cost no hours."""

LONGEST_READ = 5.0
"""Real seconds that no reading may take, on a busy machine either: the timeouts and some."""

REGION = "us-east-1"
OTHERS = tuple(f"xx-test-{number}" for number in range(11))
"""Regions beside it for the parts that run the real program."""

WELL = 0.4
"""How many of the calls are answered well."""

SLOW = {"slow", "drip"}
"""Faults after which the answer may still be whole, in time or not."""

OUTSIDE = ("no name", "no key", "expired key renewed")
"""Faults that never reach the service."""

ODDITIES = ("none", "vanish", "come back", "counters down", "twins", "unordered", "no timestamp", "future", "empty")
"""What a good answer may be like."""


class JumpingClock(SystemClock):
    """A clock that runs fast, with a time of day that can be set either way. Its `elapsed` never jumps."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._start, self._speed = start, speed
        self._zero = time.monotonic()
        self.offset = timedelta(0)

    def now(self) -> datetime:
        """The simulated time of day."""
        return self._start + timedelta(seconds=self.elapsed()) + self.offset

    def elapsed(self) -> float:
        """Simulated seconds."""
        return (time.monotonic() - self._zero) * self._speed

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Let simulated seconds go by."""
        return event.wait(seconds / self._speed)


@dataclass
class Answered:
    """One call, as the service saw it: what it answered with, and the points of a good answer."""

    fault: str
    points: tuple[DataPoint, ...] | None


class ChaosSes(LoopbackSes):
    """Answers each call with a fault, or with points that are odd in every way that points can be."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.points = list(HEALTHY[-300:])
        self._vanished: list[DataPoint] = []
        self.answered: list[Answered] = []
        self.is_calm = False
        # The one of the quota leaves statistics as they are.
        self.faults = sorted(FAULTS.keys() - {"quota-garbled"})
        self.stalls_for = 2 * READ_TIMEOUT

    def reply(self, operation: str, region: str) -> Reply:
        """A random fault, or a good answer to an odd list of points."""
        with self.changed:
            self.calls.append(Call(operation, region, time.monotonic()))
            is_well = self.is_calm or self._chance.random() < WELL
            fault = "none" if is_well else self._chance.choice(self.faults)
            oddity = self._chance.choice(ODDITIES)
            members, points = self._list(oddity)
            well = fault == "none" or fault in SLOW
            if self.answered:
                # What is over is held against nothing more, and must not be what makes memory grow.
                self.answered[-1].points = None
            self.answered.append(Answered(fault, points if well else None))
            self.changed.notify_all()
        return FAULTS[fault](wire.statistics(members))

    def _list(self, oddity: str) -> tuple[list[str], tuple[DataPoint, ...]]:
        """Members as the oddity has them, and the points that must be read from them."""
        chance, points = self._chance, self.points
        points.append(DataPoint(points[-1].time + SLOT * chance.randint(1, 3), chance.randint(0, 9000), 3, 1, 0))
        del points[:-300]
        if oddity == "vanish":
            self._vanished += [points.pop(chance.randrange(len(points) - 1)) for _ in range(chance.randint(1, 40))]
        elif oddity == "come back":
            points[:] = ordered([*points, *self._vanished])
            self._vanished.clear()
        elif oddity == "counters down":
            place = chance.randrange(len(points))
            points[place] = DataPoint(points[place].time, *(counter // 2 for counter in points[place].counts))
        elif oddity == "future":
            points[-1] = points[-1]._replace(time=points[-1].time + timedelta(hours=5))
        listed = [] if oddity == "empty" else list(points)
        members = [wire.point(point) for point in listed]
        if oddity == "twins":
            members += [wire.point(point) for point in chance.sample(listed, 5)]
        if oddity == "no timestamp":
            members.append("<member><Bounces>5</Bounces></member>")
        if oddity == "unordered":
            chance.shuffle(members)
        return members, ordered(listed)


@dataclass
class Outcome:
    """What came of a campaign."""

    readings: int = 0
    well: int = 0
    lost: int = 0
    not_kept: int = 0
    unclean: int = 0
    longest: float = 0.0
    gap: float = float("inf")
    jumps: int = 0
    crashed: bool = False
    costs: list[tuple[float, int, int]] = field(default_factory=list)
    shown: Counter[str] = field(default_factory=Counter)
    told: dict[str, Counter[str]] = field(default_factory=dict)

    def rows(self) -> dict[str, str]:
        """The figures by name."""
        (memory, files, threads), (memory_end, files_end, threads_end) = self.costs[0], self.costs[-1]
        return {
            "readings tried": f"{self.readings:,}",
            "answered well and shown": f"{self.well:,}",
            "answered well and lost": f"{self.lost:,}",
            "points read and not in the history": f"{self.not_kept:,}",
            "failures that were no clean sentences": f"{self.unclean:,}",
            "crashed": "yes" if self.crashed else "no",
            "longest reading, seconds": f"{self.longest:.2f} (timeouts {READ_TIMEOUT} and {LONGEST_ANSWER})",
            "least seconds between two calls": f"{self.gap:.3f} (simulated)",
            "jumps of the time of day": f"{self.jumps:,}",
            "memory, MB": f"{memory:.1f} after a fifth, {memory_end:.1f} at the end",
            "files and threads": f"{files} and {threads}, then {files_end} and {threads_end}",
        }

    def table(self) -> str:
        """The figures, and each fault with what was told of it."""
        lines = [f"{name:40} {figure}" for name, figure in self.rows().items()]
        lines += ["", f"{'fault':22} {'shown':>6}  told as"]
        for fault, count in sorted(self.shown.items()):
            told = ", ".join(f"{kind} {number}" for kind, number in sorted(self.told.get(fault, Counter()).items()))
            lines.append(f"{fault:22} {count:6,}  {told}")
        return "\n".join(lines)

    @property
    def is_good(self) -> bool:
        """Whether nothing broke."""
        (memory, files, threads), (memory_end, files_end, threads_end) = self.costs[0], self.costs[-1]
        steady = memory_end - memory < 16 and files_end <= files + 4 and threads_end <= threads + 4
        sound = not (self.lost or self.not_kept or self.unclean or self.crashed)
        return sound and steady and self.gap >= CALL_SPACING and self.longest < LONGEST_READ


class WatchedSource:
    """The real source, with each reading held against what the service answered; it also plays what happens outside."""

    origin = Origin.SERVICE
    live = True

    def __init__(self, source: SesSource, service: ChaosSes, chance: random.Random, out: Outcome) -> None:
        self._source, self._service, self._chance, self._out = source, service, chance, out
        self.given = 0
        self.times: set[datetime] = set()
        self.times_before_last: set[datetime] = set()

    @property
    def target(self) -> Target:
        """The source's."""
        return self._source.target

    def read(self) -> Reading:
        """One reading, perhaps with a fault outside of the service."""
        calls = len(self._service.answered)
        outside = self._chance.choice(OUTSIDE) if self._chance.random() < 0.08 and not self._service.is_calm else ""
        started = time.monotonic()
        try:
            with self._outside(outside):
                reading = self._source.read()
        except SourceError as error:
            self._judge(calls, outside, None, str(error.failure.kind))
            texts = f"{error.failure.message}{error.failure.remedy}"
            self._out.unclean += not texts.isprintable() or "[" in texts
            raise
        except BaseException:
            self._out.crashed = True
            raise
        finally:
            self._out.readings += 1
            self._out.longest = max(self._out.longest, time.monotonic() - started)
        self._judge(calls, outside, reading, "a reading")
        self.given += 1
        self.times_before_last |= self.times
        self.times = {point.time for point in reading.points}
        return reading

    def _judge(self, calls: int, outside: str, reading: Reading | None, told: str) -> None:
        answered = self._service.answered[calls:]
        name = outside or (answered[-1].fault if answered else "no call")
        self._out.shown[name] += 1
        self._out.told.setdefault(name, Counter())[told] += 1
        if not answered or outside:
            return
        self._out.lost += len(answered) > 1  # a call of which nothing came
        expected = answered[-1].points
        if expected is not None and reading is not None and reading.points == expected:
            self._out.well += 1
        elif answered[-1].fault == "none" or reading is not None:
            self._out.lost += 1

    @contextmanager
    def _outside(self, what: str) -> Iterator[None]:
        if what == "no name":
            self._source.close()
            error = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            with mock.patch("socket.getaddrinfo", side_effect=error):
                yield
        elif what:
            self._source.close()
            names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
            gone = dict.fromkeys(names, "") if what == "no key" else {"AWS_ACCESS_KEY_ID": "AKIARENEWEDRENEWED12"}
            with mock.patch.dict(os.environ, gone):
                yield
            self._source.close()
        else:
            yield


def campaign(directory: Path, readings: int, seed: str) -> Outcome:
    """Have the real loop read so often, and hold what it shows and keeps against what the service answered."""
    chance, out = random.Random(seed), Outcome()
    history, published = directory / "history.db", threading.Event()
    seen = _Seen()
    journal = open_log_file(directory / "log", "debug")
    with (
        ChaosSes(random.Random(f"{seed} service")) as service,
        mock.patch.object(ses_module, "READ_TIMEOUT", READ_TIMEOUT),
        mock.patch.object(transport, "LONGEST_ANSWER", LONGEST_ANSWER),
    ):
        clock = JumpingClock(HEALTHY[-1].time + SLOT, SPEED)
        source = SesSource(clock, region=REGION, endpoint_url=service.url)
        watched = WatchedSource(source, service, random.Random(f"{seed} outside"), out)
        who = asker(source.target, service.url, {})
        keeper, pacer = Keeper(history, who, clock), HostPacer(history, who.name, clock)

        def publish(snapshot: Snapshot) -> None:
            seen.look(snapshot)
            published.set()

        monitor = Monitor(watched, clock, pacer, publish, interval=1.0, keeper=keeper, chance=chance.random)
        monitor.start()
        assert monitor._thread is not None
        while out.readings < readings and monitor._thread.is_alive():
            published.wait(LONGEST_READ)
            published.clear()
            if chance.random() < 0.2:
                clock.offset = timedelta(hours=chance.uniform(-9, 9))
                out.jumps += 1
            if chance.random() < 0.8:
                monitor.refresh()
            if not out.costs and out.readings >= readings // 5:
                gc.collect()
                out.costs.append(cost(os.getpid()))
        service.is_calm = True
        out.crashed |= not monitor._thread.is_alive()
        # A reading that is under way is waited for, so that what it brings is kept too.
        monitor.stop()
        monitor._thread.join(60)
        gc.collect()
        out.costs.append(cost(os.getpid()))
        out.gap = min(service.gaps()) * SPEED
        # The loop may have been stopped between the last reading and its publication.
        out.lost += max(0, watched.given - seen.count - 1)
        keeper.close()
        pacer.close()
        source.close()
        close_log_file(journal)
        out.not_kept = len(watched.times_before_last - _kept(history))
    return out


class _Seen:
    """Counts the readings that were published."""

    def __init__(self) -> None:
        self.count = 0
        self._last: Reading | None = None

    def look(self, snapshot: Snapshot) -> None:
        """Count it if it is another one."""
        if snapshot.reading is not None and snapshot.reading is not self._last:
            self._last = snapshot.reading
            self.count += 1


def _kept(path: Path) -> set[datetime]:
    with History(path, datetime.now(UTC)) as history:
        assert history.notes == ()
        return {point.time for owner in history.owners() for point in history.points(owner)}


def program(
    seconds: float, seed: str, regions: Sequence[str] = (REGION,), *, without: Collection[str] = ()
) -> dict[str, str]:
    """Run the real program on a terminal for so many real seconds, press keys, and have it end well.

    `without` names faults to leave out: a stall takes 10 seconds here, and a drip 30.
    """
    chance = random.Random(seed)
    keys = ["r", "r", "r", "j", "k", "g", "1", "5", "m", "v", "s", "o", "d", "t"]
    if len(regions) > 1:
        keys += ["\r", "\x1b", "\x1b"]
    with tempfile.TemporaryDirectory() as directory, ChaosSes(chance) as service:
        service.faults = [fault for fault in service.faults if fault not in without]
        service.stalls_for = 60.0
        environment = {"AWS_ENDPOINT_URL_SES": service.url, "SESMON_HISTORY": f"{directory}/h.db"}
        environment |= {"AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
        options = [*_named(regions), "--interval", "1", "--log-file", f"{directory}/log"]
        with Terminal(options, environment=environment, directory=Path(directory)) as terminal:
            service.wait_for_calls(1, 60)
            end = time.monotonic() + seconds
            while time.monotonic() < end and terminal.process.poll() is None:
                terminal.press(chance.choice(keys))
                threading.Event().wait(chance.uniform(0, 0.3))
            alive = terminal.process.poll() is None
            memory = cost(terminal.process.pid) if alive else (0.0, 0, 0)
            service.is_calm = True
            readings = len(service.of("GetSendStatistics"))
            recovered = alive and _is_well_again(terminal, service, regions)
            terminal.press("q")
            status = terminal.wait_for_end()
            traceback = b"Traceback" in terminal.output or "Traceback" in Path(f"{directory}/log").read_text("utf-8")
    return {
        "Regions": f"{len(regions)}",
        "real seconds": f"{seconds:.0f}",
        "readings tried under fault": f"{readings:,}",
        "faults shown": f"{sum(answer.fault != 'none' for answer in service.answered):,}",
        "alive to the end, and live again": "yes" if recovered else "NO",
        "exit status": str(status),
        "tracebacks on the screen or in the log": "YES" if traceback else "none",
        "least seconds between two calls": f"{min(service.gaps()):.3f}",
        "memory, MB; files; threads": "{:.1f}; {}; {}".format(*memory),
    }


def _named(regions: Sequence[str]) -> list[str]:
    return [word for region in regions for word in ("--region", region)]


def _is_well_again(terminal: Terminal, service: ChaosSes, regions: Sequence[str]) -> bool:
    """Whether a calm service leads to a good reading of each Region: the keys lead there through whatever is open."""
    for _ in range(240):
        terminal.press("\x1b" if len(regions) > 1 else "r")
        threading.Event().wait(0.25)
        terminal.press("r")
        threading.Event().wait(0.25)
        # A stall that began before goes on for as long as the timeouts let it.
        text = terminal.text
        if ("● LIVE" in text) if len(regions) == 1 else (f"{len(regions)} targets" in text and "not read" not in text):
            return True
    return False


def watching(seconds: float, seed: str, regions: Sequence[str] = (REGION,)) -> dict[str, str]:
    """Run `sesmon watch` for so many real seconds; it must print whole JSON lines only, and end in order."""
    with tempfile.TemporaryDirectory() as directory, ChaosSes(random.Random(f"{seed} watch")) as service:
        environment = {"AWS_ENDPOINT_URL_SES": service.url, "SESMON_HISTORY": f"{directory}/h.db"}
        command = [sys.executable, "-m", "sesmon", "watch", *_named(regions), "--interval", "1"]
        with Path(f"{directory}/out").open("w+", encoding="utf-8") as out, Path(f"{directory}/err").open("w+") as err:
            process = subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, **environment})
            threading.Event().wait(seconds)
            alive = process.poll() is None
            memory = cost(process.pid) if alive else (0.0, 0, 0)
            process.terminate()
            status = process.wait(60)
            lines = [json.loads(line) for line in Path(out.name).read_text("utf-8").splitlines()]
            traceback = "Traceback" in Path(err.name).read_text("utf-8")
    return {
        "Regions": f"{len(regions)}",
        "real seconds": f"{seconds:.0f}",
        "readings tried under fault": f"{len(service.of('GetSendStatistics')):,}",
        "lines printed, all JSON": f"{len(lines):,}",
        "alive to the end": "yes" if alive else "NO",
        "exit status": str(status),
        "tracebacks": "YES" if traceback else "none",
        "least seconds between two calls": f"{min(service.gaps(), default=float('inf')):.3f}",
        "memory, MB; files; threads": "{:.1f}; {}; {}".format(*memory),
    }


def main() -> int:
    """Run both parts, and print their tables."""
    arguments: Any = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--readings", type=int, default=500)
    arguments.add_argument("--program", type=float, default=120, metavar="SECONDS")
    arguments.add_argument("--seed", default="sesmon")
    options = arguments.parse_args()
    os.environ |= {"AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true"}
    bad = False
    if options.readings:
        with tempfile.TemporaryDirectory() as directory:
            out = campaign(Path(directory), options.readings, options.seed)
        print(out.table(), flush=True)
        bad = not out.is_good
    for what, part in (("the program on a terminal", program), ("sesmon watch", watching)):
        if options.program:
            rows = part(options.program, options.seed, (REGION, *OTHERS))
            print(f"\n{what}")
            print("\n".join(f"{name:40} {figure}" for name, figure in rows.items()), flush=True)
            bad |= "NO" in rows.values() or "YES" in rows.values() or rows["exit status"] != "0"
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
