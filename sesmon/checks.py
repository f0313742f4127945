"""What `sesmon doctor` says of what it found: pure, each check one line and, where something is wrong, one remedy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from sesmon.model import ErrorKind, Failure
from sesmon.wording import duration, pasteable

MOST_SKEW = 300.0
"""Seconds that a clock may be wrong by before AWS refuses the signature (AWS Signature Version 4: five minutes)."""

SOME_SKEW = 30.0
"""Seconds from which on a wrong clock is worth a word: it makes ages and the newest data point look wrong."""

REQUIRED = "GetSendStatistics"

OPTIONAL = {
    "GetSendQuota": "the sending quota is not shown",
    "GetAccountSendingEnabled": "whether sending is paused is not shown",
    "GetCallerIdentity": "the account number is not shown where the credentials do not carry it",
}
"""What is missing without the other operations."""

VARIABLES = ("SESMON_HISTORY", "SESMON_NO_HISTORY", "SESMON_ALLOW_HTTP", "SESMON_CONFIG")
"""What the program reads from the environment by name, beside the settings' variables, AWS's own and NO_COLOR."""

_CORRECT = "Correct it: the other commands refuse to start with it, and doctor leaves it out."

_OTHER_FILE = "Give another file with --history, or --no-history."

HOW_FOUND = {
    "explicit": "given by the program",
    "env": "environment variables",
    "shared-credentials-file": "the shared credentials file",
    "config-file": "the shared configuration file",
    "custom-process": "a credential process",
    "sso": "IAM Identity Center (SSO)",
    "assume-role": "an assumed role",
    "assume-role-with-web-identity": "a role assumed by web identity",
    "container-role": "the container's role",
    "iam-role": "the EC2 instance's role",
    "login": "aws login",
}
"""Botocore's names of its credential providers, in words."""


class Standing(StrEnum):
    """How a check came out. The value is the word at the beginning of its line."""

    OK = "ok"
    NOTE = "note"
    FAILED = "FAIL"


class Check(NamedTuple):
    """What was looked at, how that stands, in one line, and what to do about it."""

    subject: str
    standing: Standing
    words: str
    remedy: str = ""

    def lines(self) -> str:
        """The check as it is printed: safe to paste, for keys and account numbers are masked."""
        line = f"{self.standing:<5} {self.subject:<28} {pasteable(self.words)}"
        return line if not self.remedy else f"{line}\n{'':<34} -> {pasteable(self.remedy)}"


def terminal(environment: Mapping[str, str], size: tuple[int, int] | None) -> Check:
    """Whether the monitor's screen can be shown; `size` is None where the output is no terminal."""
    term = environment.get("TERM", "")
    colour = "NO_COLOR" if environment.get("NO_COLOR") else environment.get("COLORTERM", "") or "no COLORTERM"
    if term == "dumb" or (size and not term):
        return Check(
            "terminal", Standing.FAILED, f"TERM is {term!r}: the monitor cannot place text", "Set TERM to what it is."
        )
    if size is None:
        return Check("terminal", Standing.OK, f"not looked at: the output is none; TERM {term or 'not set'}, {colour}")
    words = f"TERM {term}, {size[0]} by {size[1]}, {colour}"
    if size[0] < 60 or size[1] < 16:
        return Check("terminal", Standing.NOTE, words, "It works, and shows more from 80 by 24 on.")
    return Check("terminal", Standing.OK, words)


def locale(encoding: str) -> Check:
    """Whether the signs of the screen can be written."""
    if encoding.lower().replace("_", "-") in {"utf-8", "utf8"}:
        return Check("locale", Standing.OK, f"encoding {encoding}")
    return Check("locale", Standing.FAILED, f"encoding {encoding}, not UTF-8", "Set LC_ALL=C.UTF-8, or another UTF-8.")


