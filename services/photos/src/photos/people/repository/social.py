"""SQL for likes, follows, blocks and reports, and for the counts on photos.

Locks are always taken in the same order, accounts before photos and photos by id: transactions can't
deadlock. SQLite ignores them: it has one writer at a time.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, delete, func, literal_column, or_, select, union, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from photos.models import Base, BlockRow, CommentRow, FollowRow, LikeRow, PhotoRow, ReportRow, UserRow
from vignette_shared.ids import new_id


class SocialRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_account(self, user_id: str) -> bool:
        """Lock an account against deletion until the transaction ends; return whether it exists."""
        held = select(UserRow.id).where(UserRow.id == user_id, UserRow.deleted_at.is_(None))
        # FOR KEY SHARE: likes of one user do not wait for each other, only for the deletion of the account.
        return self._session.scalar(held.with_for_update(read=True, key_share=True)) is not None

    def lock_pair(self, one: str, other: str) -> bool:
        """Lock two accounts until the transaction ends; return whether both exist.

        Without the lock, a concurrent follow could survive the block.
        """
        pair = select(UserRow.id).where(UserRow.id.in_((one, other)), UserRow.deleted_at.is_(None))
        locked = self._session.scalars(pair.order_by(UserRow.id).with_for_update(key_share=True)).all()
        return len(locked) == 2

    def blocks(self, blocker_id: str, blocked_id: str) -> bool:
        """Whether the first user has blocked the second."""
        return self._session.get(BlockRow, (blocker_id, blocked_id)) is not None

    def follow(self, follower_id: str, followed_id: str, now: datetime) -> None:
        self._put(FollowRow, follower_id=follower_id, followed_id=followed_id, created_at=now)

    def unfollow(self, follower_id: str, followed_id: str) -> None:
        self._session.execute(
            delete(FollowRow).where(
                FollowRow.follower_id == follower_id, FollowRow.followed_id == followed_id
            )
        )

    def block(self, blocker_id: str, blocked_id: str, now: datetime) -> None:
        """Block a user and end follows in both directions."""
        self._put(BlockRow, blocker_id=blocker_id, blocked_id=blocked_id, created_at=now)
        self.unfollow(blocker_id, blocked_id)
        self.unfollow(blocked_id, blocker_id)

    def unblock(self, blocker_id: str, blocked_id: str) -> None:
        self._session.execute(
            delete(BlockRow).where(BlockRow.blocker_id == blocker_id, BlockRow.blocked_id == blocked_id)
        )

    def liked(self, user_id: str | None, photo_ids: Collection[str]) -> set[str]:
        """Return the ids of those photos that the user likes."""
        if user_id is None or not photo_ids:
            return set()
        statement = select(LikeRow.photo_id).where(
            LikeRow.user_id == user_id, LikeRow.photo_id.in_(photo_ids)
        )
        return set(self._session.scalars(statement))

    def like(self, user_id: str, photo_id: str, now: datetime) -> None:
        """Like a photo; the caller has locked it. Idempotent."""
        if self._put(LikeRow, photo_id=photo_id, user_id=user_id, created_at=now):
            self._count(PhotoRow.id == photo_id, likes=1)

    def unlike(self, user_id: str, photo_id: str) -> None:
        """Remove a like; the caller has locked the photo."""
        gone = delete(LikeRow).where(LikeRow.photo_id == photo_id, LikeRow.user_id == user_id)
        if self._session.execute(gone.returning(LikeRow.photo_id)).first() is not None:
            self._count(PhotoRow.id == photo_id, likes=-1)

    def report(self, user_id: str, photo_id: str, reason: str, now: datetime) -> None:
        """Add a report, unless the user has an open one on the same photo."""
        self._put(
            ReportRow, id=new_id(now), photo_id=photo_id, reporter_id=user_id, reason=reason, created_at=now
        )

    def forget_person(self, user_id: str) -> None:
        """Delete a user's likes, comments, follows and blocks, and update the counts on others' photos.

        Call it in the transaction that marks or deletes the account. It locks the account's row first, so
        nothing can be added for the user before that transaction ends.
        """
        self._session.execute(select(UserRow.id).where(UserRow.id == user_id).with_for_update())
        liked = select(LikeRow.photo_id).where(LikeRow.user_id == user_id)
        commented = select(CommentRow.photo_id).where(CommentRow.author_id == user_id)
        touched = select(PhotoRow.id).where(PhotoRow.id.in_(union(liked, commented)))
        self._session.execute(touched.order_by(PhotoRow.id).with_for_update(key_share=True))
        self._count(PhotoRow.id.in_(liked), likes=-1)
        written = (
            select(func.count())
            .where(CommentRow.photo_id == PhotoRow.id, CommentRow.author_id == user_id)
            .scalar_subquery()
        )
        self._count(PhotoRow.id.in_(commented), comments=-written)
        self._session.execute(delete(LikeRow).where(LikeRow.user_id == user_id))
        self._session.execute(delete(CommentRow).where(CommentRow.author_id == user_id))
        for table, one, other in (
            (FollowRow, FollowRow.follower_id, FollowRow.followed_id),
            (BlockRow, BlockRow.blocker_id, BlockRow.blocked_id),
        ):
            self._session.execute(delete(table).where(or_(one == user_id, other == user_id)))

    def _count(
        self,
        which: ColumnElement[bool],
        likes: int = 0,
        comments: int | ColumnElement[int] = 0,
    ) -> None:
        changed = update(PhotoRow).where(which)
        self._session.execute(
            changed.values(
                like_count=PhotoRow.like_count + likes, comment_count=PhotoRow.comment_count + comments
            ),
            execution_options={"synchronize_session": False},
        )

    def _put(self, table: type[Base], **values: str | datetime) -> bool:
        """Insert a row unless it exists; return whether it is new."""
        # ON CONFLICT rather than a caught error: on Postgres, a failed statement aborts the transaction.
        on_postgres = self._session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert(table) if on_postgres else sqlite.insert(table)
        put = insert.values(values).on_conflict_do_nothing().returning(literal_column("1", Integer))
        return self._session.execute(put).first() is not None
