"""The pipeline as its admin sees it: queues, and work that was given up."""

from photos.kernel.access import require_admin
from photos.kernel.audit import record
from photos.kernel.cursors import read_id
from photos.kernel.presenting import present_person
from photos.kernel.services import Services
from photos.pipeline.steps import ask_again
from vignette_shared.contracts.api import DeadLetter, Page, QueueState, QueueStates, RetriedPhoto
from vignette_shared.contracts.identity import Identity
from vignette_shared.contracts.tasks import (
    EXPLAIN_PHOTO,
    PREDICT_IMAGE,
    RECORD_TAGS,
    RENDER_PHOTO,
    TAG_PHOTO,
)
from vignette_shared.errors import NotFound

QUEUES = (
    RENDER_PHOTO.queue,
    TAG_PHOTO.queue,
    RECORD_TAGS.queue,
    PREDICT_IMAGE.queue,
    EXPLAIN_PHOTO.queue,
)
"""In the order that a photo passes them, then those that someone waits for."""

STEPS = {RENDER_PHOTO.queue: "render", TAG_PHOTO.queue: "tag"}
"""The queues that a photo's step tells about. What waits in `photos.record` still waits for its tags."""


def list_queues(services: Services, caller: Identity) -> QueueStates:
    """Raises as `require_admin`, and `BrokerUnavailable`."""
    require_admin(caller)
    loads, now = services.queue_gauge.loads(), services.clock()
    with services.database.read() as db:
        oldest, failures = db.operations.oldest(), db.operations.failures()
    items = []
    for queue in QUEUES:
        load, step = loads[queue], STEPS.get(queue, "")
        since = oldest.get(step)
        items.append(
            QueueState(
                name=queue,
                depth=load.depth,
                oldest_age_s=None if since is None else max(0.0, (now - since).total_seconds()),
                rate_per_minute=load.finished if load.workers else None,
                failures=failures.get(step, 0),
                workers=load.workers,
            )
        )
    return QueueStates(items=items)


def list_dead_letters(
    services: Services, caller: Identity, cursor: str | None, limit: int
) -> Page[DeadLetter]:
    """List what was given up, newest first; raises `BadCursor` and as `require_admin`."""
    require_admin(caller)
    after = read_id(cursor) if cursor else None
    with services.database.read() as db:
        found = db.operations.dead_letters(after, limit + 1)
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
        for letter, photo in found[:limit]
    ]
    return Page(items=items, next_cursor=items[-1].id if len(found) > limit else None)


def retry_dead_letter(services: Services, caller: Identity, letter_id: str) -> RetriedPhoto:
    """Ask again for what was given up; the letter goes. Raises `NotFound` and as `require_admin`."""
    admin, now = require_admin(caller), services.clock()
    input_side = services.model.input_side()
    with services.database.write() as uow:
        letter = uow.operations.dead_letter(letter_id)
        photo = uow.photos.lock(letter.photo_id) if letter else None
        if letter is None or photo is None or photo.deleted_at is not None:
            raise _missing()
        record(uow, now, admin, "dead_letter.retried", photo.id, step=letter.step, code=letter.code)
        uow.operations.drop_dead_letter(letter_id)
        ask_again(uow, photo, now, input_side)
        return RetriedPhoto(photo_id=photo.id, status=photo.status, step=photo.step)


def dismiss_dead_letter(services: Services, caller: Identity, letter_id: str) -> None:
    """Forget what was given up; the photo stays as it is. Raises `NotFound` and as `require_admin`."""
    admin, now = require_admin(caller), services.clock()
    with services.database.write() as uow:
        letter = uow.operations.dead_letter(letter_id)
        if letter is None:
            raise _missing()
        record(uow, now, admin, "dead_letter.dismissed", letter.photo_id, step=letter.step, code=letter.code)
        uow.operations.drop_dead_letter(letter_id)


def _missing() -> NotFound:
    return NotFound("There is no such dead letter; it may have been retried already.")
