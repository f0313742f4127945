"""From numbers to characters."""
