"""JSON for a standard output whose encoding lacks signs: nothing of it is lost."""

from __future__ import annotations

import json
import re
import sys

_FOREIGN = re.compile(r"[^\x00-\x7f]")


def json_for_stdout(text: str) -> str:
    """JSON as it can be written: signs beyond ASCII are JSON's own escapes where the encoding is no UTF."""
    if "utf" in (sys.stdout.encoding or "").lower():
        return text
    # Beyond ASCII there is nothing in JSON but its strings.
    return _FOREIGN.sub(lambda sign: json.dumps(sign[0])[1:-1], text)
