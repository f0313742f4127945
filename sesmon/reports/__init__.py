"""SHOW without a screen: pure functions from snapshots to characters."""
