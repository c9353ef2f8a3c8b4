"""Reports, suspension, and the log of what admins do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session, joinedload

from photos.models import AuditRow, PhotoRow, ReportRow, UserRow
from photos.models.photos import HiddenFor
from vignette_shared.contracts.api import ReportAction

ReportStatus = Literal["open", "resolved"]
_place: ColumnElement[int] = case((ReportRow.resolved_at.is_(None), 0), else_=1)


class ModerationRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def reports(
        self, status: ReportStatus | None, after: tuple[int, str] | None, limit: int
    ) -> Sequence[ReportRow]:
        """Return up to `limit` reports with people and photo: open ones first, newest first in each.

        `after` is the last one before: whether it was resolved (0, 1), and its id.
        """
        found = select(ReportRow).options(
            joinedload(ReportRow.reporter),
            joinedload(ReportRow.resolved_by),
            joinedload(ReportRow.photo).joinedload(PhotoRow.owner),
        )
        if status is not None:
            found = found.where(_place == (0 if status == "open" else 1))
        if after is not None:
            resolved, report_id = after
            same = and_(_place == resolved, ReportRow.id < report_id)
            found = found.where(or_(_place > resolved, same))
        return self._session.scalars(found.order_by(_place, ReportRow.id.desc()).limit(limit)).all()

    def report(self, report_id: str) -> ReportRow | None:
        """Return a report with its people and photo."""
        return self._session.scalar(
            select(ReportRow)
            .options(
                joinedload(ReportRow.reporter),
                joinedload(ReportRow.resolved_by),
                joinedload(ReportRow.photo).joinedload(PhotoRow.owner),
            )
            .where(ReportRow.id == report_id)
            .execution_options(populate_existing=True)
        )

    def resolve(
        self, report: ReportRow, admin_id: str | None, action: ReportAction, note: str | None, now: datetime
    ) -> int:
        """Resolve a report, and with it every open one on the same photo; returns how many."""
        which = ReportRow.id == report.id
        if report.photo_id is not None:
            same = and_(ReportRow.photo_id == report.photo_id, ReportRow.resolved_at.is_(None))
            which = or_(which, same)
        resolved = self._session.execute(
            update(ReportRow)
            .where(which)
            .values(resolved_at=now, resolved_by_id=admin_id, action=action, note=note)
            .returning(ReportRow.id)
        )
        return len(resolved.all())

    def hide_photo(self, photo_id: str, now: datetime) -> None:
        """Take a photo from others for a report; a suspension that ends does not bring it back."""
        self._session.execute(
            update(PhotoRow).where(PhotoRow.id == photo_id).values(hidden_at=now, hidden_for="report")
        )

    def show_photo(self, photo_id: str, hidden_for: HiddenFor | None) -> None:
        """End what a report did to a photo; with `hidden_for` it stays hidden, for that."""
        shown = {"hidden_for": hidden_for} if hidden_for else {"hidden_at": None, "hidden_for": None}
        self._session.execute(
            update(PhotoRow).where(PhotoRow.id == photo_id, PhotoRow.hidden_for == "report").values(shown)
        )

    def hide_all(self, owner_id: str, now: datetime) -> None:
        """Hide all that a suspended person shows."""
        self._session.execute(
            update(PhotoRow)
            .where(PhotoRow.owner_id == owner_id, PhotoRow.hidden_at.is_(None))
            .values(hidden_at=now, hidden_for="suspension")
        )

    def show_all(self, owner_id: str) -> None:
        """Bring back what the suspension hid, and nothing else."""
        self._session.execute(
            update(PhotoRow)
            .where(PhotoRow.owner_id == owner_id, PhotoRow.hidden_for == "suspension")
            .values(hidden_at=None, hidden_for=None)
        )

    def accounts(self, prefix: str, after: str | None, limit: int) -> Sequence[UserRow]:
        """Return up to `limit` accounts by name, whose name or address begins with `prefix` in lower case.

        `after` is the last name before, in lower case.
        """
        if "\0" in prefix:
            return []  # Postgres does not even look for it
        found = select(UserRow).where(UserRow.deleted_at.is_(None))
        if prefix:
            found = found.where(
                or_(
                    UserRow.username_key.startswith(prefix, autoescape=True),
                    UserRow.email_key.startswith(prefix, autoescape=True),
                )
            )
        if after is not None:
            found = found.where(UserRow.username_key > after)
        return self._session.scalars(found.order_by(UserRow.username_key).limit(limit)).all()

    def record(self, row: AuditRow) -> None:
        """Write a line of the audit log."""
        self._session.add(row)
