"""What is asked of an account beside its statistics: its sending quota, and whether it may send. Each is optional."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sesmon.clock import Clock
from sesmon.model import Allowance, Quota
from sesmon.pacing import CallKey, Pacer
from sesmon.sources.base import LiveSource, SourceError

if TYPE_CHECKING:
    from sesmon.keeper import Keeper

INTERVAL = 300.0
"""Seconds between two askings."""

RARELY = 3600.0
"""Seconds after a failure that waiting cannot help, such as a denial."""

QUOTA, ENABLED = "GetSendQuota", "GetAccountSendingEnabled"


class Extras:
    """Asks for both when they are due. Two calls of one operation keep to the pacing, as all calls do.

    One answer serves everyone on the host who shares the history: it is kept by the `keeper`, as JSON.
    """

    def __init__(self, source: LiveSource, clock: Clock, pacer: Pacer, keeper: Keeper | None = None) -> None:
        self.source, self.clock, self.pacer, self.keeper = source, clock, pacer, keeper
        self._due: dict[str, float] = {}
        self._known = Allowance()

    def refreshed(self) -> Allowance:
        """What is known by now, asked anew where it is due. A failure costs only what it would have shown."""
        self._refresh(QUOTA, lambda: _quota_body(self.source.quota()))
        self._refresh(ENABLED, lambda: {"enabled": self.source.sending_enabled()})
        return self._known

    def _refresh(self, operation: str, ask: Callable[[], dict[str, Any]]) -> None:
        now = self.clock.elapsed()
        if now < self._due.get(operation, now):
            return
        import json  # noqa: PLC0415 - the first frame does not wait for it

        shared = self.keeper.answer(operation) if self.keeper else None
        if shared is not None:
            body, pause = json.loads(shared[0]), shared[1]
        else:
            key = CallKey(self.source.target._replace(account=None), operation)
            if self.pacer.claim(key):
                return
            body, pause = self._asked(ask, key)
            if self.keeper is not None:
                self.keeper.keep_answer(operation, json.dumps(body), pause)
        self._take(operation, body)
        self._due[operation] = self.clock.elapsed() + pause

    def _asked(self, ask: Callable[[], dict[str, Any]], key: CallKey) -> tuple[dict[str, Any], float]:
        """What the service answers, and for how long that will do."""
        try:
            return ask(), INTERVAL
        except SourceError as error:
            failure = error.failure
            return {"missing": failure.sentences}, INTERVAL if failure.transient else RARELY
        finally:
            self.pacer.done(key)

    def _take(self, operation: str, body: dict[str, Any]) -> None:
        missing = body.get("missing")
        if operation == QUOTA:
            quota = self._known.quota if missing else _quota(body)
            self._known = self._known._replace(quota=quota, quota_missing=missing)
        else:
            is_enabled = self._known.is_enabled if missing else bool(body["enabled"])
            self._known = self._known._replace(is_enabled=is_enabled, enabled_missing=missing)


def _quota_body(quota: Quota) -> dict[str, Any]:
    return {
        "quota": [quota.max_24_hours, quota.sent_24_hours, quota.max_rate],
        "read_at": quota.read_at.isoformat(),
    }


def _quota(body: dict[str, Any]) -> Quota:
    most, sent, rate = body["quota"]
    return Quota(most, sent, rate, datetime.fromisoformat(body["read_at"]))
