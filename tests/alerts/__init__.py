"""Alerts: pure, so plain tests and properties."""
