"""READ: where data points come from."""
