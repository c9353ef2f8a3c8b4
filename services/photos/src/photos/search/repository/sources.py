"""The indexes that a search can start from: the photos of a label, a word or an owner, newest first.

UUIDv7 ids sort by time, so the newest photos of a label are adjacent in the index on labels. A search reads
them batch by batch from the term whose batch reaches furthest back in time, which is the rarest term at that
position. The cost depends on how many photos that term has, not on how many the site has.
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
"""Up to this many photos, checking each one is faster than scanning an index in another order."""
MAX_TERMS = 8
"""Terms that are probed for their reach; probing more costs more than it saves."""
MAX_SOURCES = 100
"""Index look-ups per term: fifty words joined by OR, each as a label and as a word."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of ids, `first` <= id < `below`; None is unbounded."""

    below: str | None = None
    first: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The photo ids in an index; `time` is the column that orders it, if that is not the id."""

    rows: Select[str]
    id: SQLColumnExpression[str]
    time: SQLColumnExpression[datetime] | None = None

    def ids(self, span: Span) -> Select[str]:
        return self.rows.where(*self._within(span)).correlate(None)

    def nth(self, number: int, span: Span) -> Any:
        """Select the last of the newest `number` ids, or null if there are fewer."""
        order = [self.id.desc()] if self.time is None else [self.time.desc(), self.id.desc()]
        return self.ids(span).order_by(*order).offset(number - 1).limit(1).scalar_subquery()

    def size(self, span: Span) -> Any:
        return self.ids(span).with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery()

    def _within(self, span: Span) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if span.below is not None:
            conditions.append(self.id < span.below)
            if self.time is not None:
                conditions.append(self.time <= id_timestamp(span.below))
        if span.first is not None:
            conditions.append(self.id >= span.first)
            if self.time is not None:
                conditions.append(self.time >= id_timestamp(span.first))
        return conditions


Sources = tuple[Source, ...]
"""Sources that together contain every photo that a term can match."""


def sources_of(term: Term | None, owner_id: str | None, viewer_id: str | None) -> list[Sources]:
    """Return the sources of each conjunct; conjuncts without an index are left out."""
    alternatives: list[Sources] = [(by_owner(owner_id),)] if owner_id is not None else []
    for part in conjuncts(term):
        alternatives += _alternatives(part, viewer_id)
    return alternatives[:MAX_TERMS]


def furthest(
    session: Session, alternatives: Sequence[Sources], number: int, span: Span
) -> tuple[Sources, str | None]:
    """Return the sources whose newest `number` ids reach furthest back, and the id that they reach.

    They are complete down to that id; None means that they have no further photos.
    """
    ends = _evaluate(session, alternatives, lambda source: source.nth(number, span))
    # A term's sources together are complete only down to the newest of their last ids.
    reached = [max((end for end in of_term if end is not None), default=None) for of_term in ends]
    done = [sources for sources, reach in zip(alternatives, reached, strict=True) if reach is None]
    if len(done) < 2:
        return min(zip(alternatives, reached, strict=True), key=lambda pair: pair[1] or "")
    sizes = _evaluate(session, done, lambda source: source.size(span))
    return min(zip(done, map(sum, sizes), strict=True), key=lambda pair: pair[1])[0], None


def _evaluate(
    session: Session, alternatives: Sequence[Sources], what: Callable[[Source], Any]
) -> list[list[Any]]:
    """Evaluate an expression for each source, in one query."""
    answers = iter(
        session.execute(select(*(what(source) for sources in alternatives for source in sources))).one()
    )
    return [[next(answers) for _ in sources] for sources in alternatives]


def next_piece(last: int, examined: int, matched: int, wanted: int) -> int:
    """Return the next batch size: 1.5 times what the match rate so far suggests for the missing photos."""
    expected = examined * (wanted - matched) * 3 // (2 * max(matched, 1))
    return min(max(expected, last), last * GROWTH, LARGEST_PIECE)


def ids_of(sources: Sources, span: Span) -> SelectBase:
    """Select the ids of a term's photos within a span."""
    selects = [source.ids(span) for source in sources]
    return union(*selects) if len(selects) > 1 else selects[0]


# The index on owners is ordered by time and id, as the feed is.
def by_owner(owner_id: str) -> Source:
    photo = aliased(PhotoRow)
    rows = select(photo.id).where(photo.owner_id == owner_id, photo.deleted_at.is_(None))
    return Source(rows, photo.id, photo.created_at)


def _alternatives(term: Term, viewer_id: str | None) -> list[Sources]:
    """Return the alternative sources of a term; for a phrase, one per word, since any may be the rarest."""
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
    """Return the sources of a term, none if no index covers it."""
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
