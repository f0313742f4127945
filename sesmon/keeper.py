"""Between the loop and the history: keeps readings, knows the last one, and turns every failure into a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sesmon.clock import Clock, boot
from sesmon.history import Answer, History, Judged, Moment, Owner
from sesmon.history_file import HistoryError
from sesmon.model import Alert, Event, Origin, Reading, Row, Target
from sesmon.wording import without_passwords


class Asker(NamedTuple):
    """How the user named what is read, before anything of the credentials is known."""

    profile: str | None
    region: str
    endpoint: str | None
    key: str | None

    @property
    def name(self) -> str:
        """One text for all of it. It holds no key, only what tells two of them apart."""
        return "\n".join((self.identity(None), self.region))

    def identity(self, account: str | None) -> str:
        """Whose points they are: the account where it is known, else profile or key; each endpoint has its own."""
        if account:
            who = account
        elif self.profile:
            who = f"profile {self.profile}"
        elif self.key:
            import hashlib  # noqa: PLC0415 - a profile or an account needs none of OpenSSL

            who = f"key {hashlib.sha256(self.key.encode()).hexdigest()[:16]}"
        else:
            who = "default"
        return f"{who} at {self.endpoint}" if self.endpoint else who


def asker(target: Target, endpoint: str | None, environment: Mapping[str, str] = os.environ) -> Asker:
    """How the user named it, by options and environment."""
    endpoint = endpoint or environment.get("AWS_ENDPOINT_URL_SES") or environment.get("AWS_ENDPOINT_URL")
    endpoint = without_passwords(endpoint) if endpoint else None
    return Asker(target.profile, target.region, endpoint, environment.get("AWS_ACCESS_KEY_ID"))


class Keeper:
    """Keeps the readings of one target. `trouble` says why the history is off, while it is."""

    def __init__(self, path: Path, who: Asker, clock: Clock, beside: Keeper | None = None) -> None:
        """Keep in the file at `path`; `beside` is another keeper of it, which has opened it already."""
        self._who = who
        self._beside = beside
        self._path = path
        self._clock = clock
        self._history: History | None = None
        self.trouble: str | None = None
        self._boot = boot()
        self._own_mark: float | None = None
        self._open()

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be done to have a history that is sound; one of those beside each other says it for all."""
        return () if self._history is None or self._beside is not None else self._history.notes

    def _open(self) -> History | None:
        """The history, opened again after a failure to open it."""
        if self._history is None and self._beside is not None:
            self._history, self.trouble = self._beside._open(), self._beside.trouble
        elif self._history is None:
            try:
                self._history = History(self._path, self._clock.now(), in_haste=True)
                self.trouble = None
            except HistoryError as error:
                self.trouble = str(error)
        return self._history

    def look_over(self) -> None:
        """See that all of the history is sound, before it is written to: what it answers does not wait for that."""
        history = self._open()
        if history is None:
            return
        try:
            history.look_over(self._clock.now())
            self.trouble = None
        except HistoryError as error:
            self.trouble = str(error)

    def last_known(self) -> Reading | None:
        """The newest reading that is kept; None where there is none, or the history is off."""
        history = self._open()
        if history is None:
            return None
        try:
            owner = history.named(self._who.name)
            stored = history.latest(owner) if owner else None
        except HistoryError as error:
            self.trouble = str(error)
            return None
        return stored.reading if stored else None

    def fresh(self, within: float) -> tuple[Reading, float] | None:
        """What another process of this host has read within so many seconds, and when on the clock's elapsed scale."""
        if self._history is None:
            return None
        try:
            owner = self._history.named(self._who.name)
            taken = self._history.taken(owner) if owner else None
            # A mark of another boot, or one in the future, says nothing.
            if owner is None or taken is None or taken.boot != self._boot or taken.mark == self._own_mark:
                return None
            if not 0 <= self._clock.elapsed() - taken.mark < within:
                return None
            stored = self._history.latest(owner)
        except HistoryError as error:
            self.trouble = str(error)
            return None
        return (stored.reading._replace(origin=Origin.SERVICE), taken.mark) if stored else None

    def days(self) -> tuple[Row, ...]:
        """What each day that is kept comes to, oldest first; none where the history is off."""
        if self._history is None:
            return ()
        try:
            owner = self._history.named(self._who.name)
            return tuple(self._history.days(owner)) if owner else ()
        except HistoryError as error:
            self.trouble = str(error)
            return ()

    def judged(self, audience: str = "") -> Judged | None:
        """How this target's alerts were last judged for an audience; None where they never were, or it is off."""
        if self._history is None:
            return None
        try:
            owner = self._history.named(self._who.name)
            return self._history.judged(owner, audience) if owner else None
        except HistoryError as error:
            self.trouble = str(error)
            return None

    def keep_alerts(
        self, reading: Reading, alerts: Sequence[Alert], events: Sequence[Event], audience: str = ""
    ) -> bool:
        """Keep what a reading made of the alerts; whether that came off, or else can be tried again."""
        if self._history is None:
            return False
        until = reading.points[-1].time if reading.points else reading.read_at
        try:
            judged = Judged(tuple(alerts), reading.read_at, until)
            self._history.record_alerts(self._owner(reading), judged, events, audience)
        except HistoryError as error:
            self.trouble = str(error)
            return False
        return True

    def answer(self, operation: str) -> tuple[str, float] | None:
        """What anyone on this host was answered to an operation, and for how many seconds more it will do."""
        if self._history is None:
            return None
        try:
            owner = self._history.named(self._who.name)
            found = self._history.answer(owner, operation) if owner else None
        except HistoryError as error:
            self.trouble = str(error)
            return None
        if found is None or found.taken.boot != self._boot:
            return None
        age = self._clock.elapsed() - found.taken.mark
        return (found.body, found.pause - age) if 0 <= age < found.pause else None

    def keep_answer(self, operation: str, body: str, pause: float) -> None:
        """Keep an answer for everyone, for so many seconds; where that fails, everyone asks for themselves."""
        if self._history is None:
            return
        try:
            owner = self._history.named(self._who.name)
            if owner is not None:
                taken = Moment(self._clock.elapsed(), self._boot)
                self._history.record_answer(owner, operation, Answer(taken, pause, body))
        except HistoryError as error:
            self.trouble = str(error)

    def _owner(self, reading: Reading) -> Owner:
        return Owner(self._who.identity(reading.target.account), reading.target.region)

    def keep(self, reading: Reading) -> None:
        """Keep a reading. What cannot be kept now is kept with the next: a reading holds the whole two weeks."""
        history = self._open()
        if history is None:
            return
        try:
            # If it could not be done before the first reading.
            history.look_over(self._clock.now())
            owner = self._owner(reading)
            nameless = Owner(self._who.identity(None), owner.region)
            if nameless != owner and nameless in history.owners():
                # The account has become known: what was kept or imported under the name alone is the account's.
                history.hand_over(nameless, owner, reading.read_at)
            self._own_mark = self._clock.elapsed()
            # Who names the Region, as an import does, means the same as who leaves it to the profile.
            names = {self._who.name, self._who._replace(region=owner.region).name}
            history.record(owner, reading, *names, taken=Moment(self._own_mark, self._boot))
            self.trouble = None
        except HistoryError as error:
            self.trouble = str(error)

    def close(self) -> None:
        """Give the file back."""
        if self._history is not None:
            self._history.close()
