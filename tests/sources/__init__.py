"""Sources: the real boto3 over real HTTP, files, and the simulation."""
