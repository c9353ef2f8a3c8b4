"""Where a search can begin: indexes that hold the photos of a label, a word or a person, newest first.

An id sorts as its photo's `created_at` does, so that the newest photos of a label stand side by side in the
index on labels. A search takes them from there piece by piece, from whichever of its terms leads furthest
down the feed with a piece of one size: the rarest one at that place. What it costs follows from how many
photos that term has, not from how many there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select, union
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.expression import SelectBase

from photos.models import LikeRow, PhotoRow, PhotoTagRow, PhotoWordRow, UserRow
from photos.search.repository.conditions import longest
from photos.search.terms import And, By, Camera, Is, Not, Or, Tagged, Term, Text, conjuncts
from vignette_shared.ids import id_timestamp

FIRST_PIECE = 128
GROWTH = 8
LARGEST_PIECE = 65_536
FEW = 10_000
"""Photos that are sooner looked at one by one than an index in another order is walked along."""
MAX_TERMS = 8
"""Terms that are asked how far they lead; more would cost more than they save."""
MAX_SOURCES = 100
"""Look-ups that one term may be made of: fifty words joined by OR, as labels and as words of a text."""


@dataclass(frozen=True, slots=True)
class Span:
    """Ids below `below` and from `first` on; None is no bound."""

    below: str | None = None
    first: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Photos by their ids in an index; `time` is what the index is ordered by, where that isn't the id."""

    rows: Select[str]
    id: SQLColumnExpression[str]
    time: SQLColumnExpression[datetime] | None = None

    def ids(self, span: Span) -> Select[str]:
        return self.rows.where(*self._within(span)).correlate(None)

    def nth(self, number: int, span: Span) -> Any:
        """Select the last of the newest `number` ids, null when there are fewer."""
        order = [self.id.desc()] if self.time is None else [self.time.desc(), self.id.desc()]
        return self.ids(span).order_by(*order).offset(number - 1).limit(1).scalar_subquery()

    def size(self, span: Span) -> Any:
        return self.ids(span).with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery()

    def _within(self, span: Span) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if span.below is not None:
            found.append(self.id < span.below)
            if self.time is not None:
                found.append(self.time <= id_timestamp(span.below))
        if span.first is not None:
            found.append(self.id >= span.first)
            if self.time is not None:
                found.append(self.time >= id_timestamp(span.first))
        return found


Sources = tuple[Source, ...]
"""Together they hold every photo that a term can match."""


def sources_of(term: Term | None, owner_id: str | None, viewer_id: str | None) -> list[Sources]:
    """Return what each part that must hold can be looked up by; those that no index knows are left out."""
    found: list[Sources] = [(by_owner(owner_id),)] if owner_id is not None else []
    for part in conjuncts(term):
        found += _alternatives(part, viewer_id)
    return found[:MAX_TERMS]


def furthest(
    session: Session, found: Sequence[Sources], number: int, span: Span
) -> tuple[Sources, str | None]:
    """Return the sources whose newest `number` ids lead furthest down, and the id to which they are complete.

    None: they have no more than these.
    """
    ends = _ask(session, found, lambda source: source.nth(number, span))
    # The others of a term are complete only down to where the first of them ends.
    reached = [max((end for end in of_term if end is not None), default=None) for of_term in ends]
    done = [sources for sources, reach in zip(found, reached, strict=True) if reach is None]
    if len(done) < 2:
        return min(zip(found, reached, strict=True), key=lambda pair: pair[1] or "")
    sizes = _ask(session, done, lambda source: source.size(span))
    return min(zip(done, map(sum, sizes), strict=True), key=lambda pair: pair[1])[0], None


def _ask(session: Session, found: Sequence[Sources], what: Callable[[Source], Any]) -> list[list[Any]]:
    """Return something of each source, in one query."""
    answers = iter(session.execute(select(*(what(source) for sources in found for source in sources))).one())
    return [[next(answers) for _ in sources] for sources in found]


def next_piece(last: int, seen: int, found: int, wanted: int) -> int:
    """Return how many to look at next: half as many again as it takes to find the rest if it goes on so."""
    expected = seen * (wanted - found) * 3 // (2 * max(found, 1))
    return min(max(expected, last), last * GROWTH, LARGEST_PIECE)


def ids_of(sources: Sources, span: Span) -> SelectBase:
    """Select the ids of a term's photos within a span."""
    selects = [source.ids(span) for source in sources]
    return union(*selects) if len(selects) > 1 else selects[0]


def by_owner(owner_id: str) -> Source:
    photo = aliased(PhotoRow)
    rows = select(photo.id).where(photo.owner_id == owner_id, photo.deleted_at.is_(None))
    return Source(rows, photo.id, photo.created_at)


def _alternatives(term: Term, viewer_id: str | None) -> list[Sources]:
    """Return by what each a term can be looked up; any word of a phrase may be its rarest."""
    match term:
        case Text(_, label, words) if words:
            by_label = (_by_label(label),) if label is not None else ()
            return [(*by_label, _by_word(word)) for word in dict.fromkeys(words)]
        case Camera(_, words):
            return [(_by_word(word),) for word in words]
        case _:
            sources = _sources(term, viewer_id)
            return [sources] if sources else []


def _sources(term: Term, viewer_id: str | None) -> Sources:  # noqa: PLR0911 - one a kind
    """Return nothing for a term that no index knows."""
    match term:
        case Tagged(label):
            return (_by_label(label),)
        case Text():
            by_label = (_by_label(term.label),) if term.label is not None else ()
            return (*by_label, _by_word(longest(term.words))) if term.words else by_label
        case Camera(_, words):
            return (_by_word(longest(words)),)
        case By(name):
            photo = aliased(PhotoRow)
            owner = select(UserRow.id).where(UserRow.username_key == name).scalar_subquery()
            return (Source(select(photo.id).where(photo.owner_id == owner), photo.id, photo.created_at),)
        case Is("liked"):
            return (Source(select(LikeRow.photo_id).where(LikeRow.user_id == viewer_id), LikeRow.photo_id),)
        case Is() if viewer_id is not None:
            return (by_owner(viewer_id),)
        case And(terms):
            return next(filter(None, (_sources(part, viewer_id) for part in terms)), ())
        case Not(Not(inner)):
            return _sources(inner, viewer_id)
        case Or(terms):
            parts = [_sources(part, viewer_id) for part in terms]
            joined = tuple(chain.from_iterable(parts))
            return joined if all(parts) and len(joined) <= MAX_SOURCES else ()
        case _:
            return ()


def _by_label(label: str) -> Source:
    rows = select(PhotoTagRow.photo_id).where(PhotoTagRow.label == label, PhotoTagRow.shown.is_(True))
    return Source(rows, PhotoTagRow.photo_id)


def _by_word(word: str) -> Source:
    return Source(select(PhotoWordRow.photo_id).where(PhotoWordRow.word == word), PhotoWordRow.photo_id)
