"""Lists of photos, newest first, by keyset: page 1,000 costs what page 1 costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select, tuple_
from sqlalchemy.orm import Session, joinedload

from photos.models import PhotoRow, PhotoTagRow, UserRow
from photos.repository.albums import Place, in_order
from photos.repository.tags import seen_by
from photos.repository.visibility import in_album_for, listed, listed_for
from vignette_shared.contracts.api import PhotoStatus


@dataclass(frozen=True, slots=True)
class Position:
    """The last photo of a page; the next page starts after it."""

    created_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """What to list. `viewer_id` is None for someone not signed in; `since` is included, `until` is not.

    An album's photos come in its own order, by `after_place`; the others by `after`.
    """

    viewer_id: str | None = None
    username_key: str | None = None
    labels: tuple[str, ...] = ()
    status: PhotoStatus | None = None
    since: datetime | None = None
    until: datetime | None = None
    min_score: float | None = None
    after: Position | None = None
    album_id: str | None = None
    after_place: Place | None = None
    limit: int = 50


class FeedRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, query: FeedQuery) -> Sequence[PhotoRow]:
        """Return up to `limit` + 1 photos with their owners; the one too many says that there are more."""
        owner_id = self._owner(query.username_key)
        if query.username_key is not None and owner_id is None:
            return []
        statement = (
            select(PhotoRow)
            .options(joinedload(PhotoRow.owner, innerjoin=True))
            .where(PhotoRow.deleted_at.is_(None), _whose(query, owner_id), *_filters(query))
            .order_by(PhotoRow.created_at.desc(), PhotoRow.id.desc())
            .limit(query.limit + 1)
        )
        return self._session.scalars(statement).all()

    def album_page(self, query: FeedQuery) -> list[tuple[PhotoRow, int]]:
        """Return up to `limit` + 1 photos of an album, that the viewer sees, with their positions in it."""
        owner_id = self._owner(query.username_key)
        if query.album_id is None or (query.username_key is not None and owner_id is None):
            return []
        conditions = [in_album_for(query.viewer_id), *_filters(query)]
        if owner_id is not None:
            conditions.append(PhotoRow.owner_id == owner_id)
        if query.status is not None:
            conditions += [PhotoRow.owner_id == query.viewer_id, PhotoRow.status == query.status]
        found = in_order(query.album_id, query.after_place, query.limit + 1).where(*conditions)
        return [(photo, position) for photo, position in self._session.execute(found)]

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


def _whose(query: FeedQuery, owner_id: str | None) -> ColumnElement[bool]:
    """One's own photos in full where they are asked for, else what is public."""
    own = PhotoRow.owner_id == query.viewer_id
    if query.status is not None:
        asked = own if owner_id is None else and_(own, PhotoRow.owner_id == owner_id)
        return and_(asked, PhotoRow.status == query.status)
    if owner_id is None:
        return listed_for(query.viewer_id)
    if owner_id == query.viewer_id:
        return own
    return and_(PhotoRow.owner_id == owner_id, listed())


def _filters(query: FeedQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.since is not None:
        found.append(PhotoRow.created_at >= query.since)
    if query.until is not None:
        found.append(PhotoRow.created_at < query.until)
    if query.after is not None:
        position = tuple_(PhotoRow.created_at, PhotoRow.id)
        found.append(position < (query.after.created_at, query.after.id))
    found.extend(_tagged(query, label) for label in query.labels)
    if query.min_score is not None and not query.labels:
        found.append(_tagged(query, None))
    return found


def _tagged(query: FeedQuery, label: str | None) -> ColumnElement[bool]:
    matches = [PhotoTagRow.photo_id == PhotoRow.id, seen_by(query.viewer_id)]
    if label is not None:
        matches.append(PhotoTagRow.label == label)
    if query.min_score is not None:
        matches += [PhotoTagRow.source == "model", PhotoTagRow.score >= query.min_score]
    return exists().where(*matches)
