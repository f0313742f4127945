"""How numbers, rates, times and text from outside read to a person. Pure; the screen and the reports share it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, tzinfo

NONE = "–"
"""Stands for a rate that does not exist, because nothing was sent."""

_UNITS = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))

_LONGEST_OUTSIDE_TEXT = 300


def count(number: int) -> str:
    """1234567 as 1,234,567."""
    return f"{number:,}"


def short_count(number: float, width: int = 7) -> str:
    """A number in at most `width` (5 or more) characters: whole with commas where it fits, else 12.3k, 4.56M."""
    whole = f"{number:,.0f}"
    if len(whole) <= width:
        return whole
    for size, unit in _UNITS:
        if abs(number) >= size:
            for digits in (2, 1, 0):
                text = f"{number / size:.{digits}f}{unit}"
                if len(text) <= width:
                    return text
    return whole


def percent(rate: float | None) -> str:
    """A fraction as percent with digits that suit it: 0.00123 as 0.123 %, 0.0512 as 5.12 %, None as a dash."""
    if rate is None:
        return NONE
    value = rate * 100
    if value >= 100:
        return f"{value:,.0f} %"
    if value >= 10:
        return f"{value:.1f} %"
    if value >= 1 or value == 0:
        return f"{value:.2f} %"
    return f"{value:.3f} %"


def change(fraction: float | None) -> str:
    """A change against the window before: +12 %, -3 %, ×14 where percent would be unreadable, a dash for none."""
    if fraction is None:
        return NONE
    if fraction >= 9.995:
        return f"×{min(fraction + 1, 9999):.0f}"
    return f"{fraction * 100:+.0f} %".replace("-0 %", "±0 %").replace("+0 %", "±0 %").replace("-", "−")


def duration(seconds: float) -> str:
    """Seconds as the two largest units that matter: 7 s, 3 min, 2 h 05 min, 3 d 4 h."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, _ = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def span(length: timedelta) -> str:
    """A window's name: 1h, 24h, 3d."""
    if length >= timedelta(days=3650):
        return "all"
    if length == timedelta(days=365):
        return "1y"
    hours = int(length.total_seconds() // 3600)
    return f"{hours}h" if hours <= 24 else f"{hours // 24}d"


def clock_time(time: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """The time of day in `zone`: 14:13, or 14:13:59."""
    return time.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def near_time(time: datetime, zone: tzinfo, today: datetime) -> str:
    """The time of day in `zone`, after its date where that is not the day of `today` there: 14:13, Tue 03 Mar 03:28."""
    local = time.astimezone(zone)
    return local.strftime("%H:%M" if local.date() == today.astimezone(zone).date() else "%a %d %b %H:%M")


def date_time(time: datetime, zone: tzinfo) -> str:
    """Date and time of day in `zone`: 2026-03-02 14:13."""
    return time.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def zone_name(time: datetime, zone: tzinfo) -> str:
    """The zone's name at that time: UTC, CEST."""
    return time.astimezone(zone).tzname() or "local"


def clean(text: str) -> str:
    """Text from outside made fit to be shown: one line, bounded, and nothing a terminal or a markup parser acts on.

    Control characters (C0, C1), bidi overrides and other format characters, lone surrogates and private use go;
    white space folds; square brackets become round, so that no markup can open.
    """
    return _bounded(_folded(text))


def pasteable(text: str) -> str:
    """Text from outside made fit to be shown and to be pasted: as `clean`, and `masked`.

    It is masked before it is bounded: of a key that was cut in two, neither half would look like one.
    """
    return _bounded(masked(_folded(text)))


def _folded(text: str) -> str:
    spaced = "".join(" " if char.isspace() else char for char in text)
    kept = "".join(char for char in spaced if unicodedata.category(char) not in _UNSAFE)
    return " ".join(kept.translate(_BRACKETS).split())


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST_OUTSIDE_TEXT else text[: _LONGEST_OUTSIDE_TEXT - 1] + "…"


_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BRACKETS = str.maketrans("[]", "()")


REPORT_BUG = "Please report this; with --log-file FILE the log says where."


def bug(what: str, error: BaseException | None) -> str:
    """What failed by a mistake of sesmon's own, as a sentence without its full stop."""
    return f"{what} failed inside sesmon ({pasteable(f'{type(error).__name__}: {error}')})"


def masked(text: str) -> str:
    """Text without what identifies or opens an account: keys, tokens, account numbers, passwords in URLs.

    Of access keys and account numbers the last four characters stay, so that two of them can be told apart.
    """
    text = without_passwords(text)
    text = _LONG_RUN.sub(lambda run: "***" if _is_random(run[0]) else run[0], text)
    return _IDENTIFIER.sub(lambda run: f"***{run[0][-4:]}", text)


def without_passwords(text: str) -> str:
    """Text with three stars for who is named in its URLs, and with which password."""
    return _PASSWORD.sub("//***@", text)


_PASSWORD = re.compile(r"//[^/\s@]+@")
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=]{40,}")
"""A secret access key is 40 characters of these; session tokens are hundreds."""

_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])(?:A[A-Z]{3}[A-Z0-9]{12,124}|\d{12})(?![A-Za-z0-9])")
"""An access key's name (AKIA..., ASIA...), or an account number."""


def _is_random(run: str) -> bool:
    """Whether a run of characters mixes them as keys do, and words or paths of one kind do not."""
    return sum(any(map(kind, run)) for kind in (str.isdigit, str.isupper, str.islower)) == 3
