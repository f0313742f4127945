"""`python -m sesmon`."""

from sesmon.cli import main

raise SystemExit(main())
