"""Reports and the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from photos.models.accounts import UserRow
from photos.models.base import Base, Id, UtcDateTime
from photos.models.photos import PhotoRow
from vignette_shared.contracts.api import ReportAction

UNRESOLVED = text("resolved_at IS NULL")


class ReportRow(Base):
    """A report of a photo; it outlives the photo, its reporter and the admin who resolved it."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_open", "created_at", "id", sqlite_where=UNRESOLVED, postgresql_where=UNRESOLVED),
        # One open report per user and photo.
        Index("uq_reports_open", "photo_id", "reporter_id", unique=True, sqlite_where=UNRESOLVED,
              postgresql_where=UNRESOLVED),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    photo_id: Mapped[str | None] = mapped_column(Id, ForeignKey("photos.id", ondelete="SET NULL"))
    reporter_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[ReportAction | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)

    photo: Mapped[PhotoRow | None] = relationship(lazy="raise")
    reporter: Mapped[UserRow | None] = relationship(lazy="raise", foreign_keys=[reporter_id])
    resolved_by: Mapped[UserRow | None] = relationship(lazy="raise", foreign_keys=[resolved_by_id])


class AuditRow(Base):
    """An admin's action, or the deletion of an account; names instead of foreign keys, to outlive both."""

    __tablename__ = "audit_log"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    actor: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(255))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
