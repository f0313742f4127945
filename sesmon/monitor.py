"""The loop for one target: wait, read, judge, publish. It runs on a thread of its own and never touches a screen."""

from __future__ import annotations

import gc
import logging
import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from sesmon.backoff import Backoff
from sesmon.clock import Clock
from sesmon.extras import Extras
from sesmon.journal import tell
from sesmon.model import DEFAULT_INTERVAL, Alert, ErrorKind, Event, Failure, Origin, Phase, Reading, Snapshot
from sesmon.pacing import CALL_SPACING, CallKey, Pacer
from sesmon.series import changed
from sesmon.sources.base import Source, SourceError
from sesmon.wording import REPORT_BUG, bug

if TYPE_CHECKING:
    from sesmon.alerts.judge import Judge
    from sesmon.alerts.settings import Settings
    from sesmon.keeper import Keeper

_log = logging.getLogger(__name__)

OPERATION = "GetSendStatistics"

_REMEMBERED_EVENTS = 500
"""How many alert events a snapshot carries: the newest."""


class JudgedFields(TypedDict):
    """What a judgement sets in a `Snapshot`."""

    alerts: tuple[Alert, ...]
    events: tuple[Event, ...]
    learning: timedelta | None


class Monitor:
    """Reads one source for as long as it is wanted, and publishes a Snapshot whenever something is new.

    Beside others, `gate` is held while a call is under way and `desk` while its answer is worked through, and `phase`
    is the part of the interval after which the second reading comes, so that they spread over it. What has been told
    to one `audience` is news for another: a pager, and who looks at a screen.

    `publish` is called on the monitor's thread. `refresh()` asks for a reading as soon as the pacing allows; asked
    for often, it still leads to one. `stop()` returns at once, even while a call hangs: the thread is a daemon.
    """

    def __init__(
        self,
        source: Source,
        clock: Clock,
        pacer: Pacer,
        publish: Callable[[Snapshot], None],
        *,
        interval: float = DEFAULT_INTERVAL,
        settings: Settings | None = None,
        audience: str = "",
        keeper: Keeper | None = None,
        extras: Extras | None = None,
        gate: AbstractContextManager[object] | None = None,
        desk: AbstractContextManager[object] | None = None,
        phase: float = 1.0,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.source, self.clock, self.pacer, self.publish = source, clock, pacer, publish
        self.interval, self.settings = interval, settings
        # What was told by other settings, or to somebody else, was not told.
        self._audience = f"{audience} {settings.name if settings else ''}".strip()
        self.keeper, self.extras = keeper, extras
        self.gate, self.desk = gate or nullcontext(), desk or nullcontext()
        self.phase, self.chance = phase, chance
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._backoff = Backoff(self.interval)
        self._judge: Judge | None = None
        self._unkept: tuple[Event, ...] = ()
        # The alerts that were told last, and until when the points went that they were told of.
        self._told: tuple[tuple[Alert, ...], datetime] | None = None
        # Made once: a reading may teach the source its account, and a key that changed would know no call before.
        self._key = CallKey(self.source.target, OPERATION)
        self._state = Snapshot(
            target=self.source.target,
            phase=Phase.STARTING,
            origin=self.source.origin,
            now_mark=self.clock.elapsed(),
            interval=self.interval,
            history_off=self.keeper.trouble if self.keeper else None,
            history_notes=self.keeper.notes if self.keeper else (),
        )
        if self.keeper is not None and (known := self.keeper.last_known()) is not None:
            self._start_with(known)

    def _start_with(self, known: Reading) -> None:
        """Begin with what is kept, as old as it is by the time of day: the elapsed scale does not outlive a boot."""
        age = max(0.0, (self.clock.now() - known.read_at).total_seconds())
        # What was told of it: the first frame does not wait until it is judged.
        judged = self.keeper.judged(self._audience) if self.keeper else None
        self._told = (judged.alerts, judged.until) if judged else None
        self._state = self._state._replace(
            target=known.target._replace(region=self.source.target.region or known.target.region),
            reading=known,
            read_mark=self.clock.elapsed() - age,
            alerts=judged.alerts if judged else (),
            days=self.keeper.days() if self.keeper else (),
        )

    def _made_judge(self) -> Judge:
        """The judge, who is loaded when there is something to judge, and not for the first frame.

        One who comes in another's place, after a bug, knows what that one told: it is no news.
        """
        if self._judge is None:
            from sesmon.alerts.judge import Judge  # noqa: PLC0415 - as said

            self._judge = Judge(self.settings)
            if self._told is not None and self._told[0]:
                self._judge.remember(*self._told)
        return self._judge

    @property
    def snapshot(self) -> Snapshot:
        """How things stand now."""
        return self._state

    def once(self) -> Snapshot:
        """Read once, in turn with everyone who shares the history; how things stand after that."""
        try:
            self._look_history_over()
            self._turn()
        except Exception as error:  # noqa: BLE001 - told as what came of the reading
            self._absorb(None, self._bug(error))
        return self._state

    def _look_history_over(self) -> None:
        """Before the first turn is taken, whose ledger is in the same file."""
        if self.keeper is not None:
            self.keeper.look_over()
            self._state = self._state._replace(history_off=self.keeper.trouble, history_notes=self.keeper.notes)

    def _ask_extras(self) -> None:
        """Publish what else is known of the account, where the account could be read."""
        if self.extras is not None and self._state.failure is None:
            with self.gate:
                allowance = self.extras.refreshed()
            if allowance != self._state.allowance:
                self._publish(self._state._replace(target=self.source.target, allowance=allowance))

    def start(self) -> None:
        """Run the loop on a daemon thread."""
        self._thread = threading.Thread(target=self.run, name=f"monitor {self.source.target.region}", daemon=True)
        self._thread.start()

    def refresh(self) -> None:
        """Ask for a reading as soon as the pacing allows."""
        self._wake.set()

    def stop(self) -> None:
        """End the loop; a call under way is left behind."""
        self._stopped.set()
        self._wake.set()

    def run(self) -> None:
        """The loop itself, until `stop()`."""
        gc.enable()  # cli.py has put it off
        try:
            self._look_history_over()
            if (known := self._state.reading) is not None:
                with self.desk:
                    self._publish(self._state._replace(**self._judged(known)))
        except Exception as error:  # noqa: BLE001 - as below
            self._absorb(None, self._bug(error))
        while not self._stopped.is_set():
            started = self.clock.elapsed()
            try:
                started, pause = self._turn()
            except Exception as error:  # noqa: BLE001 - a bug must not leave a screen, or a `watch`, that never changes
                pause = self._absorb(None, self._bug(error))
            if pause is None:
                return
            if self.phase < 1 and self._state.failure is None:
                pause, self.phase = max(CALL_SPACING, pause * self.phase), 1.0
            if self._rest(started, pause):
                return

    def _turn(self) -> tuple[float, float | None]:
        """Read once, or take what another process has read; when that was, and the seconds until the next.

        None stands for never: the source has ended, or the loop was stopped.
        """
        if (shared := self._await_turn()) is not None:
            # The interval counts from the reading that was shared, so that nobody's data grow older than it.
            started = shared[1]
            with self.desk:
                pause = self._accept(*shared)
        else:
            started = self.clock.elapsed()
            if self._stopped.is_set():
                return started, None
            reading, failure = self._read()
            if self._stopped.is_set():
                return started, None
            with self.desk:
                pause = self._absorb(reading, failure)
        self._ask_extras()
        return started, pause

    def _await_turn(self) -> tuple[Reading, float] | None:
        """Wait for the pacing's leave to call, or for a reading of another process that makes the call needless.

        A reading that was asked for is not answered with one that is older than the pacing forces it to be.
        """
        within = CALL_SPACING if self._wake.is_set() else self.interval
        while True:
            if self.keeper is not None and (shared := self.keeper.fresh(within)) is not None:
                self._wake.clear()
                return shared
            left = self.pacer.claim(self._key)
            if not left:
                break
            self._show(next_mark=self.clock.elapsed() + left)
            if self.clock.wait(self._stopped, left):
                return None
        # What was asked for while waiting for the turn is what this turn is for.
        self._wake.clear()
        if self._stopped.is_set():
            self.pacer.done(self._key)
        return None

    def _read(self) -> tuple[Reading | None, Failure | None]:
        """Call the source, for which the turn was taken, and give the turn back."""
        try:
            self._show(phase=Phase.READING, next_mark=None)
            with self.gate:
                return self.source.read(), None
        except SourceError as error:
            return None, error.failure
        finally:
            self.pacer.done(self._key)

    def _bug(self, error: Exception) -> Failure:
        """What sesmon's own mistake means for the reading; what was under way is given up."""
        _log.error("a reading failed inside sesmon", exc_info=error)
        self._judge = None
        message = f"{bug(f'Reading {self.source.target.region}', error)}."
        return Failure(ErrorKind.RESPONSE, message, REPORT_BUG, transient=True)

    def _absorb(self, reading: Reading | None, failure: Failure | None) -> float | None:
        """Publish what came of a call; the seconds until the next, None for never."""
        if reading is None:
            failures = self._state.failures + 1
            helped = failure is None or failure.transient
            pause = self._backoff.delay(failures, self.chance()) if helped else self.interval
            self._publish(
                self._state._replace(
                    target=self.source.target,
                    phase=Phase.STALE,
                    failure=failure,
                    failures=failures,
                    next_mark=self.clock.elapsed() + pause if self.source.live else None,
                )
            )
            return pause if self.source.live else None
        if self.keeper is not None:
            self.keeper.keep(reading)
        return self._accept(reading, self.clock.elapsed())

    def _accept(self, reading: Reading, mark: float) -> float | None:
        """Judge and publish a good reading taken at `mark`; the seconds until the next, None for never."""
        before = self._state.reading
        self._publish(
            self._state._replace(
                target=self.source.target,
                phase=Phase.LIVE if self.source.live else Phase.ENDED,
                reading=reading,
                read_mark=mark,
                next_mark=mark + self.interval if self.source.live else None,
                failure=None,
                failures=0,
                changed=changed(before.points, reading.points)
                if before and before.origin is not Origin.HISTORY
                else frozenset(),
                history_off=self.keeper.trouble if self.keeper else None,
                days=self.keeper.days() if self.keeper else (),
                **self._judged(reading),
            )
        )
        return self.interval if self.source.live else None

    def _judged(self, reading: Reading) -> JudgedFields:
        """What the judge makes of a reading; its events are kept."""
        judgement = self._made_judge().judge(reading.points, reading.read_at)
        self._unkept = (*self._unkept, *judgement.events)[-_REMEMBERED_EVENTS:]
        if self.keeper is not None and self.keeper.keep_alerts(reading, judgement.alerts, self._unkept, self._audience):
            self._unkept = ()
        if reading.points:
            self._told = judgement.alerts, reading.points[-1].time
        return {
            "alerts": judgement.alerts,
            "events": (*self._state.events, *judgement.events)[-_REMEMBERED_EVENTS:],
            "learning": judgement.learning,
        }

    def _rest(self, started: float, pause: float) -> bool:
        """Wait until the next reading is due or asked for; whether the loop was stopped.

        The interval counts from the start of the call before, so that slow answers do not stretch it.
        """
        spent = self.clock.elapsed() - started
        left = max(0.0, pause - spent) if self._state.failure is None else pause
        self._show(next_mark=self.clock.elapsed() + left)
        if left:
            self.clock.wait(self._wake, left)
        return self._stopped.is_set()

    def _show(self, *, phase: Phase | None = None, next_mark: float | None) -> None:
        """Publish the same data with another phase or time of the next reading, if that is news."""
        state = self._state._replace(phase=phase or self._state.phase, next_mark=next_mark)
        if state != self._state:
            self._publish(state)

    def _publish(self, state: Snapshot) -> None:
        before, self._state = self._state, state._replace(now_mark=self.clock.elapsed())
        tell(before, self._state)
        self.publish(self._state)
