"""SQL for photos: rows, locks, pipeline state and trash."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, text, tuple_
from sqlalchemy.orm import Session, joinedload

from photos.models import DeadLetterRow, EmbeddingRow, PhotoRow


class PhotoRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, photo: PhotoRow) -> None:
        self._session.add(photo)
        self._session.flush()

    def find(self, photo_id: str) -> PhotoRow | None:
        """Return a photo with its owner, in the trash or not."""
        return self._session.scalar(
            select(PhotoRow)
            .options(joinedload(PhotoRow.owner, innerjoin=True))
            .where(PhotoRow.id == photo_id)
        )

    def find_bytes(self, owner_id: str, sha256: str) -> PhotoRow | None:
        """Return the owner's photo with these bytes, in the trash or not."""
        return self._session.scalar(
            select(PhotoRow).where(PhotoRow.owner_id == owner_id, PhotoRow.sha256 == sha256)
        )

    def lock(self, photo_id: str) -> PhotoRow | None:
        """Return a photo, locked until the transaction ends."""
        return self._session.scalar(
            # Without FOR UPDATE on SQLite, where a write session holds the only write lock from its start.
            select(PhotoRow).where(PhotoRow.id == photo_id).with_for_update(of=PhotoRow)
        )

    def lock_original(self, sha256: str) -> None:
        """Serialise transactions that store or delete the original with these bytes.

        Without the lock, deleting the last photo of an original could delete the blob of a concurrent upload
        of the same bytes. SQLite needs none: it has one writer at a time.
        """
        if self._session.get_bind().dialect.name == "postgresql":
            # 60 bits, which fit a signed 64-bit key. Two originals with one key only wait for each other.
            key = int(sha256[:15], 16)
            self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    def references(self, sha256: str) -> int:
        """Count the photos, including those in the trash, that share an original."""
        counted = select(func.count()).where(PhotoRow.sha256 == sha256)
        return self._session.scalar(counted) or 0

    def remove(self, photo_id: str, *, trashed_before: datetime | None = None) -> bool:
        """Delete a photo's row; tags, embeddings and dead letters cascade. Return whether it existed.

        With `trashed_before`, delete it only if it was moved to the trash before that time.
        """
        statement = delete(PhotoRow).where(PhotoRow.id == photo_id)
        if trashed_before is not None:
            statement = statement.where(PhotoRow.deleted_at < trashed_before)
        return self._session.execute(statement.returning(PhotoRow.id)).first() is not None

    def trashed_before(self, moment: datetime, limit: int) -> Sequence[PhotoRow]:
        return self._session.scalars(
            select(PhotoRow).where(PhotoRow.deleted_at < moment).order_by(PhotoRow.deleted_at).limit(limit)
        ).all()

    def trash(self, owner_id: str, after: tuple[datetime, str] | None, limit: int) -> Sequence[PhotoRow]:
        """Return a user's photos in the trash, last deleted first, after the position `after`."""
        statement = (
            select(PhotoRow)
            .options(joinedload(PhotoRow.owner, innerjoin=True))
            .where(PhotoRow.owner_id == owner_id, PhotoRow.deleted_at.is_not(None))
            .order_by(PhotoRow.deleted_at.desc(), PhotoRow.id.desc())
            .limit(limit)
        )
        if after is not None:
            statement = statement.where(tuple_(PhotoRow.deleted_at, PhotoRow.id) < after)
        return self._session.scalars(statement).all()

    def lock_owned(self, owner_id: str, photo_ids: Collection[str]) -> dict[str, PhotoRow]:
        """Return those of the photos that the owner has, in the trash or not, locked, by id."""
        photos = self._session.scalars(
            select(PhotoRow)
            .where(PhotoRow.id.in_(photo_ids), PhotoRow.owner_id == owner_id)
            .order_by(PhotoRow.id)  # two bulk changes of the same photos would deadlock otherwise
            .with_for_update(of=PhotoRow)
        )
        return {photo.id: photo for photo in photos}

    def waiting_since(self, moment: datetime, limit: int) -> Sequence[str]:
        """Return ids of photos whose step was last queued before `moment`, longest waiting first."""
        return self._session.scalars(
            select(PhotoRow.id)
            .where(PhotoRow.step.is_not(None), PhotoRow.step_since < moment, PhotoRow.deleted_at.is_(None))
            .order_by(PhotoRow.step_since)
            .limit(limit)
        ).all()

    def waiting_counts(self) -> dict[str, int]:
        """Count the pending photos by step."""
        rows = self._session.execute(
            select(PhotoRow.step, func.count()).where(PhotoRow.step.is_not(None)).group_by(PhotoRow.step)
        )
        return {str(step): count for step, count in rows}

    def put_embedding(self, row: EmbeddingRow) -> None:
        self._session.merge(row)

    def add_dead_letter(self, row: DeadLetterRow) -> None:
        self._session.add(row)

    def drop_dead_letters(self, photo_id: str) -> None:
        self._session.execute(delete(DeadLetterRow).where(DeadLetterRow.photo_id == photo_id))

    def dead_letters(self) -> int:
        return self._session.scalar(select(func.count()).select_from(DeadLetterRow)) or 0
