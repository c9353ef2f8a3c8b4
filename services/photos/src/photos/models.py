"""The tables. Ids are UUIDv7 in their 36-character spelling; every time is in UTC and knows it."""

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Computed,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from vignette_shared.contracts.api import PhotoStatus, TagSource, TagState, Visibility

Id = Uuid(as_uuid=False)
Role = Literal["user", "admin"]
NOT_DELETED = text("deleted_at IS NULL")


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time. SQLite forgets the zone of what it stores; it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UserRow(Base):
    """An account. `*_key` is what uniqueness goes by: the same without regard to case."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    username: Mapped[str] = mapped_column(String(32))
    username_key: Mapped[str] = mapped_column(String(32), unique=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    display_name: Mapped[str] = mapped_column(String(100))
    bio: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[Role] = mapped_column(String(16), default="user")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A login. The token itself is known to its holder only; `token_hash` is its SHA-256 in hex."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    user: Mapped[UserRow] = relationship(lazy="raise")


class PhotoRow(Base):
    """One upload of one user.

    `step` is what a pending photo waits for (`render`, `tag`), `step_since` when that was last asked for and
    `attempts` how often it was asked for again. `renditions` maps `thumb` and `preview` to their facts
    (see `photos.decoding.jobs.Rendition`). `alt_text` is null until the owner writes one.
    """

    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("owner_id", "sha256"),
        # The public feed and its keyset; the first two are always compared for equality.
        Index("ix_photos_feed", "visibility", "status", "created_at", "id", sqlite_where=NOT_DELETED,
              postgresql_where=NOT_DELETED),
        Index("ix_photos_timeline", "owner_id", "created_at", "id", sqlite_where=NOT_DELETED,
              postgresql_where=NOT_DELETED),
        Index("ix_photos_waiting", "step", "step_since", sqlite_where=text("step IS NOT NULL"),
              postgresql_where=text("step IS NOT NULL")),
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
    thumbhash: Mapped[str | None] = mapped_column(String(64))
    renditions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
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


class PhotoTagRow(Base):
    """A label of a photo: the model's score for it, a person's decision, or both.

    All scores of the model are kept. A search by label looks at the few that are `shown`, which the database
    derives, so that it can't drift from the state.
    """

    __tablename__ = "photo_tags"
    __table_args__ = (Index("ix_photo_tags_label", "label", "shown", "photo_id"),)

    photo_id: Mapped[str] = mapped_column(Id, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(64), primary_key=True)
    score: Mapped[float | None]
    source: Mapped[TagSource] = mapped_column(String(8))
    state: Mapped[TagState] = mapped_column(String(16))
    model_version: Mapped[str | None] = mapped_column(String(64))
    over_threshold: Mapped[bool] = mapped_column(server_default=false())
    sensitive: Mapped[bool] = mapped_column(server_default=false())
    shown: Mapped[bool] = mapped_column(
        Computed("state = 'accepted' OR (state = 'suggested' AND over_threshold)", persisted=True)
    )


class EmbeddingRow(Base):
    """A photo's embedding by one backbone: little-endian float16 values, 2 bytes each."""

    __tablename__ = "embeddings"

    photo_id: Mapped[str] = mapped_column(Id, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    backbone: Mapped[str] = mapped_column(String(64), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeadLetterRow(Base):
    """Work that was given up, with the reason: kept until someone retries or dismisses it."""

    __tablename__ = "dead_letters"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    photo_id: Mapped[str] = mapped_column(Id, ForeignKey("photos.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
