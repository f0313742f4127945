"""What things cost, beside a peer measured in the same run: `python -m tests.benchmarks`."""
