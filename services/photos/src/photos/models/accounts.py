"""Users, their sessions and their API keys."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from photos.models.base import Base, Id, UtcDateTime
from vignette_shared.contracts.api import Role, Visibility
from vignette_shared.contracts.identity import Scope


class UserRow(Base):
    """An account. The `*_key` columns are the lower-case values, which must be unique.

    `avatar_photo_id` has no foreign key, since `photos` refers to `users` already; `bytes_quota` overrides
    the site's default. An account with `deleted_at` is invisible to everyone; its row stays until its last
    photo is purged (see `photos.accounts.deletion`).
    """

    __tablename__ = "users"
    __table_args__ = (
        Index("ix_users_deleted", "deleted_at", sqlite_where=text("deleted_at IS NOT NULL"),
              postgresql_where=text("deleted_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    username: Mapped[str] = mapped_column(String(32))
    # Columns rather than an index on lower(): SQLite's lower() changes ASCII letters only.
    username_key: Mapped[str] = mapped_column(String(32), unique=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    display_name: Mapped[str] = mapped_column(String(100))
    bio: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[Role] = mapped_column(String(16), default="user")
    avatar_photo_id: Mapped[str | None] = mapped_column(Id)
    default_visibility: Mapped[Visibility] = mapped_column(String(16), server_default="public")
    allow_downloads: Mapped[bool] = mapped_column(server_default=false())
    bytes_quota: Mapped[int | None] = mapped_column(BigInteger)
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A session. The token itself is not stored; `token_hash` is its SHA-256 in hex."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    # `raise`, here and below: a query that forgets a join fails, instead of costing a query per row.
    user: Mapped[UserRow] = relationship(lazy="raise")


class ApiKeyRow(Base):
    """An API key. `key_hash` is its SHA-256 in hex; `prefix` is shown to the owner."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(16))
    scopes: Mapped[list[Scope]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[UserRow] = relationship(lazy="raise")
