"""Measure everything and print the table; exit status 1 where a goal was missed."""

from __future__ import annotations

import sys

from tests.benchmarks import reach
from tests.benchmarks.measure import HEADING

BENCHMARKS = (reach,)


def main() -> int:
    """Print a line as soon as it is known."""
    print(HEADING)
    missed = 0
    for benchmark in BENCHMARKS:
        for result in benchmark.results():
            print(result.line(), flush=True)
            missed += result.ratio > result.goal
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
