"""From evidence to incidents: raised, held, escalated and cleared, and taken back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sesmon.alerts.incidents import CALM, Docket
from sesmon.alerts.spikes import Finding
from sesmon.model import AlertKind, Change, Metric, Severity

WARNING, CRITICAL = Severity.WARNING, Severity.CRITICAL
Step = tuple[Severity | None, float]
STEPS = st.lists(
    st.tuples(st.sampled_from((None, None, None, WARNING, CRITICAL)), st.sampled_from((0.1, 0.2, 0.3))), max_size=60
)


def finding(slot: int) -> Finding:
    """Evidence of one slot."""
    return Finding(slot, slot + 1, 5, 0.1, 0.001, 1e-6)


def docket() -> Docket[Finding]:
    """An empty one."""
    return Docket(AlertKind.SPIKE, Metric.COMPLAINTS)


def lived(steps: list[Step], into: Docket[Finding] | None = None, first: int = 0) -> Docket[Finding]:
    """A docket that has lived through steps: how severe, None for calm, and how bad."""
    out = into or docket()
    for slot, (severity, badness) in enumerate(steps, start=first):
        if severity is None:
            out.calm()
        else:
            out.flag(finding(slot), severity, slot, badness)
    return out


def calm(slots: int) -> list[Step]:
    """So many slots without evidence."""
    return [(None, 0.0)] * slots


def turns(of: Docket[Finding]) -> list[tuple[int, Change]]:
    """What became of incidents, and in which slot."""
    return [(turn.slot, turn.change) for turn in of.turns]


def test_evidence_raises_and_two_hours_of_calm_clear() -> None:
    """An incident opens with its first evidence and is over with the eighth calm slot after its last."""
    out = lived([(WARNING, 0.1), (WARNING, 0.1), *calm(CALM - 1)])
    assert turns(out) == [(0, Change.RAISED)]
    out.calm()
    assert out.open is None
    assert turns(out) == [(0, Change.RAISED), (CALM + 1, Change.CLEARED)]
    (over,) = out.incidents
    assert (over.start, over.last, over.over) == (0, 1, CALM + 1)


def test_flapping_is_one_incident() -> None:
    """What flares up again within two hours is the same incident; after them it is another."""
    assert len(lived([(WARNING, 0.1), *calm(CALM - 1), (WARNING, 0.1)]).incidents) == 1
    assert len(lived([(WARNING, 0.1), *calm(CALM), (WARNING, 0.1)]).incidents) == 2


def test_growing_worse_escalates_once() -> None:
    """A warning that becomes critical is escalated; more of the same is no news."""
    out = lived([(WARNING, 0.1), (CRITICAL, 0.2), (CRITICAL, 0.3), (WARNING, 0.1), (CRITICAL, 0.2)])
    assert turns(out) == [(0, Change.RAISED), (1, Change.ESCALATED)]


def test_the_worst_slot_is_the_peak() -> None:
    """An incident keeps its worst evidence: severity first, then badness."""
    out = lived([(WARNING, 0.3), (CRITICAL, 0.1), (CRITICAL, 0.2), (WARNING, 0.3)])
    assert out.open is not None
    assert out.open.worst.peak == 2
    assert out.open.worst.evidence == finding(2)


def test_what_is_long_past_its_worst_is_no_more_than_it_is() -> None:
    """After two hours of a mere warning an incident that was critical is a warning, and critical in the record."""
    out = lived([(CRITICAL, 0.3), *[(WARNING, 0.1)] * CALM])
    assert out.open is not None
    assert out.open.state.severity is WARNING
    assert out.open.worst.severity is CRITICAL
    lived(calm(CALM), out, CALM + 1)
    assert out.incidents[0].state.severity is CRITICAL
    assert turns(out) == [(0, Change.RAISED), (2 * CALM, Change.CLEARED)]


def test_growing_worse_again_is_told_again() -> None:
    """What has been no more than a warning for two hours escalates anew."""
    out = lived([(CRITICAL, 0.3), *[(WARNING, 0.1)] * CALM, (CRITICAL, 0.2)])
    assert turns(out) == [(0, Change.RAISED), (CALM + 1, Change.ESCALATED)]


def test_what_is_known_to_be_over_is_cleared_at_once() -> None:
    """Closing does not wait for calm, and closes nothing where nothing is open."""
    out = docket()
    out.close()
    out.flag(finding(1), WARNING, 1, 0.1)
    out.close()
    assert turns(out) == [(1, Change.RAISED), (2, Change.CLEARED)]
    assert out.calm_since == 2


def test_new_evidence_begins_after_the_incident_before() -> None:
    """The first slot after the newest incident that is over is known; before any, it is the first of all."""
    assert docket().calm_since == 0
    assert lived([(None, 0.0), (WARNING, 0.1), *calm(CALM)]).calm_since == 2


@given(STEPS, st.integers(0, 60), STEPS)
def test_what_is_taken_back_never_was(steps: list[Step], slot: int, other: list[Step]) -> None:
    """Lived otherwise from a slot on and taken back, a docket that lives those slots again knows the same."""
    slot = min(slot, len(steps))
    out = lived(steps[:slot] + other)
    out.forget_from(slot)
    assert vars(out) == vars(lived(steps[:slot]))
    assert vars(lived(steps[slot:], out, slot)) == vars(lived(steps))


@given(STEPS)
def test_incidents_follow_one_another(steps: list[Step]) -> None:
    """Each is raised before it is escalated or cleared, in the order of slots, and none overlap."""
    out = lived(steps)
    is_open = False
    for turn in out.turns:
        assert (turn.change is Change.RAISED) != is_open
        is_open = turn.change is not Change.CLEARED
    assert [turn.slot for turn in out.turns] == sorted(turn.slot for turn in out.turns)
    ends = [-1]
    for incident in out.incidents:
        assert ends[-1] < incident.start <= incident.worst.peak <= incident.last
        ends.append(incident.last)
