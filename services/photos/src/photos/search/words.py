"""The words that a search finds a photo by: folded alike when stored and when asked for."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from photos.kernel.unit_of_work import UnitOfWork
from photos.models import PhotoRow

MAX_WORD = 64
"""Characters; what is longer is cut, in the index and in the question alike."""
MAX_WORDS = 1_000
"""Words of one photo: more than 5,000 characters of any language hold, so that only noise is cut."""
CAMERA = "camera:"
"""Before a word of the camera's; no word of a title has a colon."""


@dataclass(frozen=True, slots=True)
class IndexedWords:
    """`text` holds the words in order with a space on either side, for phrases; `words` each one once.

    A line break parts title and description: no phrase goes across it.
    """

    text: str
    words: frozenset[str]


def fold(text: str) -> list[str]:
    """Return the words of a text in order: letters, digits, marks and `_`, whatever their case and form."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    runs = groupby(folded, _is_of_a_word)
    return ["".join(run)[:MAX_WORD] for of_a_word, run in runs if of_a_word]


def camera_words(names: Iterable[str]) -> frozenset[str]:
    """Return the words of a camera's make, model and lens as they stand in the index."""
    return frozenset((CAMERA + word)[:MAX_WORD] for name in names for word in fold(name))


def words_of(title: str, description: str, camera: Mapping[str, Any] | None) -> IndexedWords:
    """Return what is to be found of a photo."""
    first = fold(title)[:MAX_WORDS]
    rest = fold(description)[: MAX_WORDS - len(first)]
    names = [str(name) for key in ("make", "model", "lens") if (name := (camera or {}).get(key))]
    lines = [f" {' '.join(line)} " for line in (first, rest) if line]
    return IndexedWords("\n".join(lines), frozenset(first + rest) | camera_words(names))


def index_words(uow: UnitOfWork, photo: PhotoRow) -> None:
    """Make a photo found by its title, description and camera as they are now.

    To be called in the transaction that changes any of the three, which has added the row or locked it.
    """
    indexed = words_of(photo.title, photo.description, photo.camera)
    if photo.search_text != indexed.text:
        photo.search_text = indexed.text
    uow.words.replace(photo.id, indexed.words)


def _is_of_a_word(character: str) -> bool:
    # `\w` leaves out the marks that vowels are written with in Hindi, Thai and others.
    return character == "_" or character.isalnum() or unicodedata.category(character)[0] == "M"
