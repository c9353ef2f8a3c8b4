"""SQL for lists of followers, followed and blocked users, and for the feed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, desc, func, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from photos.kernel.visibility import listed, standing
from photos.models import BlockRow, FollowRow, PhotoRow, UserRow

After = tuple[datetime, str] | None
"""The time and the id of the previous page's last item; None for the first page."""


class FollowingRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def followers(
        self, user_id: str, viewer_id: str | None, after: After, limit: int
    ) -> list[tuple[UserRow, datetime]]:
        """Return a user's followers with the start of each follow, newest first."""
        whose = FollowRow.followed_id == user_id
        return self._people(FollowRow.follower_id, FollowRow.created_at, whose, viewer_id, after, limit)

    def following(
        self, user_id: str, viewer_id: str | None, after: After, limit: int
    ) -> list[tuple[UserRow, datetime]]:
        """Return the users that a user follows with the start of each follow, newest first."""
        whose = FollowRow.follower_id == user_id
        return self._people(FollowRow.followed_id, FollowRow.created_at, whose, viewer_id, after, limit)

    def blocked(self, user_id: str, after: After, limit: int) -> list[tuple[UserRow, datetime]]:
        """Return the users that a user has blocked with the time of each block, newest first."""
        whose = BlockRow.blocker_id == user_id
        return self._people(BlockRow.blocked_id, BlockRow.created_at, whose, None, after, limit)

    def count(self, user_id: str) -> int:
        """Count the users that a user follows, suspended ones included."""
        return self._session.scalar(select(func.count()).where(FollowRow.follower_id == user_id)) or 0

    def photos(self, viewer_id: str, after: After, limit: int) -> Sequence[PhotoRow]:
        """Return photos of the users that the viewer follows, newest first, with their owners.

        A page of n photos can only hold photos of the n followed users whose newest photos are the newest,
        and at most n - k + 1 photos of the k-th of them. The cost is one index look-up per followed user and
        at most n² / 2 index entries, however many photos there are. Walking the public feed for the few
        followed users, or sorting all photos of many, would not be bounded like that.
        """
        newest = self._newest(viewer_id, after, limit)
        if not newest:
            return []
        shares = [
            _shown(after).where(PhotoRow.owner_id == owner).limit(limit - rank).subquery()
            for rank, owner in enumerate(newest)
        ]
        page = (
            union_all(*(select(share) for share in shares))
            .order_by(desc("created_at"), desc("id"))
            .limit(limit)
            .subquery()
        )
        statement = (
            select(PhotoRow)
            .options(joinedload(PhotoRow.owner, innerjoin=True))
            .join(page, page.c.id == PhotoRow.id)
            .order_by(PhotoRow.created_at.desc(), PhotoRow.id.desc())
        )
        return self._session.scalars(statement).all()

    def _newest(self, viewer_id: str, after: After, limit: int) -> list[str]:
        """Return the `limit` followed users with the newest photos, in that order."""
        newest = (
            _shown(after)
            .with_only_columns(PhotoRow.id)
            .where(PhotoRow.owner_id == FollowRow.followed_id)
            .limit(1)
            .correlate(FollowRow)
            .scalar_subquery()
            .label("newest")
        )
        statement = (
            select(FollowRow.followed_id, newest)
            .where(FollowRow.follower_id == viewer_id)
            .order_by(desc("newest").nulls_last())  # ids of photos sort like their times
            .limit(limit)
        )
        return [owner for owner, photo in self._session.execute(statement) if photo is not None]

    def _people(
        self,
        person: InstrumentedAttribute[str],
        since: InstrumentedAttribute[datetime],
        whose: ColumnElement[bool],
        viewer_id: str | None,
        after: After,
        limit: int,
    ) -> list[tuple[UserRow, datetime]]:
        statement = (
            select(UserRow, since)
            .join(UserRow, UserRow.id == person)
            .where(whose, standing())
            .order_by(since.desc(), person.desc())
            .limit(limit)
        )
        if viewer_id is not None:
            blocked = select(BlockRow.blocked_id).where(BlockRow.blocker_id == viewer_id)
            statement = statement.where(person.not_in(blocked))
        if after is not None:
            statement = statement.where(tuple_(since, person) < after)
        return [(user, moment) for user, moment in self._session.execute(statement)]


def _shown(after: After) -> Select[str, datetime]:
    """Select the listed photos before a position, newest first."""
    statement = select(PhotoRow.id, PhotoRow.created_at).where(listed())
    if after is not None:
        statement = statement.where(tuple_(PhotoRow.created_at, PhotoRow.id) < after)
    return statement.order_by(PhotoRow.created_at.desc(), PhotoRow.id.desc())
