"""What hypothesis draws for tests of several modules."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from sesmon.model import Alert, AlertKind, Counts, Metric, Severity


def alerts(times: st.SearchStrategy[datetime], messages: st.SearchStrategy[str]) -> st.SearchStrategy[Alert]:
    """Alerts of every kind, with counters as large as SQLite keeps them."""
    return st.builds(
        Alert,
        st.sampled_from(Metric),
        st.sampled_from(AlertKind),
        st.sampled_from(Severity),
        since=times,
        until=st.none() | times,
        raised=times,
        peak=times,
        counts=st.builds(Counts, *[st.integers(0, 2**63 - 1)] * 4),
        message=messages,
    )
