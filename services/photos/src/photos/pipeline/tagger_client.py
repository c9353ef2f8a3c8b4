"""Synchronous requests to the tagger: a message on a queue, the reply from a Redis list."""

import threading
from typing import Any

import redis

from vignette_shared.contracts.tasks import EXPLAIN_PHOTO, ExplainPhoto
from vignette_shared.errors import (
    BlobMissing,
    ImageError,
    ModelDamaged,
    ModelError,
    ModelMissing,
    StorageError,
    StorageFull,
    TaggerBusy,
    TaggerUnavailable,
    VignetteError,
)
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.publisher import Publisher
from vignette_shared.queue.replies import wait_for_reply

log = get_logger(__name__)
BUSY_RETRY_S = 2
# Errors that the tagger may reply with and that are passed on; any other code is a bug of the tagger.
ERRORS: dict[str, type[VignetteError]] = {
    kind.code: kind for kind in (ModelError, ModelMissing, ModelDamaged, StorageError, StorageFull)
}


class TaggerClient:
    """An `Explainer` over the queue.

    Args:
        client: with a socket timeout longer than `timeout_s`.
        limit: concurrent requests; more are refused at once, since each blocks a thread.
        timeout_s: seconds to wait for the reply.
    """

    def __init__(self, publisher: Publisher, client: "redis.Redis", *, limit: int, timeout_s: float) -> None:
        self._publisher = publisher
        self._client = client
        self._timeout_s = timeout_s
        self._slots = threading.BoundedSemaphore(limit)

    def draw(self, job: ExplainPhoto) -> None:
        # Refuse rather than wait: every waiting request holds a thread that other requests need.
        if not self._slots.acquire(blocking=False):
            raise TaggerBusy(retry_after=BUSY_RETRY_S)
        try:
            self._publisher.send(EXPLAIN_PHOTO, job)
            answer = wait_for_reply(self._client, job.reply_key, self._timeout_s)
        finally:
            self._slots.release()
        _refuse(answer)


def _refuse(answer: dict[str, Any]) -> None:
    error = answer.get("error")
    if not isinstance(error, dict):
        return
    code, detail = str(error.get("code")), error.get("detail")
    if kind := ERRORS.get(code):
        raise kind(detail if isinstance(detail, str) else None)
    # A missing or unreadable rendition is the server's fault, not the caller's, so it is not passed on.
    if code not in (ImageError.code, BlobMissing.code):
        log.error("tagger_failed", code=code, detail=detail)
    raise TaggerUnavailable(
        "The tagger failed on this photo. Quote the request id in a bug report.", retry_after=30
    )
