"""Reports, as admins resolve them; every action is in the audit log."""

from collections.abc import Sequence
from datetime import datetime

from photos.kernel.access import require_admin
from photos.kernel.audit import record
from photos.kernel.cursors import read_place, write_place
from photos.kernel.presenting import present_all, present_person
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Repositories, UnitOfWork
from photos.models import PhotoRow, ReportRow, UserRow
from photos.moderation.accounts import require_another_admin, suspend
from photos.moderation.repository import ReportStatus
from vignette_shared.contracts.api import (
    Page,
    Person,
    Report,
    ReportResolution,
)
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import Conflict, NotFound


def list_reports(
    services: Services, caller: Identity, status: ReportStatus | None, cursor: str | None, limit: int
) -> Page[Report]:
    """List reports, open ones first, then newest first; raises `BadCursor` and as `require_admin`."""
    require_admin(caller)
    after = read_place(cursor) if cursor else None
    with services.database.read() as db:
        reports = db.moderation.reports(status, after, limit + 1)
        items = _present_reports(db, reports[:limit], caller)
    last = reports[limit - 1] if len(reports) > limit else None
    place = 0 if last is None or last.resolved_at is None else 1
    return Page(items=items, next_cursor=write_place(place, last.id) if last else None)


def resolve_report(
    services: Services, caller: Identity, report_id: str, resolution: ReportResolution
) -> Report:
    """Resolve a report and every open one on the same photo.

    A report can be resolved again: dismissing one for which the photo was hidden shows the photo.

    Raises:
        NotFound: there is no such report.
        Conflict: the reported photo was deleted.
        LastAdmin: the owner to suspend is the only admin.
    """
    admin, now = require_admin(caller), services.clock()
    with services.database.write() as uow:
        # Before the photo and its owner: accounts are always locked before photos.
        admins = uow.accounts.lock_admins() if resolution.action == "suspend_owner" else []
        report = uow.moderation.report(report_id)
        if report is None:
            raise NotFound("There is no such report.")
        if report.photo is None and resolution.action != "dismiss":
            raise Conflict("The photo was deleted. Dismiss the report.")
        # Log the owner's name: once the photo is deleted, the report no longer leads to it.
        subject = report.photo.owner.username if report.photo else "unknown"
        if report.photo is not None:
            _act(uow, report.photo, resolution, admins, now)
        resolved = uow.moderation.resolve(report, caller.user_id, resolution.action, resolution.note, now)
        record(
            uow,
            now,
            admin,
            f"report.{resolution.action}",
            subject,
            report=report_id,
            resolved=resolved,
            photo=report.photo_id,
        )
        changed = uow.moderation.report(report_id)
        return _present_reports(uow, [changed or report], caller)[0]


def _act(
    uow: UnitOfWork, photo: PhotoRow, resolution: ReportResolution, admins: list[str], now: datetime
) -> None:
    owner = uow.accounts.lock_account(photo.owner_id)
    suspended = owner is not None and owner.suspended_at is not None
    match resolution.action:
        case "hide_photo":
            uow.moderation.hide_photo(photo.id, now)
            uow.accounts.clear_avatar(photo.owner_id, [photo.id])
        case "dismiss":
            uow.moderation.show_photo(photo.id, "suspension" if suspended else None)
        case "suspend_owner":
            if owner is not None and not suspended:
                require_another_admin(admins, owner)
                suspend(uow, owner, now)


def _present_reports(db: Repositories, reports: Sequence[ReportRow], caller: Identity) -> list[Report]:
    rows = {report.photo.id: report.photo for report in reports if report.photo is not None}
    photos = {photo.id: photo for photo in present_all(db, list(rows.values()), caller.user_id)}
    return [
        Report(
            id=report.id,
            photo=photos.get(report.photo_id or ""),
            reporter=_person(report.reporter),
            reason=report.reason,
            created_at=report.created_at,
            resolved_at=report.resolved_at,
            resolved_by=_person(report.resolved_by),
            action=report.action,
            note=report.note,
        )
        for report in reports
    ]


def _person(user: UserRow | None) -> Person | None:
    return None if user is None or user.deleted_at is not None else present_person(user)
