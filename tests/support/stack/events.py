"""Server-sent events."""

import json
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def parse_events(lines: Iterator[str]) -> Iterator[Json]:
    """Yield `{"event", "id", "data"}` from the lines of a server-sent event stream."""
    current: Json = {}
    for line in lines:
        if not line:
            if "data" in current:
                yield {**current, "data": json.loads(current["data"])}
            current = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            current[name] = value.strip()
