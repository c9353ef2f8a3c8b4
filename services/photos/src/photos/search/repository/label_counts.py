"""SQL for labels and the number of photos that have them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, func, not_, or_, select
from sqlalchemy.orm import Session

from photos.kernel.visibility import listed_for
from photos.models import PhotoRow, PhotoTagRow
from photos.search.repository.photo_lists import FeedQuery, FeedRepository
from photos.search.repository.planner_hints import by_id
from photos.search.repository.sources import FEW, Span, furthest, ids_of, sources_of
from photos.tags.repository import seen_by

Keyset = tuple[int, str]
"""The count and the label after which a page starts."""


@dataclass(frozen=True, slots=True)
class LabelCount:
    label: str
    count: int
    newest_photo_id: str


class LabelRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def counts(
        self, query: FeedQuery, after: Keyset | None, limit: int, prefix: str = ""
    ) -> list[LabelCount]:
        """Count the photos of a query by label, most frequent first; only labels that start with `prefix`."""
        which = self._which(query, prefix)
        if which is None:
            return []
        count = func.count().label("count")
        # Postgres has no max(uuid) before version 18; as text, UUIDv7 ids sort by time too.
        newest = func.max(cast(PhotoTagRow.photo_id, String)).label("newest")
        statement = (
            select(PhotoTagRow.label, count, newest)
            .where(*which)
            .group_by(PhotoTagRow.label)
            .order_by(count.desc(), PhotoTagRow.label)
            .limit(limit)
        )
        if after is not None:
            last_count, last_label = after
            tied = and_(func.count() == last_count, PhotoTagRow.label > last_label)
            statement = statement.having(or_(func.count() < last_count, tied))
        return [
            LabelCount(label, number, str(UUID(photo)))
            for label, number, photo in self._session.execute(statement)
        ]

    def _which(self, query: FeedQuery, prefix: str) -> list[ColumnElement[bool]] | None:
        """Return the conditions on tags, or None if nothing can match."""
        sqlite = self._session.get_bind().dialect.name == "sqlite"
        if sqlite and query.everything and not prefix:
            return _of_everything(query.viewer_id)
        scope = FeedRepository(self._session).scope(query)
        if scope is None:
            return None
        conditions = [PhotoRow.id == PhotoTagRow.photo_id, seen_by(query.viewer_id)]
        conditions += map(by_id, scope.conditions)
        if sources := sources_of(scope.rest, scope.owner_id, query.viewer_id):
            rarest, _ = furthest(self._session, sources, FEW, Span())
            conditions.append(PhotoRow.id.in_(ids_of(rarest, Span())))
        if prefix:
            conditions.append(func.substr(PhotoTagRow.label, 1, len(prefix)) == prefix)
        if prefix and sqlite:  # labels are compared by code point, so the index can find the range
            conditions.append(PhotoTagRow.label >= prefix)
        return conditions


# Without filters nearly every tag matches, so one scan beats a look-up per tag.
def _of_everything(viewer_id: str | None) -> list[ColumnElement[bool]]:
    """Scan all tags and exclude those of unlisted photos, which are few.

    Looking up the photo of each tag takes SQLite four times as long. Postgres joins everything at once
    anyway, and might not fit the list of unlisted photos in memory.
    """
    hidden = select(PhotoRow.id).where(not_(listed_for(viewer_id)))
    own = select(PhotoRow.id).where(PhotoRow.owner_id == viewer_id)
    return [PhotoTagRow.photo_id.not_in(hidden), seen_by(viewer_id, PhotoTagRow.photo_id.in_(own))]
