"""Queue consumers: parse, call, and leave the rest to the use case."""

from celery import Celery

from photos.kernel.services import Services
from photos.pipeline.rendering import render_photo
from photos.pipeline.tagging import record_failure, record_tags
from vignette_shared.contracts.tasks import (
    RECORD_FAILURE,
    RECORD_TAGS,
    RENDER_PHOTO,
    RecordFailure,
    RecordTags,
    RenderPhoto,
)
from vignette_shared.errors import ServiceUnavailable, StorageFull
from vignette_shared.queue.app import RETRYABLE_ERRORS, consume

# What passes by itself; after the last try the photo still waits, and the reconciler asks again.
PASSING = (*RETRYABLE_ERRORS, ServiceUnavailable, StorageFull)


def register_tasks(app: Celery, services: Services) -> None:
    def render(message: RenderPhoto) -> None:
        render_photo(services, message.photo_id)

    def tags(message: RecordTags) -> None:
        record_tags(services, message)

    def failure(message: RecordFailure) -> None:
        record_failure(services, message)

    def give_up(message: RenderPhoto | RecordTags, error: Exception) -> None:
        """A bug will meet the photo again: end its way now, with the reason for the admin to see."""
        if not isinstance(error, PASSING):
            code = "decode_failed" if isinstance(message, RenderPhoto) else "model_error"
            detail = f"An unexpected {type(error).__name__}; the log has its story."
            failure(RecordFailure(photo_id=message.photo_id, code=code, detail=detail))

    consume(app, RENDER_PHOTO, render, retry_on=PASSING, on_failure=give_up)
    consume(app, RECORD_TAGS, tags, retry_on=PASSING, on_failure=give_up)
    consume(app, RECORD_FAILURE, failure, retry_on=PASSING)
