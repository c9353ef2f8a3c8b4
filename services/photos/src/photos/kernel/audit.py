"""The audit log: who did what to whom, written in the transaction that does it."""

from datetime import datetime
from typing import Any

from photos.kernel.unit_of_work import UnitOfWork
from photos.models import AuditRow
from vignette_shared.ids import new_id


def record(uow: UnitOfWork, now: datetime, actor: str, action: str, subject: str, **detail: Any) -> None:
    """Add a line that outlives everyone it names.

    Args:
        actor: the user name of who acts.
        action: as `user.suspended`.
        subject: the user name or id of what is acted upon.
        detail: what else is worth knowing; JSON.
    """
    uow.moderation.record(
        AuditRow(id=new_id(now), actor=actor, action=action, subject=subject, detail=detail, happened_at=now)
    )
