"""Dead letters: work that the pipeline gave up, for admins to retry or dismiss."""

from photos.kernel.access import require_admin
from photos.kernel.audit import record
from photos.kernel.cursors import read_id
from photos.kernel.presenting import present_person
from photos.kernel.services import Services
from photos.pipeline.steps import requeue
from vignette_shared.contracts.api import DeadLetter, Page, RetriedPhoto
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import NotFound


def list_dead_letters(
    services: Services, caller: Identity, cursor: str | None, limit: int
) -> Page[DeadLetter]:
    """List dead letters, newest first; raises `BadCursor` and as `require_admin`."""
    require_admin(caller)
    after = read_id(cursor) if cursor else None
    with services.database.read() as db:
        rows = db.operations.dead_letters(after, limit + 1)
    items = [
        DeadLetter(
            id=letter.id,
            photo_id=photo.id,
            owner=present_person(photo.owner),
            step=letter.step,
            code=letter.code,
            detail=letter.detail,
            attempts=letter.attempts,
            created_at=letter.created_at,
        )
        for letter, photo in rows[:limit]
    ]
    return Page(items=items, next_cursor=items[-1].id if len(rows) > limit else None)


def retry_dead_letter(services: Services, caller: Identity, letter_id: str) -> RetriedPhoto:
    """Queue the photo again and delete the letter; raises `NotFound` and as `require_admin`."""
    admin, now = require_admin(caller), services.clock()
    # Before the transaction, since it may read the registry.
    input_side = services.model.input_side()
    with services.database.write() as uow:
        letter = uow.operations.dead_letter(letter_id)
        photo = uow.photos.lock(letter.photo_id) if letter else None
        if letter is None or photo is None or photo.deleted_at is not None:
            raise _missing()
        record(uow, now, admin, "dead_letter.retried", photo.id, step=letter.step, code=letter.code)
        uow.operations.drop_dead_letter(letter_id)
        requeue(uow, photo, now, input_side)
        return RetriedPhoto(photo_id=photo.id, status=photo.status, step=photo.step)


def dismiss_dead_letter(services: Services, caller: Identity, letter_id: str) -> None:
    """Delete a dead letter; the photo is unchanged. Raises `NotFound` and as `require_admin`."""
    admin, now = require_admin(caller), services.clock()
    with services.database.write() as uow:
        letter = uow.operations.dead_letter(letter_id)
        if letter is None:
            raise _missing()
        record(uow, now, admin, "dead_letter.dismissed", letter.photo_id, step=letter.step, code=letter.code)
        uow.operations.drop_dead_letter(letter_id)


def _missing() -> NotFound:
    return NotFound("There is no such dead letter. It may have been retried already.")
