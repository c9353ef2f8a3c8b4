"""One spelling for each label."""

import unicodedata

from vignette_shared.errors import BadLabel

MAX_LABEL = 64
MAX_LABELS = 50
"""Tags that one upload may bring."""


def normalise_label(raw: str) -> str:
    """Trim, apply NFKC, lower the case.

    Raises:
        BadLabel: empty, longer than 64 characters, or something else than letters, digits, space, `_`, `-`.
    """
    label = unicodedata.normalize("NFKC", raw).strip().lower()
    if not 1 <= len(label) <= MAX_LABEL:
        raise BadLabel(f"A tag has 1 to {MAX_LABEL} characters.")
    previous = ""
    for character in label:
        if not _allowed(character, previous):
            raise BadLabel(f"{raw!r}: a tag has letters, digits, spaces, _ and - only.")
        previous = character
    return label


def parse_labels(listed: str) -> tuple[str, ...]:
    """Read a comma list; empty entries and repetitions are passed over. Raises `BadLabel`."""
    labels = tuple(dict.fromkeys(normalise_label(part) for part in listed.split(",") if part.strip()))
    if len(labels) > MAX_LABELS:
        raise BadLabel(f"At most {MAX_LABELS} tags at a time.")
    return labels


def _allowed(character: str, previous: str) -> bool:
    if character in " _-":
        return True
    kind = unicodedata.category(character)
    if kind.startswith("M"):  # a vowel sign or an accent belongs to the letter before it
        return bool(previous) and unicodedata.category(previous)[0] in "LM"
    return kind.startswith("L") or kind == "Nd"
