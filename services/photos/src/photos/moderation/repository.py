"""SQL for reports, suspension, the list of accounts and the audit log."""

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
        """Return up to `limit` reports with users and photo: open ones first, then newest first.

        `after` is the previous page's last report: whether it was resolved (0 or 1), and its id.
        """
        statement = select(ReportRow).options(
            joinedload(ReportRow.reporter),
            joinedload(ReportRow.resolved_by),
            joinedload(ReportRow.photo).joinedload(PhotoRow.owner),
        )
        if status is not None:
            statement = statement.where(_place == (0 if status == "open" else 1))
        if after is not None:
            resolved, report_id = after
            # Not a comparison of rows: the place rises while the id falls.
            same = and_(_place == resolved, ReportRow.id < report_id)
            statement = statement.where(or_(_place > resolved, same))
        return self._session.scalars(statement.order_by(_place, ReportRow.id.desc()).limit(limit)).all()

    def report(self, report_id: str) -> ReportRow | None:
        """Return a report with its users and photo."""
        return self._session.scalar(
            select(ReportRow)
            .options(
                joinedload(ReportRow.reporter),
                joinedload(ReportRow.resolved_by),
                joinedload(ReportRow.photo).joinedload(PhotoRow.owner),
            )
            .where(ReportRow.id == report_id)
            # Read again after a bulk update, which the session's objects don't notice.
            .execution_options(populate_existing=True)
        )

    def resolve(
        self, report: ReportRow, admin_id: str | None, action: ReportAction, note: str | None, now: datetime
    ) -> int:
        """Resolve a report and every open one on the same photo; return how many."""
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
        """Hide a photo because of a report; the end of a suspension does not show it again."""
        self._session.execute(
            update(PhotoRow).where(PhotoRow.id == photo_id).values(hidden_at=now, hidden_for="report")
        )

    def show_photo(self, photo_id: str, hidden_for: HiddenFor | None) -> None:
        """Undo the hiding because of a report; with `hidden_for` the photo stays hidden for that reason."""
        shown = {"hidden_for": hidden_for} if hidden_for else {"hidden_at": None, "hidden_for": None}
        self._session.execute(
            update(PhotoRow).where(PhotoRow.id == photo_id, PhotoRow.hidden_for == "report").values(shown)
        )

    # Photos that are hidden already keep their reason, so that a reinstatement does not show them.
    def hide_all(self, owner_id: str, now: datetime) -> None:
        """Hide all visible photos of a suspended user."""
        self._session.execute(
            update(PhotoRow)
            .where(PhotoRow.owner_id == owner_id, PhotoRow.hidden_at.is_(None))
            .values(hidden_at=now, hidden_for="suspension")
        )

    def show_all(self, owner_id: str) -> None:
        """Show the photos that the suspension hid."""
        self._session.execute(
            update(PhotoRow)
            .where(PhotoRow.owner_id == owner_id, PhotoRow.hidden_for == "suspension")
            .values(hidden_at=None, hidden_for=None)
        )

    def accounts(self, prefix: str, after: str | None, limit: int) -> Sequence[UserRow]:
        """Return up to `limit` accounts whose name or e-mail address starts with `prefix`, by name.

        `prefix` and `after`, the previous page's last name, are in lower case.
        """
        if "\0" in prefix:
            return []  # Postgres does not even look for it
        statement = select(UserRow).where(UserRow.deleted_at.is_(None))
        if prefix:
            # `autoescape`, because user names may contain `_`, a wildcard of LIKE.
            statement = statement.where(
                or_(
                    UserRow.username_key.startswith(prefix, autoescape=True),
                    UserRow.email_key.startswith(prefix, autoescape=True),
                )
            )
        if after is not None:
            statement = statement.where(UserRow.username_key > after)
        return self._session.scalars(statement.order_by(UserRow.username_key).limit(limit)).all()

    def record(self, row: AuditRow) -> None:
        """Add an entry to the audit log."""
        self._session.add(row)
