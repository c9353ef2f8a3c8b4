"""News for the admins: a new model, the progress of a training."""

from typing import Any, Literal

from photos.kernel.unit_of_work import UnitOfWork

Announcement = Literal["model.published", "training.progress"]


def notify_admins(uow: UnitOfWork, kind: Announcement, data: dict[str, Any]) -> None:
    """Add an event to the log of each admin after the commit.

    To each one's own log and not to a common one, so that a browser follows one stream, by one position.
    """
    for user_id in uow.accounts.admins():
        uow.emit(user_id, kind, data)
