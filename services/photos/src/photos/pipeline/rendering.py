"""Rendering: decode the original once, store the renditions, record the metadata."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from photos.decoding.jobs import Rendering
from photos.kernel import blob_keys
from photos.kernel.services import Services
from photos.kernel.staging import local_copy
from photos.models import PhotoRow
from photos.pipeline.steps import fail, failure_code, queue_tagging
from photos.search.words import index_words
from vignette_shared.errors import ImageError
from vignette_shared.storage import BlobStore


def render_photo(services: Services, photo_id: str) -> None:
    """Make the renditions of a photo in the step `render`, then queue its tagging; idempotent.

    An image that can't be decoded is an outcome, not an error: the photo fails with the reason.

    Raises:
        StorageError, StorageFull, ServiceUnavailable: temporary; retry.
    """
    with services.database.read() as db:
        photo = db.photos.find(photo_id)
    if photo is None or photo.step != "render":
        return
    key = blob_keys.original(photo.sha256)
    try:
        with local_copy(services.store, key, services.staging) as (source, folder):
            rendering = services.decoder.render(source, folder)
            facts = _store_renditions(services.store, photo_id, rendering, folder)
    # A decoder error repeats on every retry, so it ends the step; other errors propagate and are retried.
    except ImageError as error:
        _record_failure(services, photo_id, error)
        return
    _record(services, photo_id, rendering, facts)


def _store_renditions(
    store: BlobStore, photo_id: str, rendering: Rendering, folder: Path
) -> dict[str, dict[str, Any]]:
    facts: dict[str, dict[str, Any]] = {}
    for rendition in rendering.renditions:
        key = blob_keys.rendition(photo_id, rendition.file)
        store.put(key, (folder / rendition.file).read_bytes(), replace=True)
        facts[rendition.name] = {"key": key, "media_type": "image/jpeg", **asdict(rendition)}
    return facts


def _record(
    services: Services, photo_id: str, rendering: Rendering, facts: dict[str, dict[str, Any]]
) -> None:
    # Before the transaction, since it may read the registry.
    input_side = services.model.input_side()
    with services.database.write() as uow:
        photo = uow.photos.lock(photo_id)
        if photo is None:  # deleted permanently in the meantime; nothing else refers to these blobs
            for fact in facts.values():
                services.store.delete(fact["key"])
            return
        # A repeated message: an earlier one has done the work.
        if photo.step != "render":
            return
        photo.width, photo.height = rendering.width, rendering.height
        photo.thumbhash, photo.dhash = rendering.thumbhash, rendering.dhash
        photo.renditions = facts
        photo.taken_at, photo.camera = rendering.taken_at, rendering.camera
        photo.latitude, photo.longitude = rendering.latitude, rendering.longitude
        photo.attempts = 0
        index_words(uow, photo)
        queue_tagging(uow, photo, services.clock(), input_side)
        uow.emit(photo.owner_id, "photo.rendered", _event(photo))


def _event(photo: PhotoRow) -> dict[str, Any]:
    return {
        "photo_id": photo.id,
        "status": photo.status,
        "width": photo.width,
        "height": photo.height,
        "thumbhash": photo.thumbhash,
    }


def _record_failure(services: Services, photo_id: str, error: ImageError) -> None:
    with services.database.write() as uow:
        photo = uow.photos.lock(photo_id)
        if photo is not None and photo.step == "render":
            fail(uow, photo, failure_code(error), error.detail, services.clock())
