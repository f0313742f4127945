"""Campaigns: faults by the hundred, each one command that prints a table."""
