"""Reports and accounts, as the admins handle them. Every act is in the audit log."""

from collections.abc import Sequence
from datetime import datetime

from photos.kernel.access import require_admin
from photos.kernel.audit import record
from photos.kernel.cursors import damaged, read_cursor, read_place, write_cursor, write_place
from photos.kernel.presenting import present_all, present_person
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Reading, UnitOfWork
from photos.models import PhotoRow, ReportRow, UserRow
from photos.moderation.repository import ReportStatus
from photos.people.repository.profiles import Usage
from vignette_shared.contracts.api import (
    Account,
    Page,
    Person,
    Report,
    ReportResolution,
    UserChange,
)
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import Conflict, LastAdmin, NotFound


def list_reports(
    services: Services, caller: Identity, status: ReportStatus | None, cursor: str | None, limit: int
) -> Page[Report]:
    """List reports, open ones first, newest first in each; raises `BadCursor` and as `require_admin`."""
    require_admin(caller)
    after = read_place(cursor) if cursor else None
    with services.database.read() as db:
        found = db.moderation.reports(status, after, limit + 1)
        items = _present_reports(db, found[:limit], caller)
    last = found[limit - 1] if len(found) > limit else None
    place = 0 if last is None or last.resolved_at is None else 1
    return Page(items=items, next_cursor=write_place(place, last.id) if last else None)


def resolve_report(services: Services, caller: Identity, report_id: str, asked: ReportResolution) -> Report:
    """Decide about a report, and with it about every open one on the same photo.

    The last decision holds: to dismiss a report for which the photo was hidden shows the photo again.

    Raises:
        NotFound: no such report.
        Conflict: the photo that it was about is gone.
        LastAdmin: the owner to be suspended is the only admin.
    """
    admin, now = require_admin(caller), services.clock()
    with services.database.write() as uow:
        admins = uow.accounts.lock_admins() if asked.action == "suspend_owner" else []
        report = uow.moderation.report(report_id)
        if report is None:
            raise NotFound("There is no such report.")
        if report.photo is None and asked.action != "dismiss":
            raise Conflict("The photo is gone, and with it whose it was: dismiss the report.")
        # The owner's name too: the log must tell who was suspended when the photo is gone.
        subject = report.photo.owner.username if report.photo else "unknown"
        if report.photo is not None:
            _act(uow, report.photo, asked, admins, now)
        resolved = uow.moderation.resolve(report, caller.user_id, asked.action, asked.note, now)
        record(
            uow,
            now,
            admin,
            f"report.{asked.action}",
            subject,
            report=report_id,
            resolved=resolved,
            photo=report.photo_id,
        )
        changed = uow.moderation.report(report_id)
        return _present_reports(uow, [changed or report], caller)[0]


def list_accounts(
    services: Services, caller: Identity, query: str, cursor: str | None, limit: int
) -> Page[Account]:
    """List accounts by name, those whose name or address begins with `query`; raises as `list_reports`."""
    require_admin(caller)
    after = _read_name(cursor) if cursor else None
    with services.database.read() as db:
        found = db.moderation.accounts(query.strip().lower(), after, limit + 1)
        items = present_accounts(db, found[:limit])
    more = len(found) > limit
    return Page(items=items, next_cursor=write_cursor([found[limit - 1].username_key]) if more else None)


def change_account(services: Services, caller: Identity, username: str, change: UserChange) -> Account:
    """Suspend, make an admin, give room: what is left out stays.

    Raises:
        NotFound: nobody of this name.
        LastAdmin: it would leave the site without one.
    """
    admin, now = require_admin(caller), services.clock()
    with services.database.write() as uow:
        admins = uow.accounts.lock_admins() if change.suspended or change.role == "user" else []
        known = uow.accounts.by_name(username)
        user = uow.accounts.lock(known.id) if known else None
        if user is None:
            raise NotFound("There is nobody of this name.")
        if change.role is not None and change.role != user.role:
            _require_another_admin(admins, user)
            record(uow, now, admin, "user.role_changed", user.username, role=change.role)
            user.role = change.role
        if change.suspended is not None and change.suspended != (user.suspended_at is not None):
            _require_another_admin(admins, user)
            action = "user.suspended" if change.suspended else "user.reinstated"
            record(uow, now, admin, action, user.username)
            suspend(uow, user, now) if change.suspended else reinstate(uow, user)
        if "bytes_quota" in change.model_fields_set and change.bytes_quota != user.bytes_quota:
            record(uow, now, admin, "user.quota_changed", user.username, bytes_quota=change.bytes_quota)
            user.bytes_quota = change.bytes_quota
        return present_accounts(uow, [user])[0]


def suspend(uow: UnitOfWork, user: UserRow, now: datetime) -> None:
    """Shut a person out, whose row is locked: sessions and keys end, what they show is hidden."""
    user.suspended_at = now
    uow.accounts.end_sessions(user.id)
    uow.api_keys.remove_all(user.id)
    uow.moderation.hide_all(user.id, now)


def reinstate(uow: UnitOfWork, user: UserRow) -> None:
    """Let a person in again; what was hidden for a report stays hidden."""
    user.suspended_at = None
    uow.moderation.show_all(user.id)


def present_accounts(db: Reading, users: Sequence[UserRow]) -> list[Account]:
    usage = db.profiles.usage([user.id for user in users])
    return [_present_account(user, usage.get(user.id, Usage())) for user in users]


def _act(uow: UnitOfWork, photo: PhotoRow, asked: ReportResolution, admins: list[str], now: datetime) -> None:
    owner = uow.accounts.lock(photo.owner_id)
    suspended = owner is not None and owner.suspended_at is not None
    match asked.action:
        case "hide_photo":
            uow.moderation.hide_photo(photo.id, now)
            uow.accounts.withdraw_avatar(photo.owner_id, [photo.id])
        case "dismiss":
            uow.moderation.show_photo(photo.id, "suspension" if suspended else None)
        case "suspend_owner":
            if owner is not None and not suspended:
                _require_another_admin(admins, owner)
                suspend(uow, owner, now)


def _require_another_admin(admins: list[str], user: UserRow) -> None:
    """Raises `LastAdmin` when the user is the only one of `admins`, who are locked."""
    if admins == [user.id]:
        raise LastAdmin(f"{user.username} is the only admin: make someone else one first.")


def _present_reports(db: Reading, reports: Sequence[ReportRow], caller: Identity) -> list[Report]:
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


def _present_account(user: UserRow, usage: Usage) -> Account:
    return Account(
        **present_person(user).model_dump(),
        email=user.email,
        role=user.role,
        created_at=user.created_at,
        suspended_at=user.suspended_at,
        bytes_used=usage.bytes,
        bytes_quota=user.bytes_quota,
        photos=usage.photos,
    )


def _read_name(cursor: str) -> str:
    (name,) = read_cursor(cursor, 1)
    if not isinstance(name, str) or "\0" in name:
        raise damaged()
    return name
