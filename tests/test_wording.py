"""How numbers, times and text from outside read."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon import wording
from sesmon.tui.view import LONG_WINDOWS


@pytest.mark.parametrize(
    ("rate", "text"),
    [(None, "–"), (0.0, "0.00 %"), (0.00123, "0.123 %"), (0.0512, "5.12 %"), (0.235, "23.5 %"), (2.5, "250 %")],
)
def test_percent_has_digits_that_suit_it(rate: float | None, text: str) -> None:
    """Small rates keep three digits, no rate is a dash."""
    assert wording.percent(rate) == text


@given(st.integers(0, 2**63), st.integers(5, 12))
def test_short_counts_fit(number: int, width: int) -> None:
    """A shortened count is never wider than it may be."""
    assert len(wording.short_count(number, width)) <= width


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999_999, "999,999"), (12_345_678, "12.35M"), (2**62, "4.61E")])
def test_short_counts_shorten_only_where_they_must(number: int, text: str) -> None:
    """A count that fits is whole, with commas."""
    assert wording.short_count(number, 7) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(None, "–"), (0.0, "±0 %"), (-0.001, "±0 %"), (0.12, "+12 %"), (-0.5, "−50 %"), (25.0, "×26")],
)
def test_changes_carry_their_sign(fraction: float | None, text: str) -> None:
    """Up, down, none, and factors where percent would be unreadable."""
    assert wording.change(fraction) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (7500, "2 h 05 min"),
        (86_400, "1 d"),
        (100_000, "1 d 3 h"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, text: str) -> None:
    """A duration is told in the units that matter."""
    assert wording.duration(seconds) == text


def test_windows_have_names() -> None:
    """Windows up to a day are named in hours, longer ones in days."""
    assert [wording.span(timedelta(hours=hours)) for hours in (1, 24, 72, 336)] == ["1h", "24h", "3d", "14d"]
    assert [wording.span(window) for window in LONG_WINDOWS] == ["30d", "90d", "1y", "all"]


def test_times_are_told_in_a_zone() -> None:
    """A time of day and a date are those of the zone; a time of another day than today's carries its date."""
    time = datetime(2026, 3, 2, 23, 30, 15, tzinfo=UTC)
    assert wording.clock_time(time, UTC, seconds=True) == "23:30:15"
    assert wording.near_time(time, UTC, time - timedelta(hours=23)) == "23:30"
    assert wording.near_time(time, UTC, time + timedelta(hours=1)) == "Mon 02 Mar 23:30"
    assert wording.near_time(time, timezone(timedelta(hours=1)), time) == "00:30"
    assert wording.date_time(time, UTC) == "2026-03-02 23:30"
    assert wording.zone_name(time, UTC) == "UTC"


@given(st.text(max_size=400))
def test_text_from_outside_cannot_act(text: str) -> None:
    """After cleaning no control, format, surrogate or private character and no square bracket is left, on one line."""
    out = wording.clean(text)
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for char in out)
    assert not set(out) & set("[]\n\r\t")
    assert len(out) <= 300
    assert wording.clean(out) == out


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("\x1b[31mred\x1b[0m", "(31mred(0m"),
        ("\x9b31mred", "31mred"),
        ("\x1b]0;title\x07x", ")0;titlex"),
        ("a\u202egnp.exe\u2069b", "agnp.exeb"),
        ("zero\u200bwidth", "zerowidth"),
        ("[bold]x[/bold]", "(bold)x(/bold)"),
        (" two\r\n lines\u2028here ", "two lines here"),
        ("plain – text, ümlaut 日本", "plain – text, ümlaut 日本"),
    ],
)
def test_hostile_text_is_inert(text: str, wanted: str) -> None:
    """Escape sequences, bidi overrides, markup and line breaks lose their power; ordinary text stays."""
    assert wording.clean(text) == wanted
