"""The pipeline's steps, and how a photo moves between them."""

from datetime import datetime
from typing import Any

from photos.kernel.unit_of_work import UnitOfWork
from photos.models import DeadLetterRow, PhotoRow
from vignette_shared.contracts.pipeline import FailureCode, as_failure_code
from vignette_shared.contracts.tasks import RENDER_PHOTO, TAG_PHOTO, RenderPhoto, TagPhoto
from vignette_shared.errors import ImageError
from vignette_shared.ids import new_id


def queue_render(uow: UnitOfWork, photo: PhotoRow, now: datetime) -> None:
    """Set the step `render` and enqueue its message."""
    photo.step, photo.step_since = "render", now
    uow.enqueue(RENDER_PHOTO, RenderPhoto(photo_id=photo.id))


def queue_tagging(uow: UnitOfWork, photo: PhotoRow, now: datetime, input_side: int | None) -> None:
    """Set the step `tag` and enqueue its message; without a model (None) the reconciler does it later."""
    photo.step, photo.step_since = "tag", now
    if input_side is not None:
        key = rendition_for(photo.renditions, input_side)
        uow.enqueue(TAG_PHOTO, TagPhoto(photo_id=photo.id, rendition_key=key))


def rendition_for(renditions: dict[str, Any], input_side: int) -> str:
    """Return the key of the smallest rendition with at least twice the input side, else of the largest.

    Decoding costs more than inference, so smaller is faster; a factor of two is enough for a resize that
    averages.
    """
    by_size = sorted(renditions.values(), key=lambda each: min(each["width"], each["height"]))
    fitting = [each for each in by_size if min(each["width"], each["height"]) >= 2 * input_side]
    chosen: str = (fitting[0] if fitting else by_size[-1])["key"]
    return chosen


def restore_from_trash(uow: UnitOfWork, photo: PhotoRow, now: datetime, input_side: int | None) -> None:
    """Restore a photo from the trash and enqueue its pending step; does nothing outside the trash."""
    if photo.deleted_at is None:
        return
    photo.deleted_at = None
    if photo.step == "render":
        queue_render(uow, photo, now)
    elif photo.step == "tag":
        queue_tagging(uow, photo, now, input_side)


def requeue(uow: UnitOfWork, photo: PhotoRow, now: datetime, input_side: int | None) -> None:
    """Queue a photo for tagging again, from its renditions if it has any; a queued photo is unchanged.

    A tagged photo keeps its tags and its status until the new ones are recorded; a failed one is pending
    again.
    """
    if photo.step is not None:
        return
    # A user or an admin asked for it, so the reconciler starts counting again.
    photo.attempts = 0
    if photo.status == "failed":
        photo.status, photo.failure_code, photo.failure_detail = "pending", None, None
        uow.photos.drop_dead_letters(photo.id)
    if photo.renditions:
        queue_tagging(uow, photo, now, input_side)
    else:
        queue_render(uow, photo, now)


def finish(photo: PhotoRow) -> None:
    photo.step, photo.step_since, photo.attempts = None, None, 0


def fail(uow: UnitOfWork, photo: PhotoRow, code: FailureCode, detail: str, now: datetime) -> None:
    """Fail the photo's step: add a dead letter, set the failure, and emit `photo.failed` to the owner.

    A photo that has tags already keeps them and its status; only the dead letter records the failure.
    """
    uow.photos.add_dead_letter(
        DeadLetterRow(
            id=new_id(),
            photo_id=photo.id,
            step=photo.step or "tag",
            code=code,
            detail=detail,
            attempts=photo.attempts,
            created_at=now,
        )
    )
    finish(photo)
    if photo.status == "tagged":
        return
    photo.status, photo.failure_code, photo.failure_detail = "failed", code, detail
    failure = {"code": code, "detail": detail}
    uow.emit(photo.owner_id, "photo.failed", {"photo_id": photo.id, "status": "failed", "failure": failure})


def failure_code(error: ImageError) -> FailureCode:
    """Return the photo's failure code for a decoder's error."""
    return as_failure_code(error.code, "decode_failed")
