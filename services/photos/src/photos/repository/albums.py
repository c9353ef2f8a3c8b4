"""Albums: what is in them, in which order, and the links that open them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session, joinedload

from photos.models import AlbumPhotoRow, AlbumRow, PhotoRow

Place = tuple[int, str]
"""A photo's position in an album and its id: the keyset of the album's order."""


def in_order(album_id: str, after: Place | None, limit: int) -> Select[tuple[PhotoRow, int]]:
    """Select an album's photos with their owners and positions; the caller adds who may see them."""
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
        """Let nobody else change the album or its order before this transaction ends."""
        self._session.execute(select(AlbumRow.id).where(AlbumRow.id == album_id).with_for_update())

    def count(self, owner_id: str) -> int:
        counted = select(func.count()).select_from(AlbumRow).where(AlbumRow.owner_id == owner_id)
        return self._session.scalar(counted) or 0

    def remove(self, album_id: str) -> None:
        """Delete the album, its order and its links; the photos stay."""
        self._session.execute(delete(AlbumRow).where(AlbumRow.id == album_id))

    def size(self, album_id: str) -> int:
        """Count the photos, those in the trash too."""
        counted = select(func.count()).select_from(AlbumPhotoRow).where(AlbumPhotoRow.album_id == album_id)
        return self._session.scalar(counted) or 0

    def page(
        self, album_id: str, seen: ColumnElement[bool], after: Place | None, limit: int
    ) -> list[tuple[PhotoRow, int]]:
        """Return the album's photos that are `seen`, with their positions."""
        found = self._session.execute(in_order(album_id, after, limit).where(seen))
        return [(photo, position) for photo, position in found]

    def members(self, album_id: str, photo_ids: Collection[str]) -> set[str]:
        """Return which of the photos are in the album."""
        found = select(AlbumPhotoRow.photo_id).where(
            AlbumPhotoRow.album_id == album_id, AlbumPhotoRow.photo_id.in_(photo_ids)
        )
        return set(self._session.scalars(found))

    def add_photos(self, album_id: str, photo_ids: Sequence[str], now: datetime) -> None:
        """Put photos before all others, the last one first; those that are in it keep their place.

        The album is locked: two additions at a time would take the same positions.
        """
        there = self.members(album_id, photo_ids)
        new = [photo_id for photo_id in dict.fromkeys(photo_ids) if photo_id not in there]
        if not new:
            return
        first = self._session.scalar(
            select(func.min(AlbumPhotoRow.position)).where(AlbumPhotoRow.album_id == album_id)
        )
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
        """Return all photos of the album from the first to the last."""
        found = (
            select(AlbumPhotoRow.photo_id)
            .where(AlbumPhotoRow.album_id == album_id)
            .order_by(AlbumPhotoRow.position, AlbumPhotoRow.photo_id)
        )
        return list(self._session.scalars(found))

    def reorder(self, album_id: str, photo_ids: Sequence[str]) -> None:
        """Give the album's photos, all of them, the positions 0, 1, 2 …"""
        rows = [
            {"album_id": album_id, "photo_id": photo_id, "position": position}
            for position, photo_id in enumerate(photo_ids)
        ]
        self._session.execute(update(AlbumPhotoRow), rows)
