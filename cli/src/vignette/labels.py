"""Tags as the server takes them: it alone decides; this makes foreign keywords fit."""

import unicodedata
from collections.abc import Iterable

MAX_LABEL = 64
MAX_LABELS = 50
"""Tags that one upload may bring."""


def split_labels(listed: str) -> tuple[str, ...]:
    """Read `--tags`: a comma list, passed on as it is for the server to judge."""
    return tuple(part.strip() for part in listed.split(",") if part.strip())


def fit_label(keyword: str) -> str:
    """Return the keyword with letters, digits, space, `_` and `-` only; "" when nothing is left."""
    kept = ""
    for character in unicodedata.normalize("NFKC", keyword).lower():
        kind = unicodedata.category(character)
        # An accent of its own belongs to the letter before it, and to nothing else.
        accent = kind[0] == "M" and bool(kept) and unicodedata.category(kept[-1])[0] in "LM"
        kept += character if character in " _-" or kind[0] == "L" or kind == "Nd" or accent else " "
    return " ".join(kept.split()).lstrip("_- ")[:MAX_LABEL].strip()


def fit_labels(keywords: Iterable[str]) -> tuple[str, ...]:
    """Fit all, each once, the first `MAX_LABELS` of them."""
    labels = dict.fromkeys(fit_label(keyword) for keyword in keywords)
    labels.pop("", None)
    return tuple(labels)[:MAX_LABELS]
