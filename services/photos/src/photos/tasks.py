"""Celery tasks: parse the message, call the use case."""

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

# Temporary errors: after the last retry the photo keeps its pending step, and the reconciler requeues it.
RETRYABLE_ERRORS = (*RETRYABLE_ERRORS, ServiceUnavailable, StorageFull)


def register_tasks(app: Celery, services: Services) -> None:
    def render(message: RenderPhoto) -> None:
        render_photo(services, message.photo_id)

    def tags(message: RecordTags) -> None:
        record_tags(services, message)

    def failure(message: RecordFailure) -> None:
        record_failure(services, message)

    def give_up(message: RenderPhoto | RecordTags, error: Exception) -> None:
        """Fail the photo at once after an unexpected error: a retry would meet the same bug."""
        # After temporary errors the photo stays queued: the reconciler retries when they have passed.
        if not isinstance(error, RETRYABLE_ERRORS):
            code = "decode_failed" if isinstance(message, RenderPhoto) else "model_error"
            detail = f"Unexpected {type(error).__name__}; see the log."
            failure(RecordFailure(photo_id=message.photo_id, code=code, detail=detail))

    consume(app, RENDER_PHOTO, render, retry_on=RETRYABLE_ERRORS, on_failure=give_up)
    consume(app, RECORD_TAGS, tags, retry_on=RETRYABLE_ERRORS, on_failure=give_up)
    consume(app, RECORD_FAILURE, failure, retry_on=RETRYABLE_ERRORS)
