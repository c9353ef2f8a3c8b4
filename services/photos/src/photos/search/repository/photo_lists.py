"""SQL for lists of photos, by keyset: page 1,000 costs as much as page 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from photos.albums.repository.albums import Place, in_order
from photos.kernel.cursors import Position
from photos.kernel.visibility import in_album_for, listed_for
from photos.models import AlbumPhotoRow, PhotoRow, UserRow
from photos.search.repository.conditions import granted, matches
from photos.search.repository.planner_hints import by_id, sorted_last
from photos.search.repository.sources import (
    FEW,
    FIRST_PIECE,
    Sources,
    Span,
    furthest,
    ids_of,
    next_piece,
    sources_of,
)
from photos.search.terms import After, Before, By, Is, Score, Tagged, Term, both, conjuncts
from vignette_shared.contracts.api import PhotoStatus
from vignette_shared.ids import lowest_id

Sort = Literal["new", "liked"]


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """The filters, order and position of a list of photos.

    Attributes:
        viewer_id: None for an anonymous viewer.
        search: the parsed `q`.
        since, until: bounds on the upload time; `since` is inclusive, `until` exclusive.
        after: the previous page's last photo; for `liked`, with its `after_likes`.
        after_place: the previous page's last position, for an album in its own order.
    """

    viewer_id: str | None = None
    username_key: str | None = None
    labels: tuple[str, ...] = ()
    search: Term | None = None
    status: PhotoStatus | None = None
    since: datetime | None = None
    until: datetime | None = None
    min_score: float | None = None
    sort: Sort = "new"
    after: Position | None = None
    after_likes: int | None = None
    album_id: str | None = None
    after_place: Place | None = None
    limit: int = 50

    @property
    def everything(self) -> bool:
        """Whether the query has no filter."""
        return self.term is None and self.username_key is None and self.status is None

    @property
    def term(self) -> Term | None:
        """Return all search terms and labels as one term, without owner and status."""
        return both(
            *(Tagged(label) for label in self.labels),
            Score(">=", self.min_score) if self.min_score is not None else None,
            After(self.since) if self.since is not None else None,
            Before(self.until) if self.until is not None else None,
            self.search,
        )


class FeedRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, query: FeedQuery) -> Sequence[PhotoRow]:
        """Return up to `limit` + 1 photos with their owners; the extra one tells if there is a next page."""
        scope = self.scope(query)
        if scope is None:
            return []
        sources = sources_of(scope.rest, scope.owner_id, query.viewer_id)
        if query.sort == "liked":
            return self._most_liked(query, scope, sources)
        # Without a selective term, or with only an owner, an index holds the photos in feed order already.
        if not sources or (scope.owner_id is not None and len(sources) == 1):
            newest = _photos(*scope.conditions, *_after(query)).order_by(
                PhotoRow.created_at.desc(), PhotoRow.id.desc()
            )
            return self._session.scalars(newest.limit(query.limit + 1)).all()
        return self._newest_matches(query, scope, sources)

    def scope(self, query: FeedQuery) -> "Scope | None":
        """Return the scope of a query, or None if nothing can match."""
        parts = conjuncts(query.term)
        names = {part.username_key for part in parts if isinstance(part, By)}
        if query.username_key is not None:
            names.add(query.username_key)
        # Two different owners match no photo, and neither does an unknown name.
        owner_id = self._owner(next(iter(names))) if len(names) == 1 else None
        if names and owner_id is None:
            return None
        rest = both(*(part for part in parts if not isinstance(part, By)))
        conditions = [PhotoRow.deleted_at.is_(None), _whose(query, owner_id)]
        if rest is not None:
            conditions.append(matches(rest, query.viewer_id))
        return Scope(owner_id, rest, tuple(conditions))

    def few(self, sources: Sequence[Sources], span: Span) -> Sources | None:
        """Return sources that together have at most `FEW` photos, if there are any."""
        if not sources:
            return None
        rarest, reach = furthest(self._session, sources, FEW, span)
        return rarest if reach is None else None

    def _newest_matches(self, query: FeedQuery, scope: "Scope", sources: Sequence[Sources]) -> list[PhotoRow]:
        """Read growing batches of the rarest term's photos, newest first, until the page is full."""
        span, piece, examined = _span(query), FIRST_PIECE, 0
        conditions = [by_id(condition) for condition in scope.conditions]
        photos: list[PhotoRow] = []
        while True:
            rarest, reach = furthest(self._session, sources, piece, span)
            ids = ids_of(rarest, Span(span.below, reach or span.first))
            newest = _photos(PhotoRow.id.in_(ids), *conditions).order_by(sorted_last(PhotoRow.id).desc())
            photos += self._session.scalars(newest.limit(query.limit + 1 - len(photos)))
            if reach is None or len(photos) > query.limit:
                return photos
            examined += piece
            span, piece = Span(reach, span.first), next_piece(piece, examined, len(photos), query.limit + 1)

    def _most_liked(self, query: FeedQuery, scope: "Scope", sources: Sequence[Sources]) -> Sequence[PhotoRow]:
        """Return the most liked first; as likes change, a photo may move across a page boundary."""
        conditions = list(scope.conditions)
        if (few := self.few(sources, _span(query, paged=False))) is not None:
            conditions = [PhotoRow.id.in_(ids_of(few, Span())), *map(by_id, conditions)]
        if query.after is not None:
            keys = tuple_(PhotoRow.like_count, PhotoRow.created_at, PhotoRow.id)
            conditions.append(keys < (query.after_likes, query.after.created_at, query.after.id))
        statement = _photos(*conditions).order_by(
            PhotoRow.like_count.desc(), PhotoRow.created_at.desc(), PhotoRow.id.desc()
        )
        return self._session.scalars(statement.limit(query.limit + 1)).all()

    def album_page(self, query: FeedQuery) -> list[tuple[PhotoRow, int]]:
        """Return up to `limit` + 1 photos of an album that the viewer may see, with their positions."""
        owner_id = self._owner(query.username_key)
        if query.album_id is None or (query.username_key is not None and owner_id is None):
            return []
        conditions = [*_in_album(query, owner_id), *_filters(query)]
        statement = in_order(query.album_id, query.after_place, query.limit + 1).where(*conditions)
        return [(photo, position) for photo, position in self._session.execute(statement)]

    def by_id(self, photo_ids: Sequence[str]) -> dict[str, PhotoRow]:
        """Return photos by id, with their owners."""
        rows = self._session.scalars(
            select(PhotoRow)
            .options(joinedload(PhotoRow.owner, innerjoin=True))
            .where(PhotoRow.id.in_(photo_ids))
        )
        return {row.id: row for row in rows}

    def _owner(self, username_key: str | None) -> str | None:
        if username_key is None:
            return None
        return self._session.scalar(select(UserRow.id).where(UserRow.username_key == username_key))


