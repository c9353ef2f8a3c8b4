"""Photos, their pipeline state, embeddings, dead letters and resumable uploads."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from photos.models.accounts import UserRow
from photos.models.base import Base, Id, UtcDateTime
from vignette_shared.contracts.api import PhotoStatus, Visibility

HiddenFor = Literal["report", "suspension"]
NOT_DELETED = text("deleted_at IS NULL")
UNHASHED = text("dhash IS NULL AND thumbhash IS NOT NULL AND deleted_at IS NULL")
HASHED = text("deleted_at IS NULL AND dhash IS NOT NULL")


class PhotoRow(Base):
    """A photo of one user.

    Attributes:
        step: the pending step of the pipeline, or null; `step_since` is when it was last queued, and
            `attempts` how often it was requeued.
        renditions: `thumb`, `preview` and, for photos larger than 1024 pixels, `medium`, with the fields of
            `photos.decoding.jobs.Rendition`.
        alt_text: null unless the owner has written one.
        hidden_at: hides the photo from everyone but its owner and admins, because of a report or because the
            owner is suspended.
        like_count, comment_count: updated in the transaction of the like or comment.
        search_text: the folded words of title and description, each surrounded by spaces.
        dhash: the 64-bit difference hash, as a signed integer.
    """

    __tablename__ = "photos"
    __table_args__ = (
        # Per owner: users who upload the same bytes have a photo each, and share the original's blob.
        UniqueConstraint("owner_id", "sha256"),
        # A user's storage use, by an index-only scan.
        Index("ix_photos_usage", "owner_id", "bytes"),
        # The public feed and its keyset; the first two columns are always compared for equality.
        Index("ix_photos_feed", "visibility", "status", "created_at", "id", sqlite_where=NOT_DELETED,
              postgresql_where=NOT_DELETED),
        Index("ix_photos_liked", "visibility", "status", "like_count", "created_at", "id",
              sqlite_where=NOT_DELETED, postgresql_where=NOT_DELETED),
        Index("ix_photos_timeline", "owner_id", "created_at", "id", sqlite_where=NOT_DELETED,
              postgresql_where=NOT_DELETED),
        # A user's public photos, however many private ones there are.
        Index("ix_photos_shown", "owner_id", "visibility", "status", "created_at", "id",
              sqlite_where=NOT_DELETED, postgresql_where=NOT_DELETED),
        # Partial: at any time, nearly all photos wait for nothing.
        Index("ix_photos_waiting", "step", "step_since", sqlite_where=text("step IS NOT NULL"),
              postgresql_where=text("step IS NOT NULL")),
        # A user's photos by difference hash, by an index-only scan.
        Index("ix_photos_lookalikes", "owner_id", "dhash", "id", "deleted_at", sqlite_where=HASHED,
              postgresql_where=HASHED),
        Index("ix_photos_thrown_away", "owner_id", "deleted_at", "id",
              sqlite_where=text("deleted_at IS NOT NULL"), postgresql_where=text("deleted_at IS NOT NULL")),
        # Photos rendered by a release without hashes; empty once the reconciler has hashed them.
        Index("ix_photos_unhashed", "id", sqlite_where=UNHASHED, postgresql_where=UNHASHED),
        Index("ix_photos_trash", "deleted_at", sqlite_where=text("deleted_at IS NOT NULL"),
              postgresql_where=text("deleted_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(32))
    bytes: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    alt_text: Mapped[str | None] = mapped_column(Text)
    visibility: Mapped[Visibility] = mapped_column(String(16))
    status: Mapped[PhotoStatus] = mapped_column(String(16))
    width: Mapped[int]
    height: Mapped[int]
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hidden_for: Mapped[HiddenFor | None] = mapped_column(String(16))
    like_count: Mapped[int] = mapped_column(server_default="0")
    comment_count: Mapped[int] = mapped_column(server_default="0")
    search_text: Mapped[str] = mapped_column(Text, server_default="")
    dhash: Mapped[int | None] = mapped_column(BigInteger)
    thumbhash: Mapped[str | None] = mapped_column(String(64))
    renditions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Otherwise None would be stored as JSON's `null`, which is not NULL in SQL.
    camera: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    model_version: Mapped[str | None] = mapped_column(String(64))
    failure_code: Mapped[str | None] = mapped_column(String(64))
    failure_detail: Mapped[str | None] = mapped_column(Text)
    step: Mapped[str | None] = mapped_column(String(16))
    step_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)

    owner: Mapped[UserRow] = relationship(lazy="raise")


class EmbeddingRow(Base):
    """A photo's embedding by one backbone: little-endian float16 values, 2 bytes each."""

    __tablename__ = "embeddings"
    # Embeddings since a time, without reading the vectors.
    __table_args__ = (Index("ix_embeddings_recent", "backbone", "created_at", "photo_id"),)

    photo_id: Mapped[str] = mapped_column(Id, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    backbone: Mapped[str] = mapped_column(String(64), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeadLetterRow(Base):
    """A failed pipeline step with its reason, kept until an admin retries or dismisses it."""

    __tablename__ = "dead_letters"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    photo_id: Mapped[str] = mapped_column(Id, ForeignKey("photos.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UploadRow(Base):
    """A resumable upload (tus). The staged file holds the received bytes; its size is the offset.

    `length` is the declared number of bytes, `described` the header `Upload-Metadata` as sent, and
    `photo_id` the photo that the upload became.
    """

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    length: Mapped[int] = mapped_column(BigInteger)
    described: Mapped[str] = mapped_column(Text, default="")
    photo_id: Mapped[str | None] = mapped_column(Id)
    duplicate: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
