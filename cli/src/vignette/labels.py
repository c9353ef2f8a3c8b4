"""Keywords of other programs as tags that the server accepts. The server's own rules decide."""

import unicodedata
from collections.abc import Iterable

MAX_LABEL = 64
MAX_LABELS = 50
"""The most tags that one upload may have."""


def split_labels(text: str) -> tuple[str, ...]:
    """Split `--tags` at its commas; the server validates each tag."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def fit_label(keyword: str) -> str:
    """Return the keyword's letters, digits, spaces, `_` and `-`; "" if it has none."""
    kept = ""
    for character in unicodedata.normalize("NFKC", keyword).lower():
        kind = unicodedata.category(character)
        # A combining mark is kept only after the letter that it modifies.
        is_accent = kind[0] == "M" and bool(kept) and unicodedata.category(kept[-1])[0] in "LM"
        kept += character if character in " _-" or kind[0] == "L" or kind == "Nd" or is_accent else " "
    # A leading `-` would read as a negation in search. Stripped again, because the cut may end at a space.
    return " ".join(kept.split()).lstrip("_- ")[:MAX_LABEL].strip()


def fit_labels(keywords: Iterable[str]) -> tuple[str, ...]:
    """Return the first `MAX_LABELS` distinct labels."""
    labels = dict.fromkeys(fit_label(keyword) for keyword in keywords)
    labels.pop("", None)
    return tuple(labels)[:MAX_LABELS]
