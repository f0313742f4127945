"""What is asked of an account beside its statistics: its sending quota, and whether it may send. Each is optional."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sesmon.clock import Clock
from sesmon.model import Allowance
from sesmon.pacing import CallKey, Pacer
from sesmon.sources.base import LiveSource, SourceError

INTERVAL = 300.0
"""Seconds between two askings."""

RARELY = 3600.0
"""Seconds after a failure that waiting cannot help, such as a denial."""


@dataclass
class Extras:
    """Asks for both when they are due. Two calls of one operation keep to the pacing, as all calls do."""

    source: LiveSource
    clock: Clock
    pacer: Pacer
    _due: dict[str, float] = field(default_factory=dict)
    _known: Allowance = field(default_factory=Allowance)

    def refreshed(self) -> Allowance:
        """What is known by now, asked anew where it is due. A failure costs only what it would have shown."""

        def take_quota() -> Allowance:
            return replace(self._known, quota=self.source.quota(), quota_missing=None)

        def take_enabled() -> Allowance:
            return replace(self._known, is_enabled=self.source.sending_enabled(), enabled_missing=None)

        self._ask("GetSendQuota", take_quota, lambda why: replace(self._known, quota_missing=why))
        self._ask("GetAccountSendingEnabled", take_enabled, lambda why: replace(self._known, enabled_missing=why))
        return self._known

    def _ask(self, operation: str, take: Callable[[], Allowance], missing: Callable[[str], Allowance]) -> None:
        now = self.clock.elapsed()
        key = CallKey(replace(self.source.target, account=None), operation)
        if now < self._due.get(operation, now) or self.pacer.claim(key):
            return
        pause = INTERVAL
        try:
            self._known = take()
        except SourceError as error:
            self._known = missing(f"{error.failure.message} {error.failure.remedy}")
            pause = INTERVAL if error.failure.transient else RARELY
        finally:
            self.pacer.done(key)
        self._due[operation] = self.clock.elapsed() + pause
