"""SQL for dead letters and for the age of waiting work."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from photos.models import DeadLetterRow, PhotoRow


class OperationsRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def dead_letters(self, after: str | None, limit: int) -> Sequence[tuple[DeadLetterRow, PhotoRow]]:
        """Return up to `limit` dead letters with photo and owner, newest first, after the id `after`."""
        statement = (
            select(DeadLetterRow, PhotoRow)
            .join(PhotoRow, PhotoRow.id == DeadLetterRow.photo_id)
            .options(joinedload(PhotoRow.owner, innerjoin=True))
            .where(PhotoRow.deleted_at.is_(None))
        )
        if after is not None:
            statement = statement.where(DeadLetterRow.id < after)
        rows = self._session.execute(statement.order_by(DeadLetterRow.id.desc()).limit(limit))
        return [(letter, photo) for letter, photo in rows]

    def dead_letter(self, letter_id: str) -> DeadLetterRow | None:
        return self._session.get(DeadLetterRow, letter_id)

    def drop_dead_letter(self, letter_id: str) -> None:
        self._session.execute(delete(DeadLetterRow).where(DeadLetterRow.id == letter_id))

    def failures(self) -> dict[str, int]:
        """Count the listed dead letters by step."""
        counted = (
            select(DeadLetterRow.step, func.count())
            .join(PhotoRow, PhotoRow.id == DeadLetterRow.photo_id)
            .where(PhotoRow.deleted_at.is_(None))
            .group_by(DeadLetterRow.step)
        )
        return dict(self._session.execute(counted).all())

    def oldest(self) -> dict[str, datetime]:
        """Return for each step the time since which its oldest photo has been waiting."""
        rows = self._session.execute(
            select(PhotoRow.step, func.min(PhotoRow.step_since))
            .where(PhotoRow.step.is_not(None), PhotoRow.deleted_at.is_(None))
            .group_by(PhotoRow.step)
        )
        return {step: since for step, since in rows if step is not None and since is not None}
