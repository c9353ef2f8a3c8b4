"""`compare_contract.py REVISION` compares web/openapi.json with a revision's, texts aside.

Summaries, descriptions, titles and the values of examples are texts. Error codes in descriptions are
compared as sets. Exit status: 1 when anything else differs.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEXTS = frozenset({"summary", "title"})
CODE = re.compile(r"(?:^| · )`([a-z_]+)`:")
DOCUMENT = "web/openapi.json"


def structure(value: Any, key: str = "") -> Any:
    """Return a document without its texts; lists whose order means nothing are sorted."""
    if key == "description" and isinstance(value, str):
        return sorted(CODE.findall(value))
    if key in ("example", "examples"):
        return "an example"
    if isinstance(value, dict):
        # A field of a schema may be named like a text.
        names = (
            value
            if key == "properties"
            else {name: item for name, item in value.items() if name not in TEXTS}
        )
        kept = {name: structure(item, "" if key == "properties" else name) for name, item in names.items()}
        return {name: item for name, item in kept.items() if name != "description" or item}
    if isinstance(value, list):
        items = [structure(item) for item in value]
        # Parameters, which OpenAPI identifies by name and place, have no order.
        named = all(isinstance(item, dict) and "name" in item and "in" in item for item in items)
        return sorted(items, key=lambda item: (item["in"], item["name"])) if items and named else items
    return value


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            path = f"{where} > {key}"
            if key not in new:
                yield f"{path}: removed, was {json.dumps(old[key])[:200]}"
            elif key not in old:
                yield f"{path}: added, is {json.dumps(new[key])[:200]}"
            else:
                yield from differences(old[key], new[key], path)
    elif old != new:
        yield f"{where}: was {json.dumps(old)[:200]}, is {json.dumps(new)[:200]}"


def main() -> int:
    revision = sys.argv[1]
    committed = subprocess.run(
        ["git", "show", f"{revision}:{DOCUMENT}"], check=True, capture_output=True, text=True
    )
    old = structure(json.loads(committed.stdout))
    new = structure(json.loads(Path(DOCUMENT).read_text(encoding="utf-8")))
    found = list(differences(old, new))
    for difference in found:
        print(difference)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
