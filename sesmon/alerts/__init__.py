"""JUDGE: pure functions from data points to alerts. No clock, no I/O, standard library only."""
