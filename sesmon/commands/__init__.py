"""One file a command of the command line: `run(argv)` returns the exit status. Importing one is cheap."""
