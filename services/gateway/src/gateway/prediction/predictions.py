"""Predict labels of an image that is not stored: queue it for a tagger and wait for the reply.

See docs/decisions/0002-predict-over-the-queue.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO

import redis.asyncio
from anyio import CancelScope, to_thread
from pydantic import BaseModel, ValidationError

from vignette_shared.contracts.api import PredictedTag, Prediction
from vignette_shared.contracts.blobs import prediction_key
from vignette_shared.contracts.tasks import PREDICT_IMAGE, PredictImage
from vignette_shared.errors import (
    DecodeTimedOut,
    ImageError,
    ModelDamaged,
    ModelError,
    ModelMissing,
    NotAnImage,
    StorageError,
    TaggerBusy,
    TaggerUnavailable,
    TooManyPixels,
    TruncatedImage,
    UnsupportedMediaType,
    VignetteError,
)
from vignette_shared.ids import new_id
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.publisher import Publisher
from vignette_shared.queue.replies import new_reply_key, wait_for_reply_async
from vignette_shared.storage import BlobStore

log = get_logger(__name__)

BUSY_RETRY_S = 2
# Errors that a tagger may report. Any other code is a fault of the tagger.
TAGGER_ERRORS: dict[str, type[VignetteError]] = {
    kind.code: kind
    for kind in (
        ImageError,
        NotAnImage,
        TooManyPixels,
        TruncatedImage,
        DecodeTimedOut,
        UnsupportedMediaType,
        ModelError,
        ModelMissing,
        ModelDamaged,
        StorageError,
    )
}


class Scores(BaseModel):
    """A tagger's reply: `scores` and `thresholds` in [0, 1] by label, and the milliseconds of work."""

    scores: dict[str, float]
    thresholds: dict[str, float]
    model_version: str
    backbone: str
    ms: float

    def prediction(self, top: int, threshold: float | None) -> Prediction:
        """Return the best `top` labels scoring at least `threshold`, or their own threshold if None."""
        best = sorted(self.scores.items(), key=lambda item: (-item[1], item[0]))
        # A label without a threshold never reaches it.
        own = {label: self.thresholds.get(label, float("inf")) for label in self.scores}
        kept = [
            PredictedTag(label=label, score=score, over_threshold=score >= own[label])
            for label, score in best
            if score >= (own[label] if threshold is None else threshold)
        ]
        return Prediction(
            tags=kept[:top], model_version=self.model_version, backbone=self.backbone, ms=self.ms
        )


class Predictions:
    """Requests predictions from taggers.

    Args:
        limit: maximum number of predictions in progress; others are refused, not queued.
        timeout_s: seconds to wait for a reply.
    """

    def __init__(
        self,
        store: BlobStore,
        publisher: Publisher,
        replies: "redis.asyncio.Redis",
        *,
        limit: int,
        timeout_s: float,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._replies = replies
        self._limit = limit
        self._timeout_s = timeout_s
        self._in_flight = 0

    def refuse_when_busy(self) -> None:
        """Raise `TaggerBusy` if the limit is reached."""
        if self._in_flight >= self._limit:
            raise TaggerBusy(retry_after=BUSY_RETRY_S)

    async def predict(self, image: BinaryIO) -> Scores:
        """Return the scores of an image file.

        Raises:
            TaggerBusy: the limit is reached.
            TaggerUnavailable: no reply in time.
            BrokerUnavailable, StorageError, StorageFull: the queue or the storage failed.
            ImageError, ModelError: reported by the tagger.
        """
        with self._slot():
            request_id, reply_key = new_id(), new_reply_key()
            key = prediction_key(request_id)
            message = PredictImage(request_id=request_id, image_key=key, reply_key=reply_key)
            try:
                await to_thread.run_sync(partial(self._store.put, key, image, replace=True))
                await to_thread.run_sync(self._publisher.send, PREDICT_IMAGE, message)
                answer = await wait_for_reply_async(self._replies, reply_key, self._timeout_s)
            finally:
                # Shielded: the image must be deleted even if the client has left.
                with CancelScope(shield=True):
                    await to_thread.run_sync(self._delete, key)
        return _read(answer)

    async def aclose(self) -> None:
        await self._replies.aclose()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        self.refuse_when_busy()
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

    def _delete(self, key: str) -> None:
        try:
            self._store.delete(key)
        except StorageError as error:
            log.warning("transient_blob_left", key=key, reason=error.detail)


def _read(answer: dict[str, Any]) -> Scores:
    if isinstance(error := answer.get("error"), dict):
        code, detail = error.get("code"), error.get("detail")
        if (kind := TAGGER_ERRORS.get(str(code))) is not None:
            raise kind(detail if isinstance(detail, str) else None)
        log.error("tagger_failed", code=code, detail=detail)
        raise TaggerUnavailable(
            "The tagger failed on this image. The log has the reason under this request ID."
        )
    try:
        return Scores.model_validate(answer)
    except ValidationError as error:
        log.error("tagger_answer_unreadable", reason=str(error))
        raise TaggerUnavailable("The tagger's reply can't be read.") from error
