"""Accounts, as admins list and change them; every action is in the audit log."""

from collections.abc import Sequence
from datetime import datetime

from photos.accounts.repository.profiles import Usage
from photos.kernel.access import require_admin
from photos.kernel.audit import record
from photos.kernel.cursors import damaged, read_cursor, write_cursor
from photos.kernel.presenting import present_person
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Repositories, UnitOfWork
from photos.models import UserRow
from vignette_shared.contracts.api import (
    Account,
    Page,
    UserChange,
)
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import LastAdmin, NotFound


def list_accounts(
    services: Services, caller: Identity, query: str, cursor: str | None, limit: int
) -> Page[Account]:
    """List accounts whose username or e-mail address starts with `query`; raises as `list_reports`."""
    require_admin(caller)
    after = _read_name(cursor) if cursor else None
    with services.database.read() as db:
        users = db.moderation.accounts(query.strip().lower(), after, limit + 1)
        items = present_accounts(db, users[:limit])
    more = len(users) > limit
    return Page(items=items, next_cursor=write_cursor([users[limit - 1].username_key]) if more else None)


def change_account(services: Services, caller: Identity, username: str, change: UserChange) -> Account:
    """Change an account's role, suspension or quota; omitted fields are unchanged.

    Raises:
        NotFound: there is no user with this name.
        LastAdmin: the site would have no admin left.
    """
    admin, now = require_admin(caller), services.clock()
    with services.database.write() as uow:
        admins = uow.accounts.lock_admins() if change.suspended or change.role == "user" else []
        # Found by name, then locked by id: a rename in between would lock another row.
        named = uow.accounts.by_name(username)
        user = uow.accounts.lock_account(named.id) if named else None
        if user is None:
            raise NotFound("There is no user with this name.")
        if change.role is not None and change.role != user.role:
            require_another_admin(admins, user)
            record(uow, now, admin, "user.role_changed", user.username, role=change.role)
            user.role = change.role
        if change.suspended is not None and change.suspended != (user.suspended_at is not None):
            require_another_admin(admins, user)
            action = "user.suspended" if change.suspended else "user.reinstated"
            record(uow, now, admin, action, user.username)
            suspend(uow, user, now) if change.suspended else reinstate(uow, user)
        if "bytes_quota" in change.model_fields_set and change.bytes_quota != user.bytes_quota:
            record(uow, now, admin, "user.quota_changed", user.username, bytes_quota=change.bytes_quota)
            user.bytes_quota = change.bytes_quota
        return present_accounts(uow, [user])[0]


def suspend(uow: UnitOfWork, user: UserRow, now: datetime) -> None:
    """Suspend a user: end sessions, delete API keys, hide photos. The caller has locked the user's row."""
    user.suspended_at = now
    uow.accounts.end_sessions(user.id)
    # Deleted rather than paused: after a reinstatement the user creates new ones.
    uow.api_keys.remove_all(user.id)
    uow.moderation.hide_all(user.id, now)


def reinstate(uow: UnitOfWork, user: UserRow) -> None:
    """End a suspension; photos that were hidden because of a report stay hidden."""
    user.suspended_at = None
    uow.moderation.show_all(user.id)


def present_accounts(db: Repositories, users: Sequence[UserRow]) -> list[Account]:
    usage = db.profiles.usage([user.id for user in users])
    return [_present_account(user, usage.get(user.id, Usage())) for user in users]


def require_another_admin(admins: list[str], user: UserRow) -> None:
    """Raise `LastAdmin` if the user is the only one of `admins`; the caller has locked them."""
    if admins == [user.id]:
        raise LastAdmin(f"{user.username} is the only admin. Make another user an admin first.")


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
