"""Follows, blocks, likes and comments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from photos.models.accounts import UserRow
from photos.models.base import Base, Id, UtcDateTime


class FollowRow(Base):
    __tablename__ = "follows"
    __table_args__ = (
        # One index per direction; each serves a page of its list in order.
        Index("ix_follows_following", "follower_id", "created_at", "followed_id"),
        Index("ix_follows_followers", "followed_id", "created_at", "follower_id"),
    )

    follower_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    followed_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlockRow(Base):
    """`blocked` may not follow `blocker`, like or comment on their photos, and is not in their lists."""

    __tablename__ = "blocks"

    blocker_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    blocked_id: Mapped[str] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LikeRow(Base):
    __tablename__ = "likes"

    photo_id: Mapped[str] = mapped_column(Id, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CommentRow(Base):
    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_photo", "photo_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    photo_id: Mapped[str] = mapped_column(Id, ForeignKey("photos.id", ondelete="CASCADE"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    author: Mapped[UserRow] = relationship(lazy="raise")
