"""Quota and sending enabled: asked now and then, and missed without harm."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sesmon.extras import INTERVAL, RARELY, Extras
from sesmon.keeper import Keeper, asker
from sesmon.model import Allowance, DataPoint, ErrorKind, Origin, Quota, Reading, Target
from sesmon.pacing import ProcessPacer
from sesmon.sources.base import LiveSource, SourceError
from tests.fakes import START, FakeClock

QUOTA = Quota(50_000, 1_234, 14, START)
DENIED = SourceError(ErrorKind.DENIED, "AWS denies GetSendQuota.", "Allow ses:GetSendQuota.", transient=False)
THROTTLED = SourceError(ErrorKind.THROTTLED, "SES throttles it.", "Wait.", transient=True)


@dataclass
class Account:
    """A source whose account answers as told, and counts how often it was asked."""

    quota_answer: Quota | SourceError = QUOTA
    enabled_answer: bool | SourceError = True
    target: Target = field(default_factory=lambda: Target("eu-west-1", "prod"))
    origin: Origin = Origin.SERVICE
    live: bool = True
    asked: list[str] = field(default_factory=list)

    def read(self) -> Reading:
        """Not asked here."""
        raise NotImplementedError

    def quota(self) -> Quota:
        """The answer, counted."""
        self.asked.append("quota")
        if isinstance(self.quota_answer, SourceError):
            raise self.quota_answer
        return self.quota_answer

    def sending_enabled(self) -> bool:
        """The answer, counted."""
        self.asked.append("enabled")
        if isinstance(self.enabled_answer, SourceError):
            raise self.enabled_answer
        return self.enabled_answer


def made(account: Account) -> tuple[Extras, FakeClock]:
    """Extras of an account, and the clock that they go by."""
    clock = FakeClock()
    return Extras(account, clock, ProcessPacer(clock)), clock


def test_both_are_asked_every_five_minutes() -> None:
    """The first time at once, then no sooner than after five minutes, however often it is looked."""
    account = Account()
    extras, clock = made(account)
    for _ in range(10):
        assert extras.refreshed() == Allowance(QUOTA, is_enabled=True)
        clock.advance(INTERVAL / 10 - 0.001)
    assert account.asked == ["quota", "enabled"]
    clock.advance(1)
    extras.refreshed()
    assert account.asked == ["quota", "enabled"] * 2


def test_a_denial_costs_only_its_own_part_and_is_asked_rarely() -> None:
    """Without the quota the other is known all the same; a denied one is asked again after an hour."""
    account = Account(quota_answer=DENIED)
    extras, clock = made(account)
    got = extras.refreshed()
    assert (got.quota, got.is_enabled) == (None, True)
    assert got.quota_missing == "AWS denies GetSendQuota. Allow ses:GetSendQuota."
    for _ in range(int(RARELY / INTERVAL) - 1):
        clock.advance(INTERVAL + 1)
        extras.refreshed()
    assert account.asked.count("quota") == 1
    account.quota_answer = QUOTA
    clock.advance(INTERVAL + 1)
    assert extras.refreshed() == Allowance(QUOTA, is_enabled=True)


def test_a_passing_failure_keeps_what_was_known() -> None:
    """The last quota stays, beside why there is no newer one, and is asked again after five minutes."""
    account = Account()
    extras, clock = made(account)
    extras.refreshed()
    account.quota_answer = THROTTLED
    clock.advance(INTERVAL + 1)
    got = extras.refreshed()
    assert got.quota == QUOTA
    assert got.quota_missing is not None
    account.quota_answer = QUOTA
    clock.advance(INTERVAL + 1)
    assert extras.refreshed().quota_missing is None


def test_one_answer_serves_everyone_who_shares_the_history(tmp_path: Path) -> None:
    """A second process takes what the first was answered, a denial too, until it is due again."""
    clock = FakeClock()
    first, second = Account(), Account(quota_answer=DENIED)
    keepers = [Keeper(tmp_path / "h.db", asker(account.target, None, {}), clock) for account in (first, second)]
    keepers[0].keep(Reading(first.target, START, (DataPoint(START, 5),)))
    one, two = (
        Extras(account, clock, ProcessPacer(clock), kept)
        for account, kept in zip((first, second), keepers, strict=True)
    )
    assert one.refreshed() == two.refreshed() == Allowance(QUOTA, is_enabled=True)
    assert second.asked == []
    clock.advance(INTERVAL + 1)
    assert two.refreshed().quota_missing is not None
    assert one.refreshed().quota_missing is not None
    assert first.asked == ["quota", "enabled"]
    for kept in keepers:
        kept.close()


def test_the_fake_is_what_a_live_source_is() -> None:
    """What is asked of the account is the protocol's."""
    assert isinstance(Account(), LiveSource)
