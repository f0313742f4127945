"""Reports: snapshots to characters."""
