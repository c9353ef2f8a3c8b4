"""SQL for share links."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from photos.models import AlbumPhotoRow, AlbumRow, ShareLinkRow


class ShareLinkRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, link: ShareLinkRow) -> None:
        self._session.add(link)

    def find(self, link_id: str) -> ShareLinkRow | None:
        """Return a link with its album and the album's owner."""
        return self._session.scalar(
            select(ShareLinkRow)
            .options(
                joinedload(ShareLinkRow.album, innerjoin=True).joinedload(AlbumRow.owner, innerjoin=True)
            )
            .where(ShareLinkRow.id == link_id)
        )

    def of_album(self, album_id: str) -> Sequence[ShareLinkRow]:
        """Return an album's links, newest first."""
        return self._session.scalars(
            select(ShareLinkRow).where(ShareLinkRow.album_id == album_id).order_by(ShareLinkRow.id.desc())
        ).all()

    def count(self, album_id: str) -> int:
        counted = select(func.count()).select_from(ShareLinkRow).where(ShareLinkRow.album_id == album_id)
        return self._session.scalar(counted) or 0

    def remove(self, album_id: str, link_id: str) -> bool:
        """Delete an album's link; return whether it existed."""
        removed = delete(ShareLinkRow).where(ShareLinkRow.id == link_id, ShareLinkRow.album_id == album_id)
        return self._session.execute(removed.returning(ShareLinkRow.id)).first() is not None

    def find_over(self, link_id: str, photo_id: str) -> ShareLinkRow | None:
        """Return the link, as `find` does, if the photo is in its album."""
        link = self.find(link_id)
        if link is None:
            return None
        member = select(AlbumPhotoRow.photo_id).where(
            AlbumPhotoRow.album_id == link.album_id, AlbumPhotoRow.photo_id == photo_id
        )
        return link if self._session.scalar(member) is not None else None
