"""Labels in their normal form."""

import unicodedata

from vignette_shared.errors import BadLabel

MAX_LABEL = 64
MAX_LABELS = 50
"""Tags per upload."""


def normalise_label(raw: str) -> str:
    """Trim, apply NFKC and lower-case a label.

    Raises:
        BadLabel: it is empty, longer than 64 characters, or contains other characters than letters, digits,
            spaces, `_` and `-`.
    """
    # NFKC, so that full-width and composed spellings become the same label.
    label = unicodedata.normalize("NFKC", raw).strip().lower()
    if not 1 <= len(label) <= MAX_LABEL:
        raise BadLabel(f"A tag must have 1 to {MAX_LABEL} characters.")
    previous = ""
    for character in label:
        if not _allowed(character, previous):
            raise BadLabel(f"{raw!r}: a tag may contain letters, digits, spaces, _ and - only.")
        previous = character
    return label


def parse_labels(listed: str) -> tuple[str, ...]:
    """Parse a comma-separated list, ignoring empty entries and repetitions; raises `BadLabel`."""
    labels = tuple(dict.fromkeys(normalise_label(part) for part in listed.split(",") if part.strip()))
    if len(labels) > MAX_LABELS:
        raise BadLabel(f"Send at most {MAX_LABELS} tags with an upload.")
    return labels


def _allowed(character: str, previous: str) -> bool:
    if character in " _-":
        return True
    kind = unicodedata.category(character)
    if kind.startswith("M"):  # a vowel sign or accent must follow its letter
        return bool(previous) and unicodedata.category(previous)[0] in "LM"
    return kind.startswith("L") or kind == "Nd"
