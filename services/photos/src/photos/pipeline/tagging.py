"""Recording the tagger's results, idempotently."""

import hashlib
from datetime import datetime

from photos.kernel.presenting import present_tag
from photos.kernel.services import Services
from photos.kernel.unit_of_work import UnitOfWork
from photos.models import EmbeddingRow, PhotoRow
from photos.pipeline.steps import fail, finish
from photos.tags.repository import NewTag
from vignette_shared.contracts.pipeline import as_failure_code
from vignette_shared.contracts.tasks import RecordFailure, RecordTags
from vignette_shared.errors import BlobMissing
from vignette_shared.observability.logs import get_logger
from vignette_shared.storage import BlobStore

log = get_logger(__name__)


def record_tags(services: Services, result: RecordTags) -> None:
    """Store scores and embedding, and set the photo to `tagged`; a repeated message changes nothing.

    Results for a failed photo are recorded too: late tags are better than none.

    Raises:
        StorageError, ServiceUnavailable: temporary; retry.
    """
    with services.database.read() as db:
        photo = db.photos.find(result.photo_id)
    if photo is not None and not _is_recorded(photo, result):
        # Read outside the transaction: the store may be slow, and writers queue behind each other.
        vector = _read_embedding(services.store, result)
        if vector is None:
            return
        with services.database.write() as uow:
            locked = uow.photos.lock(result.photo_id)
            if locked is not None and not _is_recorded(locked, result):
                _record(uow, locked, result, vector, services.clock())
    services.store.delete(result.embedding_key)


def record_failure(services: Services, failure: RecordFailure) -> None:
    """Fail a pending photo; one that has tags keeps them and only leaves the step `tag`."""
    code = as_failure_code(failure.code, "model_error")
    with services.database.write() as uow:
        photo = uow.photos.lock(failure.photo_id)
        if photo is not None and (photo.status == "pending" or photo.step == "tag"):
            fail(uow, photo, code, failure.detail, services.clock())


def _is_recorded(photo: PhotoRow, result: RecordTags) -> bool:
    """Whether the photo has these tags already and no step is pending."""
    return photo.status == "tagged" and photo.model_version == result.model_version and photo.step is None


def _read_embedding(store: BlobStore, result: RecordTags) -> bytes | None:
    """Return the embedding, or None if it is missing or damaged; the reconciler then queues tagging again."""
    try:
        vector = store.get(result.embedding_key)
    except BlobMissing:
        log.warning("embedding_missing", photo_id=result.photo_id, key=result.embedding_key)
        return None
    if hashlib.sha256(vector).hexdigest() != result.embedding_sha256:
        log.warning("embedding_damaged", photo_id=result.photo_id, key=result.embedding_key)
        return None
    return vector


def _record(uow: UnitOfWork, photo: PhotoRow, result: RecordTags, vector: bytes, now: datetime) -> None:
    over, sensitive = set(result.over_threshold), set(result.sensitive)
    tags = [
        NewTag(label, score, "model", "suggested", result.model_version, label in over, label in sensitive)
        for label, score in result.scores.items()
    ]
    uow.tags.suggest(photo.id, tags)
    uow.photos.put_embedding(
        EmbeddingRow(photo_id=photo.id, backbone=result.backbone, vector=vector, created_at=now)
    )
    # The photo may have been given up; with its tags here, no admin needs to act.
    uow.photos.drop_dead_letters(photo.id)
    photo.status, photo.model_version = "tagged", result.model_version
    photo.failure_code = photo.failure_detail = None
    finish(photo)
    shown = [present_tag(tag).model_dump() for tag in uow.tags.shown([photo.id]).get(photo.id, [])]
    # Only the owner gets this event, so it may contain sensitive suggestions.
    uow.emit(photo.owner_id, "photo.tagged", {"photo_id": photo.id, "status": "tagged", "tags": shown})