@dataclass(frozen=True, slots=True)
class Scope:
    """A query's single owner, if it has one, its remaining term, and all its conditions."""

    owner_id: str | None
    rest: Term | None
    conditions: tuple[ColumnElement[bool], ...]


def _photos(*conditions: ColumnElement[bool]) -> Select[PhotoRow]:
    return select(PhotoRow).options(joinedload(PhotoRow.owner, innerjoin=True)).where(*conditions)


def _whose(query: FeedQuery, owner_id: str | None) -> ColumnElement[bool]:
    """Return the visibility condition: the viewer's own photos if the query is for them, else listed ones."""
    own = PhotoRow.owner_id == query.viewer_id if query.viewer_id is not None else false()
    if query.album_id is not None:
        inside = select(AlbumPhotoRow.photo_id).where(AlbumPhotoRow.album_id == query.album_id)
        return and_(PhotoRow.id.in_(inside), *_in_album(query, owner_id))
    if query.status is not None:
        selected = own if owner_id is None else and_(own, PhotoRow.owner_id == owner_id)
        return and_(selected, PhotoRow.status == query.status)
    if any(isinstance(part, Is) and part.kind != "liked" for part in conjuncts(query.term)):
        return own
    if owner_id is not None and owner_id == query.viewer_id:
        return own
    if owner_id is not None:
        return and_(PhotoRow.owner_id == owner_id, listed_for(query.viewer_id))
    others = listed_for(query.viewer_id)
    by_name = granted(query.search, query.viewer_id) if query.search is not None else None
    return others if by_name is None else or_(others, and_(own, by_name))


def _in_album(query: FeedQuery, owner_id: str | None) -> list[ColumnElement[bool]]:
    conditions = [in_album_for(query.viewer_id)]
    if owner_id is not None:
        conditions.append(PhotoRow.owner_id == owner_id)
    if query.status is not None:
        conditions += [PhotoRow.owner_id == query.viewer_id, PhotoRow.status == query.status]
    return conditions


def _filters(query: FeedQuery) -> list[ColumnElement[bool]]:
    term = query.term
    return [matches(term, query.viewer_id)] if term is not None else []


def _after(query: FeedQuery) -> list[ColumnElement[bool]]:
    if query.after is None:
        return []
    return [tuple_(PhotoRow.created_at, PhotoRow.id) < (query.after.created_at, query.after.id)]


# Time filters become bounds on ids, so that every index ordered by id can use them.
def _span(query: FeedQuery, *, paged: bool = True) -> Span:
    """Return the range of ids that the query's photos are in."""
    parts = conjuncts(query.term)
    below = [lowest_id(part.moment) for part in parts if isinstance(part, Before)]
    first = [lowest_id(part.moment) for part in parts if isinstance(part, After)]
    if paged and query.after is not None:
        below.append(query.after.id)
    return Span(min(below, default=None), max(first, default=None))