def environment(variables: Mapping[str, str], settings: Iterable[str] = ()) -> Check:
    """The variables that say what is read; names only, save for those that hold a Region, a profile or an endpoint.

    `settings` are the variables of the settings.
    """
    own = sorted({*VARIABLES, *settings})
    shown = {"AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_SES", "AWS_ENDPOINT_URL"}
    names = sorted(name for name in variables if name.startswith(("AWS_", "SESMON_")))
    unknown = [name for name in names if name.startswith("SESMON_") and name not in own]
    if unknown:
        near = difflib.get_close_matches(unknown[0], own, 1)
        meant = f"Is {near[0]} meant?" if near else f"There are {', '.join(own)}."
        return Check("environment", Standing.NOTE, f"{unknown[0]} is set, and means nothing", meant)
    words = ", ".join(f"{name}={variables[name]}" if name in shown else name for name in names)
    return Check("environment", Standing.OK, words or "neither AWS nor sesmon variables")


def configuration(path: str, troubles: Sequence[str], *, is_there: bool) -> Iterator[Check]:
    """The configuration file and the settings' variables: what cannot be used, one check each, or that all can."""
    for trouble in troubles:
        yield Check("configuration", Standing.FAILED, trouble, _CORRECT)
    if not troubles:
        yield Check("configuration", Standing.OK, f"{path}: {'sound' if is_there else 'not there, and need not be'}")


def failed(subject: str, failure: Failure) -> Check:
    """A failure of a source."""
    return Check(subject, Standing.FAILED, failure.message, failure.remedy)


def credentials(how: str, access_key: str, account: str | None, profile: str | None) -> Check:
    """How credentials were found, and never what they are."""
    words = [f"found by {HOW_FOUND.get(how, how)}", f"key {access_key}", f"profile {profile}" if profile else ""]
    words.append(f"account {account}" if account else "")
    return Check("credentials", Standing.OK, ", ".join(word for word in words if word))


def reachability(endpoint: str, seconds: float, failure: Failure | None) -> Check:
    """Whether the service answers, be it with a refusal."""
    if failure is not None and failure.kind in {ErrorKind.NETWORK, ErrorKind.RESPONSE, ErrorKind.SERVICE}:
        return failed("reachability", failure)
    return Check("reachability", Standing.OK, f"{endpoint} answered in {seconds * 1000:,.0f} ms")


def permission(operation: str, failure: Failure | None) -> Check:
    """Whether an operation may be called."""
    subject = f"{'sts' if operation == 'GetCallerIdentity' else 'ses'}:{operation}"
    if failure is None:
        return Check(subject, Standing.OK, "allowed")
    if operation == REQUIRED:
        return failed(subject, failure)
    if failure.kind is ErrorKind.DENIED:
        remedy = f"Allow {subject} in the IAM policy, if you want it."
        return Check(subject, Standing.NOTE, f"denied: {OPTIONAL[operation]}", remedy)
    return Check(subject, Standing.NOTE, f"not known ({failure.kind}): {OPTIONAL[operation]}", failure.remedy)


def clock(skew: float | None) -> Check:
    """How far this host's clock is from the service's, in seconds; more than 0 is ahead."""
    if skew is None:
        return Check("clock", Standing.NOTE, "not compared: the service told no time", "See to reachability first.")
    way = "ahead of" if skew > 0 else "behind"
    if abs(skew) < SOME_SKEW:
        return Check("clock", Standing.OK, "agrees with the service's within half a minute")
    standing = Standing.FAILED if abs(skew) >= MOST_SKEW else Standing.NOTE
    return Check("clock", standing, f"{duration(abs(skew))} {way} the service's", "Set this host's clock, by NTP.")


def history(path: str, size: int | None, mode: int | None, trouble: str | None) -> Check:
    """The history: its file (None for its size where there is none yet), and whether others can read it."""
    if trouble:
        # The history's sentences say what to do about them behind their last semicolon.
        words, _, remedy = trouble.rpartition("; ") if "; " in trouble else (trouble, "", _OTHER_FILE)
        return Check("history", Standing.FAILED, f"{words.rstrip('.')}.", f"{remedy[:1].upper()}{remedy[1:]}")
    if size is None or mode is None:
        return Check("history", Standing.OK, f"{path}: not there yet, made with the first reading")
    words = f"{path}: {size / 1024:,.0f} KB, mode {mode:04o}, sound"
    if mode & 0o077:
        return Check("history", Standing.NOTE, words, f"Others can reach it. If that is not meant: chmod 600 {path}")
    return Check("history", Standing.OK, words)


def worst(checks: Iterable[Check]) -> int:
    """The exit status: 1 where a check failed, else 0."""
    return int(any(check.standing is Standing.FAILED for check in checks))
