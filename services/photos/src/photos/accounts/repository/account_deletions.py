"""SQL for accounts that are being deleted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from photos.models import AlbumRow, PhotoRow, UploadRow, UserRow


class AccountDeletionRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, user: UserRow, now: datetime) -> None:
        """Mark the account as deleted: free its names, and hide its photos and albums."""
        # A username can't contain `~`. The id without its version digit, always 7, fits the column.
        bare = user.id.replace("-", "")
        user.username_key = f"~{bare[:12]}{bare[13:]}"
        user.email_key = f"~{user.id}"
        user.username = user.email = user.display_name = user.bio = user.password_hash = ""
        user.avatar_photo_id, user.deleted_at = None, now
        self._session.execute(
            update(PhotoRow)
            .where(PhotoRow.owner_id == user.id, PhotoRow.deleted_at.is_(None))
            .values(deleted_at=now)
        )
        self._session.execute(delete(AlbumRow).where(AlbumRow.owner_id == user.id))

    def take_uploads(self, user_id: str) -> Sequence[str]:
        """Delete the account's unfinished uploads and return their ids."""
        gone = delete(UploadRow).where(UploadRow.owner_id == user_id)
        return self._session.scalars(gone.returning(UploadRow.id)).all()

    def pending(self) -> Sequence[str]:
        """Return the ids of accounts with data left to purge, oldest deletion first."""
        return self._session.scalars(
            select(UserRow.id).where(UserRow.deleted_at.is_not(None)).order_by(UserRow.deleted_at)
        ).all()

    def photos(self, user_id: str, limit: int) -> Sequence[tuple[str, str]]:
        """Return the id and the SHA-256 of up to `limit` of the account's photos."""
        statement = select(PhotoRow.id, PhotoRow.sha256).where(PhotoRow.owner_id == user_id).limit(limit)
        return [(photo_id, sha256) for photo_id, sha256 in self._session.execute(statement)]

    def lock(self, user_id: str) -> bool:
        """Lock a deleted account's row against new references; return whether it still exists."""
        leaving = select(UserRow.id).where(UserRow.id == user_id, UserRow.deleted_at.is_not(None))
        return self._session.scalar(leaving.with_for_update()) is not None

    def remove(self, user_id: str) -> None:
        """Delete the row; the database cascades to what refers to it."""
        self._session.execute(delete(UserRow).where(UserRow.id == user_id))
