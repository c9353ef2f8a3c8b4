"""Albums, their order and their share links."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from photos.models.accounts import UserRow
from photos.models.base import Base, Id, UtcDateTime
from vignette_shared.contracts.api import Visibility


class AlbumRow(Base):
    """An album; without `cover_photo_id` its first photo is the cover."""

    __tablename__ = "albums"
    __table_args__ = (Index("ix_albums_owner", "owner_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, server_default="")
    visibility: Mapped[Visibility] = mapped_column(String(16))
    cover_photo_id: Mapped[str | None] = mapped_column(Id, ForeignKey("photos.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    owner: Mapped[UserRow] = relationship(lazy="raise")


class AlbumPhotoRow(Base):
    """A photo's position in an album: lower comes first; a new photo gets a position below all others."""

    __tablename__ = "album_photos"
    __table_args__ = (Index("ix_album_photos_order", "album_id", "position", "photo_id"),)

    album_id: Mapped[str] = mapped_column(Id, ForeignKey("albums.id", ondelete="CASCADE"), primary_key=True)
    photo_id: Mapped[str] = mapped_column(
        Id, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ShareLinkRow(Base):
    """A share link to an album. Its token is not stored: it is derived from the id and the service's key."""

    __tablename__ = "share_links"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    album_id: Mapped[str] = mapped_column(Id, ForeignKey("albums.id", ondelete="CASCADE"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    album: Mapped[AlbumRow] = relationship(lazy="raise")
