"""SQL for API keys."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from photos.models import ApiKeyRow, UserRow


class ApiKeyRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, key: ApiKeyRow) -> None:
        self._session.add(key)

    def living(self, key_hash: str, now: datetime) -> ApiKeyRow | None:
        """Return an unexpired key with its user, unless the user is suspended."""
        return self._session.scalar(
            select(ApiKeyRow)
            .join(ApiKeyRow.user)
            .options(contains_eager(ApiKeyRow.user))
            .where(
                ApiKeyRow.key_hash == key_hash,
                or_(ApiKeyRow.expires_at.is_(None), ApiKeyRow.expires_at > now),
                UserRow.suspended_at.is_(None),
            )
        )

    def mark_used(self, key_id: str, now: datetime, unless_since: datetime) -> None:
        """Record the use of a key, unless one was recorded since `unless_since`."""
        # The condition is part of the update: of concurrent requests with one key, a single one writes.
        stale = or_(ApiKeyRow.last_used_at.is_(None), ApiKeyRow.last_used_at < unless_since)
        self._session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id, stale).values(last_used_at=now))

    def page(self, user_id: str, after: str | None, limit: int) -> Sequence[ApiKeyRow]:
        """Return up to `limit` keys, newest first, after the key `after`."""
        statement = select(ApiKeyRow).where(ApiKeyRow.user_id == user_id)
        if after is not None:
            # A keyset, not an OFFSET: a key that is deleted between two pages would shift the second one.
            statement = statement.where(ApiKeyRow.id < after)
        return self._session.scalars(statement.order_by(ApiKeyRow.id.desc()).limit(limit)).all()

    def remove(self, user_id: str, key_id: str) -> bool:
        """Delete one of the user's keys; return whether it existed."""
        gone = delete(ApiKeyRow).where(ApiKeyRow.user_id == user_id, ApiKeyRow.id == key_id)
        return self._session.execute(gone.returning(ApiKeyRow.id)).first() is not None

    def remove_all(self, user_id: str) -> None:
        self._session.execute(delete(ApiKeyRow).where(ApiKeyRow.user_id == user_id))
