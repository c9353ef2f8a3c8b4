"""SQL for resumable uploads and for the storage that a user occupies."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from photos.models import PhotoRow, UploadRow, UserRow
from vignette_shared.errors import AuthenticationRequired


class UploadRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: UploadRow) -> None:
        self._session.add(row)
        self._session.flush()

    def find(self, upload_id: str) -> UploadRow | None:
        return self._session.get(UploadRow, upload_id)

    def complete(self, upload_id: str, photo_id: str, *, duplicate: bool) -> None:
        self._session.execute(
            update(UploadRow).where(UploadRow.id == upload_id).values(photo_id=photo_id, duplicate=duplicate)
        )

    def remove(self, upload_id: str) -> None:
        self._session.execute(delete(UploadRow).where(UploadRow.id == upload_id))

    def remove_expired(self, before: datetime, limit: int) -> None:
        """Delete up to `limit` uploads that expired before a time."""
        # A subquery, because Postgres has no DELETE with a LIMIT.
        oldest = (
            select(UploadRow.id)
            .where(UploadRow.expires_at < before)
            .order_by(UploadRow.expires_at)
            .limit(limit)
        )
        self._session.execute(delete(UploadRow).where(UploadRow.id.in_(oldest)))

    def active(self, upload_ids: Collection[str], now: datetime) -> dict[str, bool]:
        """Return for each upload that has a row whether it is unfinished and unexpired."""
        statement = select(UploadRow).where(UploadRow.id.in_(upload_ids))
        return {
            row.id: row.photo_id is None and row.expires_at > now for row in self._session.scalars(statement)
        }

    def promised_bytes(self, owner_id: str, now: datetime) -> int:
        """Return the total length of a user's unfinished uploads."""
        summed = select(func.coalesce(func.sum(UploadRow.length), 0)).where(
            UploadRow.owner_id == owner_id, UploadRow.expires_at > now, UploadRow.photo_id.is_(None)
        )
        return int(self._session.scalar(summed) or 0)

    def stored_bytes(self, owner_id: str) -> int:
        """Return the total bytes of a user's originals, including those in the trash."""
        summed = select(func.coalesce(func.sum(PhotoRow.bytes), 0)).where(PhotoRow.owner_id == owner_id)
        return int(self._session.scalar(summed) or 0)

    def owner(self, user_id: str, *, lock: bool = False) -> UserRow:
        """Return the user who uploads; with `lock`, no other upload changes their quota meanwhile.

        Raises:
            AuthenticationRequired: the account was deleted or suspended during the request.
        """
        wanted = select(UserRow).where(UserRow.id == user_id)
        if lock:
            # FOR NO KEY UPDATE: likes and follows, which only refer to the user, need not wait.
            wanted = wanted.with_for_update(key_share=True)
        user = self._session.scalar(wanted)
        if user is None or user.deleted_at is not None or user.suspended_at is not None:
            raise AuthenticationRequired("This account was deleted or suspended.")
        return user

    def known_originals(self, hashes: Collection[str]) -> set[str]:
        """Return those hashes that belong to a photo, in the trash or not."""
        return set(self._session.scalars(select(PhotoRow.sha256).where(PhotoRow.sha256.in_(hashes))))

    def known_photos(self, photo_ids: Collection[str]) -> set[str]:
        """Return those ids that belong to a photo, in the trash or not."""
        return set(self._session.scalars(select(PhotoRow.id).where(PhotoRow.id.in_(photo_ids))))
