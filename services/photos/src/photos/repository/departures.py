"""Accounts on their way out: what they said and did goes first, then their photos, then the row."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from photos.models import BlockRow, CommentRow, FollowRow, LikeRow, PhotoRow, UploadRow, UserRow

AT_ONCE = 500
"""Photos whose counts one statement changes: databases limit a statement's parameters."""


class DepartureRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, user: UserRow, now: datetime) -> None:
        """Make the account one of nobody: names free for others, photos out of everyone's sight."""
        # No name has a `~`, and a UUIDv7 is one without its version's digit, which is always 7.
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

    def retract(self, user_id: str) -> None:
        """Take back likes, comments, follows and blocks; the counts of others' photos stay right."""
        liked = self._session.scalars(
            delete(LikeRow).where(LikeRow.user_id == user_id).returning(LikeRow.photo_id)
        ).all()
        self._lower(PhotoRow.like_count, liked)
        commented = self._session.scalars(
            delete(CommentRow).where(CommentRow.author_id == user_id).returning(CommentRow.photo_id)
        ).all()
        self._lower(PhotoRow.comment_count, commented)
        self._session.execute(
            delete(FollowRow).where(or_(FollowRow.follower_id == user_id, FollowRow.followed_id == user_id))
        )
        self._session.execute(
            delete(BlockRow).where(or_(BlockRow.blocker_id == user_id, BlockRow.blocked_id == user_id))
        )

    def take_uploads(self, user_id: str) -> Sequence[str]:
        """Delete the account's unfinished uploads and return their ids."""
        gone = delete(UploadRow).where(UploadRow.owner_id == user_id)
        return self._session.scalars(gone.returning(UploadRow.id)).all()

    def pending(self) -> Sequence[str]:
        """Return the accounts that still have something to be removed, longest waiting first."""
        return self._session.scalars(
            select(UserRow.id).where(UserRow.deleted_at.is_not(None)).order_by(UserRow.deleted_at)
        ).all()

    def photos(self, user_id: str, limit: int) -> Sequence[tuple[str, str]]:
        """Return id and SHA-256 of up to `limit` photos of the account."""
        found = select(PhotoRow.id, PhotoRow.sha256).where(PhotoRow.owner_id == user_id).limit(limit)
        return [(photo_id, sha256) for photo_id, sha256 in self._session.execute(found)]

    def lock(self, user_id: str) -> bool:
        """Keep everyone from giving a leaving account anything more; False when it has gone."""
        leaving = select(UserRow.id).where(UserRow.id == user_id, UserRow.deleted_at.is_not(None))
        return self._session.scalar(leaving.with_for_update()) is not None

    def remove(self, user_id: str) -> None:
        """Delete the row, and with it all that hangs on it."""
        self._session.execute(delete(UserRow).where(UserRow.id == user_id))

    def _lower(self, count: "InstrumentedAttribute[int]", photo_ids: Iterable[str]) -> None:
        """Subtract one for each time that a photo is named."""
        times = Counter(photo_ids)
        for number in sorted(set(times.values())):
            # In one order for all, so that two accounts that leave at once don't wait for each other.
            chosen = sorted(photo_id for photo_id, named in times.items() if named == number)
            for start in range(0, len(chosen), AT_ONCE):
                some = PhotoRow.id.in_(chosen[start : start + AT_ONCE])
                ordered = select(PhotoRow.id).where(some).order_by(PhotoRow.id)
                self._session.execute(ordered.with_for_update(key_share=True))
                self._session.execute(update(PhotoRow).where(some).values({count: count - number}))
