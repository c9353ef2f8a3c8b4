"""One hash over what trained a version."""

import hashlib
import json
from collections.abc import Iterable


def story_hash(rows: Iterable[tuple[str, list[str], str]]) -> str:
    """Return SHA-256 (hex) over every image's own SHA-256, its labels and its side, in order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(list(row)).encode())
    return digest.hexdigest()
