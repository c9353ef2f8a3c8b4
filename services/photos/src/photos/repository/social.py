"""Likes, comments, follows and blocks."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from photos.models import LikeRow


class SocialRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def liked(self, user_id: str | None, photo_ids: Collection[str]) -> set[str]:
        """Return which of the photos the user likes."""
        if user_id is None or not photo_ids:
            return set()
        found = select(LikeRow.photo_id).where(LikeRow.user_id == user_id, LikeRow.photo_id.in_(photo_ids))
        return set(self._session.scalars(found))
