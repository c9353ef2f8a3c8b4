"""SQL for comments and the photo's comment count."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, tuple_, update
from sqlalchemy.orm import Session, contains_eager

from photos.kernel.visibility import standing
from photos.models import BlockRow, CommentRow, PhotoRow


class CommentRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def page(
        self, photo: PhotoRow, viewer_id: str | None, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[CommentRow]:
        """Return a photo's comments with their authors, oldest first, after the position `after`.

        Comments by suspended users, and by users that the viewer or the photo's owner has blocked, are left
        out. Their authors still see them, to keep the block hidden.
        """
        blockers = [person for person in (photo.owner_id, viewer_id) if person is not None]
        blocked = select(BlockRow.blocked_id).where(BlockRow.blocker_id.in_(blockers))
        visible: ColumnElement[bool] = and_(standing(), CommentRow.author_id.not_in(blocked))
        if viewer_id is not None:
            visible = or_(visible, CommentRow.author_id == viewer_id)
        statement = (
            select(CommentRow)
            .join(CommentRow.author)
            .options(contains_eager(CommentRow.author))
            .where(CommentRow.photo_id == photo.id, visible)
            .order_by(CommentRow.created_at, CommentRow.id)
            .limit(limit)
        )
        if after is not None:
            statement = statement.where(tuple_(CommentRow.created_at, CommentRow.id) > after)
        return self._session.scalars(statement).all()

    def find(self, comment_id: str) -> CommentRow | None:
        return self._session.get(CommentRow, comment_id)

    def add(self, comment: CommentRow) -> None:
        """Add a comment; the caller has locked the photo."""
        self._session.add(comment)
        self._count(comment.photo_id, 1)

    def remove(self, comment: CommentRow) -> None:
        """Remove a comment; the caller has locked the photo. A concurrent removal is counted once."""
        gone = delete(CommentRow).where(CommentRow.id == comment.id).returning(CommentRow.id)
        if self._session.execute(gone).first() is not None:
            self._count(comment.photo_id, -1)

    # A column instead of a COUNT at each read: photos are read far more often than commented.
    def _count(self, photo_id: str, change: int) -> None:
        self._session.execute(
            update(PhotoRow)
            .where(PhotoRow.id == photo_id)
            .values(comment_count=PhotoRow.comment_count + change),
            execution_options={"synchronize_session": False},
        )
