"""SQL for the counts on a profile, and for storage use."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from photos.kernel.visibility import listed
from photos.models import FollowRow, PhotoRow, UserRow


@dataclass(frozen=True, slots=True)
class PersonCounts:
    """Counts on a profile; `likes` adds up the likes of the counted photos."""

    photos: int
    followers: int
    following: int
    likes: int


@dataclass(frozen=True, slots=True)
class Usage:
    """A user's photos and the bytes of their originals, including the trash."""

    photos: int = 0
    bytes: int = 0


class ProfileRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def own_counts(self, user_id: str) -> PersonCounts:
        """Count all of a user's photos outside the trash, for their own profile."""
        return self._counts(user_id, PhotoRow.deleted_at.is_(None))

    def public_counts(self, user_id: str) -> PersonCounts:
        """Count a user's public photos, for everyone else."""
        return self._counts(user_id, listed())

    def follows(self, follower_id: str, followed_id: str) -> bool:
        return self._session.get(FollowRow, (follower_id, followed_id)) is not None

    def usage(self, user_ids: Collection[str]) -> dict[str, Usage]:
        """Return the storage use by user; users without photos are absent."""
        rows = self._session.execute(
            select(PhotoRow.owner_id, func.count(), func.sum(PhotoRow.bytes))
            .where(PhotoRow.owner_id.in_(user_ids))
            .group_by(PhotoRow.owner_id)
        )
        return {owner_id: Usage(photos, int(stored)) for owner_id, photos, stored in rows}

    def _counts(self, user_id: str, which: ColumnElement[bool]) -> PersonCounts:
        photos, likes = self._session.execute(
            select(func.count(), func.coalesce(func.sum(PhotoRow.like_count), 0)).where(
                PhotoRow.owner_id == user_id, which
            )
        ).one()
        return PersonCounts(
            photos=photos,
            followers=self._people(FollowRow.follower_id, FollowRow.followed_id == user_id),
            following=self._people(FollowRow.followed_id, FollowRow.follower_id == user_id),
            likes=int(likes),
        )

    def _people(self, other: "InstrumentedAttribute[str]", whose: ColumnElement[bool]) -> int:
        """Count the users at the other end of follows, without suspended ones."""
        counted = (
            select(func.count())
            .select_from(FollowRow)
            .join(UserRow, UserRow.id == other)
            .where(whose, UserRow.suspended_at.is_(None))
        )
        return self._session.scalar(counted) or 0
