"""The large chart, drawn by plotext."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesmon.tui.render.plot import Line, Plot, canvas_width, draw, round_steps

PLOT = Plot(
    values=tuple(float(place % 10) if place % 7 else None for place in range(100)),
    colours=("default",) * 50 + ((255, 0, 0),) * 50,
    top=12.0,
    y_ticks=((0.0, "0"), (10.0, "10")),
    x_ticks=((0.5, "12:00"),),
    lines=(Line(8.0, "pause", (255, 0, 0), heavy=True),),
    axis="default",
    width=53,
    height=12,
)


def plain(text: str) -> list[str]:
    """Lines without colours."""
    return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in text.splitlines()]


def test_it_fills_its_place_and_no_more() -> None:
    """A drawing is as wide and high as asked, with its labels and lines."""
    lines = plain(draw(PLOT))
    assert len(lines) == PLOT.height
    assert all(len(line) <= PLOT.width for line in lines)
    assert any("pause" in line and "━" in line for line in lines)
    assert "12:00" in lines[-1]


def test_the_same_plot_is_drawn_the_same() -> None:
    """Plotext's one global figure carries nothing over from one drawing to the next."""
    first = draw(PLOT)
    draw(Plot((1.0, None), ("default",) * 2, 1.0, ((0.0, "0"),), (), (), "default", 30, 6))
    assert draw(PLOT) == first


def test_no_background_is_painted() -> None:
    """The terminal's own background stays behind the chart."""
    assert not re.search(r"\x1b\[[0-9;]*48;", draw(PLOT))


@pytest.mark.parametrize("values", [(None,) * 8, (0.0,) * 8, (5.0,) * 8])
def test_gaps_zeros_and_full_bars_are_drawn(values: tuple[float | None, ...]) -> None:
    """No data, all zeros and bars over the top are drawn without an error."""
    assert draw(Plot(values, ("default",) * 8, 1.0, ((0.0, "0"),), (), (), "default", 20, 5))


@given(st.floats(1e-9, 1e18), st.integers(1, 10))
def test_steps_are_round_and_bounded(top: float, count: int) -> None:
    """Steps begin at 0, rise, stay under the top, are about as many as asked, and never 0 alone."""
    steps = round_steps(top, count)
    assert steps[0] == 0
    assert len(steps) > 1
    assert steps == sorted(set(steps))
    assert steps[-1] <= top * 1.01
    assert len(steps) <= count + 2


def test_labels_take_their_room() -> None:
    """The columns left for values are those beside the longest label and the axis."""
    assert canvas_width(80, [(0, "0"), (1, "1,000")]) == 74
