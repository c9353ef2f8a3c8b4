"""The word index of a photo: words are folded in the same way for the index and for a query."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from photos.kernel.unit_of_work import UnitOfWork
from photos.models import PhotoRow

MAX_WORD = 64
"""Characters; longer words are truncated, in the index and in queries."""
MAX_WORDS = 1_000
"""Words per photo: more than 5,000 characters of any language have, so only noise is cut."""
CAMERA = "camera:"
"""The prefix of camera words; a folded word of a title never contains a colon."""


@dataclass(frozen=True, slots=True)
class IndexedWords:
    """The indexed form of a photo's texts.

    Attributes:
        text: the words in order, each surrounded by spaces, for phrases; a line break separates title and
            description, so no phrase matches across them.
        words: each word once.
    """

    text: str
    words: frozenset[str]


def fold(text: str) -> list[str]:
    """Return the words of a text in order, case-folded in NFKC: runs of letters, digits, marks and `_`."""
    # NFKC twice: case folding can produce text that is not normalised.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    runs = groupby(folded, _is_of_a_word)
    return ["".join(run)[:MAX_WORD] for of_a_word, run in runs if of_a_word]


def camera_words(names: Iterable[str]) -> frozenset[str]:
    """Return the words of a camera's make, model and lens in their indexed form."""
    return frozenset((CAMERA + word)[:MAX_WORD] for name in names for word in fold(name))


def words_of(title: str, description: str, camera: Mapping[str, Any] | None) -> IndexedWords:
    """Return the indexed form of a photo's title, description and camera."""
    first = fold(title)[:MAX_WORDS]
    rest = fold(description)[: MAX_WORDS - len(first)]
    names = [str(name) for key in ("make", "model", "lens") if (name := (camera or {}).get(key))]
    lines = [f" {' '.join(line)} " for line in (first, rest) if line]
    return IndexedWords("\n".join(lines), frozenset(first + rest) | camera_words(names))


def index_words(uow: UnitOfWork, photo: PhotoRow) -> None:
    """Update a photo's search text and words from its title, description and camera.

    Call it in the transaction that changes any of the three and that has added or locked the row.
    """
    indexed = words_of(photo.title, photo.description, photo.camera)
    if photo.search_text != indexed.text:
        photo.search_text = indexed.text
    # A table of words instead of the databases' own full-text search (docs/decisions/0017).
    uow.words.replace(photo.id, indexed.words)


def _is_of_a_word(character: str) -> bool:
    # `\w` excludes combining marks, which write vowels in Hindi, Thai and other scripts.
    return character == "_" or character.isalnum() or unicodedata.category(character)[0] == "M"
