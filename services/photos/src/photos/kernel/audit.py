"""The audit log, written in the transaction that it describes."""

from datetime import datetime
from typing import Any

from photos.kernel.unit_of_work import UnitOfWork
from photos.models import AuditRow
from vignette_shared.ids import new_id


def record(uow: UnitOfWork, now: datetime, actor: str, action: str, subject: str, **detail: Any) -> None:
    """Add an entry; it holds names instead of foreign keys and outlives the accounts that it names.

    Args:
        actor: the username of the admin or account owner.
        action: such as `user.suspended`.
        subject: the username or id that the action is about.
        detail: further facts, as JSON.
    """
    uow.moderation.record(
        AuditRow(id=new_id(now), actor=actor, action=action, subject=subject, detail=detail, happened_at=now)
    )
