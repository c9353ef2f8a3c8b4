"""SQL for albums, their photos and their order."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session, joinedload

from photos.models import AlbumPhotoRow, AlbumRow, PhotoRow

Place = tuple[int, str]
"""A photo's position in an album and its id: the keyset of the album's order."""


def in_order(album_id: str, after: Place | None, limit: int) -> Select[PhotoRow, int]:
    """Select an album's photos with owners and positions; the caller adds the visibility condition."""
    statement = (
        select(PhotoRow, AlbumPhotoRow.position)
        .options(joinedload(PhotoRow.owner, innerjoin=True))
        .join(AlbumPhotoRow, AlbumPhotoRow.photo_id == PhotoRow.id)
        .where(AlbumPhotoRow.album_id == album_id)
        .order_by(AlbumPhotoRow.position, AlbumPhotoRow.photo_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(AlbumPhotoRow.position, AlbumPhotoRow.photo_id) > after)
    return statement


class AlbumRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, album: AlbumRow) -> None:
        self._session.add(album)
        self._session.flush()

    def find(self, album_id: str) -> AlbumRow | None:
        """Return an album with its owner."""
        return self._session.scalar(
            select(AlbumRow)
            .options(joinedload(AlbumRow.owner, innerjoin=True))
            .where(AlbumRow.id == album_id)
        )

    def lock(self, album_id: str) -> None:
        """Lock the album and its order until the transaction ends."""
        self._session.execute(select(AlbumRow.id).where(AlbumRow.id == album_id).with_for_update())

    def count(self, owner_id: str) -> int:
        counted = select(func.count()).select_from(AlbumRow).where(AlbumRow.owner_id == owner_id)
        return self._session.scalar(counted) or 0

    def owned(
        self, owner_id: str, after: tuple[datetime, str] | None, limit: int, *, public_only: bool
    ) -> Sequence[AlbumRow]:
        """Return a user's albums with their owner, newest first, after the position `after`."""
        statement = (
            select(AlbumRow)
            .options(joinedload(AlbumRow.owner, innerjoin=True))
            .where(AlbumRow.owner_id == owner_id)
            .order_by(AlbumRow.created_at.desc(), AlbumRow.id.desc())
            .limit(limit)
        )
        if public_only:
            statement = statement.where(AlbumRow.visibility == "public")
        if after is not None:
            statement = statement.where(tuple_(AlbumRow.created_at, AlbumRow.id) < after)
        return self._session.scalars(statement).all()

    def photo_counts(self, album_ids: Collection[str], visible: ColumnElement[bool]) -> dict[str, int]:
        """Count the photos that match `visible`, by album."""
        rows = self._session.execute(
            select(AlbumPhotoRow.album_id, func.count())
            .join(PhotoRow, PhotoRow.id == AlbumPhotoRow.photo_id)
            .where(AlbumPhotoRow.album_id.in_(album_ids), visible)
            .group_by(AlbumPhotoRow.album_id)
        )
        return {str(album_id): count for album_id, count in rows}

    def covers(self, album_ids: Collection[str], visible: ColumnElement[bool]) -> dict[str, str]:
        """Return each album's cover: the chosen photo while it is in the album, else the first one."""
        # Subqueries, so that one statement finds the covers of a whole page of albums.
        inside = (
            select(AlbumPhotoRow.photo_id)
            .join(PhotoRow, PhotoRow.id == AlbumPhotoRow.photo_id)
            .where(AlbumPhotoRow.album_id == AlbumRow.id, visible)
            .correlate(AlbumRow)
        )
        chosen = inside.where(AlbumPhotoRow.photo_id == AlbumRow.cover_photo_id)
        first = inside.order_by(AlbumPhotoRow.position, AlbumPhotoRow.photo_id).limit(1)
        cover = func.coalesce(chosen.scalar_subquery(), first.scalar_subquery())
        rows = self._session.execute(select(AlbumRow.id, cover).where(AlbumRow.id.in_(album_ids)))
        return {album_id: photo_id for album_id, photo_id in rows if photo_id is not None}

    def remove(self, album_id: str) -> None:
        """Delete the album with its order and its links; the photos stay."""
        self._session.execute(delete(AlbumRow).where(AlbumRow.id == album_id))

    def size(self, album_id: str) -> int:
        """Count the photos, including those in the trash."""
        counted = select(func.count()).select_from(AlbumPhotoRow).where(AlbumPhotoRow.album_id == album_id)
        return self._session.scalar(counted) or 0

    def page(
        self, album_id: str, visible: ColumnElement[bool], after: Place | None, limit: int
    ) -> list[tuple[PhotoRow, int]]:
        """Return the album's photos that match `visible`, with their positions."""
        rows = self._session.execute(in_order(album_id, after, limit).where(visible))
        return [(photo, position) for photo, position in rows]

    def members(self, album_id: str, photo_ids: Collection[str]) -> set[str]:
        """Return which of the photos are in the album."""
        statement = select(AlbumPhotoRow.photo_id).where(
            AlbumPhotoRow.album_id == album_id, AlbumPhotoRow.photo_id.in_(photo_ids)
        )
        return set(self._session.scalars(statement))

    def add_photos(self, album_id: str, photo_ids: Sequence[str], now: datetime) -> None:
        """Add photos before all others, the last one first; photos already in the album keep their position.

        The caller has locked the album: concurrent additions would take the same positions.
        """
        members = self.members(album_id, photo_ids)
        new = [photo_id for photo_id in dict.fromkeys(photo_ids) if photo_id not in members]
        if not new:
            return
        first = self._session.scalar(
            select(func.min(AlbumPhotoRow.position)).where(AlbumPhotoRow.album_id == album_id)
        )
        # Positions may become negative: adding to the front then changes no other row.
        top = 0 if first is None else first
        rows = [
            {"album_id": album_id, "photo_id": photo_id, "position": top - 1 - index, "added_at": now}
            for index, photo_id in enumerate(new)
        ]
        self._session.execute(insert(AlbumPhotoRow), rows)

    def remove_photo(self, album_id: str, photo_id: str) -> None:
        self._session.execute(
            delete(AlbumPhotoRow).where(
                AlbumPhotoRow.album_id == album_id, AlbumPhotoRow.photo_id == photo_id
            )
        )

    def order(self, album_id: str) -> list[str]:
        """Return the ids of all photos of the album, in its order."""
        statement = (
            select(AlbumPhotoRow.photo_id)
            .where(AlbumPhotoRow.album_id == album_id)
            .order_by(AlbumPhotoRow.position, AlbumPhotoRow.photo_id)
        )
        return list(self._session.scalars(statement))

    def reorder(self, album_id: str, photo_ids: Sequence[str]) -> None:
        """Set the positions 0, 1, 2 … for all photos of the album."""
        rows = [
            {"album_id": album_id, "photo_id": photo_id, "position": position}
            for position, photo_id in enumerate(photo_ids)
        ]
        self._session.execute(update(AlbumPhotoRow), rows)
