"""Measure everything and print the table; exit status 1 where a goal was missed."""

from __future__ import annotations

import sys

from tests.benchmarks import memory, reach, reading, redrawing, starting, terminal
from tests.benchmarks.measure import HEADING

BENCHMARKS = (starting, reading, memory, redrawing, reach)


def main() -> int:
    """Print a line as soon as it is known."""
    print(HEADING)
    missed = 0
    for benchmark in BENCHMARKS:
        for result in benchmark.results():
            print(result.line(), flush=True)
            missed += not result.is_met
    for figure in terminal.figures():
        print(figure.line(), flush=True)
        missed += figure.is_missed
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
