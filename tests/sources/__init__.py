"""Sources: the real botocore over real HTTP, files, and the simulation."""
