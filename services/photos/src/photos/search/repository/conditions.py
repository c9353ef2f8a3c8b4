"""The terms of a search as SQL conditions on `photos`."""

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, not_, or_, select, true

from photos.models import LikeRow, PhotoRow, PhotoTagRow, PhotoWordRow, UserRow
from photos.search.terms import (
    After,
    And,
    Before,
    By,
    Camera,
    Is,
    Not,
    Or,
    Score,
    Tagged,
    Term,
    Text,
    named_labels,
    walk,
)
from photos.tags.repository import seen_by

Bounds = tuple[Score, ...]
Condition = ColumnElement[bool]
_SHOWN_DIGITS = 0.00005
"""Half of the last digit that scores are shown with: `=` compares with the displayed score."""
_COMPARE: dict[str, Callable[[Any, float], Condition]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": lambda score, value: score.between(value - _SHOWN_DIGITS, value + _SHOWN_DIGITS),
}


def matches(term: Term, viewer_id: str | None, bounds: Bounds = ()) -> Condition:  # noqa: PLR0911 - one a kind
    """Return the condition that a photo matches the term by data that the viewer may see.

    Args:
        bounds: the score terms next to this one; a label must match by a suggestion within them.
    """
    match term:
        case And(terms):
            return _all(terms, viewer_id, bounds)
        case Or(terms):
            return or_(*(matches(part, viewer_id, bounds) for part in terms))
        case Not(inner):
            return not_(matches(inner, viewer_id))
        case Score():
            return _all((term,), viewer_id, bounds)
        case Tagged(label):
            return _tagged((label,), viewer_id, bounds)
        case Text():
            return _says(term, viewer_id, bounds)
        case _:
            return _fact(term, viewer_id)


# Only `is:` widens what is listed: every other term may only narrow it.
def granted(term: Term, viewer_id: str | None) -> Condition | None:
    """Return the condition that a photo matches by an `is:` term about the viewer's own photos.

    Such photos are listed even if they are private, pending or unlisted. None if no term is about them.
    """
    match term:
        case Is(kind) if kind != "liked":
            return true()
        case By(name):
            viewer = select(UserRow.id).where(UserRow.username_key == name)
            return PhotoRow.owner_id.in_(viewer)
        case And(terms):
            conditions = [part for inner in terms if (part := granted(inner, viewer_id)) is not None]
            return or_(*conditions) if conditions else None
        case Or(terms):
            both = [
                and_(matches(inner, viewer_id), part)
                for inner in terms
                if (part := granted(inner, viewer_id)) is not None
            ]
            return or_(*both) if both else None
        case _:
            return None


def looks_at_own(term: Term | None) -> bool:
    """Whether some term only makes sense for a signed-in viewer."""
    return any(isinstance(part, Is) for part in walk(term))


def has_word(word: str) -> Condition:
    return _probe(PhotoWordRow.photo_id == PhotoRow.id, PhotoWordRow.word == word)


def longest(words: tuple[str, ...]) -> str:
    """Return the longest word, which is likely the rarest."""
    return max(words, key=len)


def _probe(*conditions: Condition) -> Condition:
    """Return an EXISTS condition that is evaluated per photo.

    `OFFSET 0` keeps Postgres from turning it into a join of whole tables, which it estimates to be cheaper
    although a search only needs the newest fifty matches.
    """
    return select(literal(1)).where(*conditions).correlate(PhotoRow).offset(0).exists()


def _all(terms: tuple[Term, ...], viewer_id: str | None, bounds: Bounds) -> Condition:
    scores = tuple(part for part in terms if isinstance(part, Score))
    rest = tuple(part for part in terms if not isinstance(part, Score))
    inner = bounds + scores
    conditions = [matches(part, viewer_id, inner) for part in rest]
    if scores:
        conditions.append(_tagged(tuple(sorted(named_labels(rest))), viewer_id, inner))
    return and_(*conditions)


def _tagged(labels: tuple[str, ...], viewer_id: str | None, bounds: Bounds) -> Condition:
    """Return the condition that a photo has one of the labels, or any if none is given, within the bounds."""
    conditions = [PhotoTagRow.photo_id == PhotoRow.id, seen_by(viewer_id)]
    if labels:
        conditions.append(
            PhotoTagRow.label.in_(labels) if len(labels) > 1 else PhotoTagRow.label == labels[0]
        )
    if bounds:
        conditions.append(PhotoTagRow.source == "model")
        conditions += [_COMPARE[bound.comparison](PhotoTagRow.score, bound.value) for bound in bounds]
    return _probe(*conditions)


def _says(term: Text, viewer_id: str | None, bounds: Bounds) -> Condition:
    conditions = [_tagged((term.label,), viewer_id, bounds)] if term.label is not None else []
    if term.words:
        in_text = has_word(longest(term.words))
        if len(term.words) > 1:
            phrase = f" {' '.join(term.words)} "
            in_text = and_(in_text, PhotoRow.search_text.contains(phrase, autoescape=True))
        conditions.append(in_text)
    return or_(*conditions)


def _fact(term: Term, viewer_id: str | None) -> Condition:
    match term:
        case By(name):
            return PhotoRow.owner_id.in_(select(UserRow.id).where(UserRow.username_key == name))
        case Camera(_, words):
            return and_(*(has_word(word) for word in words))
        case Before(moment):
            return PhotoRow.created_at < moment
        case After(moment):
            return PhotoRow.created_at >= moment
        case Is(kind):
            return _is(kind, viewer_id)
    raise TypeError(term)


def _is(kind: str, viewer_id: str | None) -> Condition:
    if viewer_id is None:
        return false()
    if kind == "liked":
        return _probe(LikeRow.photo_id == PhotoRow.id, LikeRow.user_id == viewer_id)
    column = PhotoRow.visibility if kind in ("private", "public", "unlisted") else PhotoRow.status
    return and_(PhotoRow.owner_id == viewer_id, column == kind)
