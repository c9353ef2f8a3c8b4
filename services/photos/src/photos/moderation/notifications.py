"""Events for all admins: a published model, the progress of a training."""

from typing import Any, Literal

from photos.kernel.unit_of_work import UnitOfWork

Announcement = Literal["model.published", "training.progress"]


def notify_admins(uow: UnitOfWork, kind: Announcement, data: dict[str, Any]) -> None:
    """Emit an event to every admin after the commit.

    It goes to each admin's own log rather than to a shared one: a browser follows a single stream with a
    single position.
    """
    for user_id in uow.accounts.admins():
        uow.emit(user_id, kind, data)
