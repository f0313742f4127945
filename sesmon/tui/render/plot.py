"""The large chart, drawn by plotext 6. Plotext is one global figure, so each drawing clears and builds in one call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from sesmon.model import Severity

Colour = tuple[int, int, int] | int | str
"""What plotext takes: RGB, one of 256, or 'default'."""

SAMPLES_PER_CELL = 2
"""How many values across and down one cell of plotext's `hd` marker shows."""


class Line(NamedTuple):
    """A horizontal line with its words."""

    value: float
    words: str
    colour: Colour
    heavy: bool


class Plot(NamedTuple):
    """All that a drawing depends on; equal ones look equal.

    `values` run evenly from the left edge to the right, None where there is a gap; `colours` go with them, and `marks`
    are the alerts over them.
    `y_ticks` are (value, label); `x_ticks` are (place as fraction of the width, label).
    """

    values: tuple[float | None, ...]
    colours: tuple[Colour, ...]
    top: float
    y_ticks: tuple[tuple[float, str], ...]
    x_ticks: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...]
    axis: Colour
    width: int
    height: int
    marks: tuple[Severity | None, ...] = ()


@cache
def _plotext() -> ModuleType:
    """Plotext, loaded when the first chart is drawn."""
    import plotext  # noqa: PLC0415

    # It would otherwise clamp every figure to the terminal that it saw when it was imported.
    plotext.terminal.limit(False, False)
    return plotext  # type: ignore[no-any-return]


def is_ready() -> bool:
    """Whether plotext is loaded: that takes as long as the rest of the first frame."""
    return bool(_plotext.cache_info().currsize)


def make_ready() -> None:
    """Load plotext."""
    _plotext()


def canvas_width(width: int, y_ticks: Sequence[tuple[float, str]]) -> int:
    """How many columns are left for the values beside the labels and the axis."""
    return max(1, width - max((len(label) for _, label in y_ticks), default=0) - 1)


def draw(plot: Plot) -> str:
    """The chart as lines of text with ANSI colours."""
    plotext = _plotext()
    figure = plotext.figure
    figure.clear()
    plotext.add_theme("sesmon", "default", plotext.pixel(plot.axis, "default"), ["default"])
    figure.theme("sesmon")
    figure.plot_size(plot.width, plot.height)
    figure.axes(False, axis="y", side="right")
    figure.axes(False, axis="x", side="upper")
    count = len(plot.values)
    _rulers(figure, plot, count)
    for line in plot.lines:
        # A segment, and not `figure.line`: that one paints plotext's own white behind itself.
        marker = plotext.marker("━" if line.heavy else "┈", plotext.pixel(line.colour, "default"))
        figure.draw(figure.segment([0, count - 1], [line.value, line.value], marker=marker))
    # One signal for each colour: a signal has one marker, and one for each bar would cost a call a bar.
    for colour in dict.fromkeys(plot.colours):
        points = [
            (x, y)
            for x, (y, own) in enumerate(zip(plot.values, plot.colours, strict=True))
            if own == colour and y is not None
        ]
        if points:
            marker = plotext.marker("hd", plotext.pixel(colour, "default"))
            signal = figure.signal([x for x, _ in points], [min(y, plot.top) for _, y in points], marker=marker)
            signal.lines(False)
            signal.fillx(True)
            figure.draw(signal)
    for line in plot.lines:
        label = plotext.colorize(line.words, line.colour)
        figure.draw(figure.text(0, line.value, label, alignment="left"))
    return str(figure.build())


def _rulers(figure: Any, plot: Plot, count: int) -> None:
    across = figure.ruler("x", "lower")
    across.lim(0, max(1, count - 1))
    across.ticks([place * (count - 1) for place, _ in plot.x_ticks], [label for _, label in plot.x_ticks])
    up = figure.ruler("y", "left")
    up.lim(0, plot.top)
    up.ticks([value for value, _ in plot.y_ticks], [label for _, label in plot.y_ticks])


def round_steps(top: float, count: int) -> list[float]:
    """About `count` round values from 0 to at most `top`, and one over 0 at the least, without which there is no scale.

    The steps are 1, 2 or 5 times a power of ten.
    """
    if top <= 0 or count < 1:
        return [0.0]
    rough = top / count
    power = 10.0 ** _exponent(rough)
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough * 0.999)
    out = [0.0]
    while out[-1] + step <= top * 1.001:
        out.append(out[-1] + step)
    # A step is at most 2.5 times what was asked for, so that with three there is one.
    return out if len(out) > 1 else round_steps(top, count + 1)


def _exponent(value: float) -> int:
    return int(f"{value:e}".partition("e")[2])
