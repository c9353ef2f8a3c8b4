"""Tag, predict, explain and rescore: from pixels to embedding to scores. Knows neither queue nor web."""

import hashlib
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagger_worker.model import LoadedModel, Models
from vignette_shared.contracts.blobs import embedding_key
from vignette_shared.contracts.pipeline import as_failure_code
from vignette_shared.contracts.tasks import (
    ExplainPhoto,
    PredictImage,
    RecordFailure,
    RecordTags,
    RescoreEmbeddings,
    TagPhoto,
)
from vignette_shared.errors import BlobMissing, ImageError, ModelError, VignetteError
from vignette_shared.imaging import DEFAULT_MAX_PIXELS, open_upright_rgb
from vignette_shared.storage import BlobStore
from vignette_shared.vision.explain import explain_label, render_heatmap
from vignette_shared.vision.preprocess import load_pixels


@dataclass(frozen=True, slots=True)
class Tagger:
    """Embeds and scores images; reads renditions from `blobs` and stores embeddings there."""

    models: Models
    blobs: BlobStore
    max_pixels: int = DEFAULT_MAX_PIXELS

    def tag_photo(self, job: TagPhoto) -> RecordTags | RecordFailure:
        """Embed a rendition and store its embedding as a transient blob.

        Returns:
            The tags, or why the image can't be tagged.

        Raises:
            StorageError: the rendition can't be read or the embedding can't be written; a retry may succeed.
        """
        model = self.models.current()
        try:
            embedding = self._embed(model, self.blobs.get(job.rendition_key))
        except ImageError as error:
            return failure(job.photo_id, error)
        return self._record(model, job.photo_id, embedding)

    def predict(self, job: PredictImage) -> dict[str, Any]:
        """Score an image that isn't stored; return the reply, or an error as the reply."""
        started = time.perf_counter()
        try:
            model = self.models.current()
            embedding = self._embed(model, self.blobs.get(job.image_key))
        except (ImageError, ModelError, BlobMissing) as error:
            return error_reply(error)
        return {
            "scores": _by_label(model, model.head.scores(embedding[None])[0]),
            "thresholds": model.thresholds(),
            "model_version": model.version,
            "backbone": model.backbone.spec.fingerprint,
            "ms": round((time.perf_counter() - started) * 1000, 3),
        }

    def explain(self, job: ExplainPhoto) -> dict[str, Any]:
        """Draw the heat map of a label and store it; return the reply.

        Raises:
            StorageError: the rendition can't be read or the heat map can't be written.
        """
        try:
            model = self.models.version(job.model_version)
            image = open_upright_rgb(self.blobs.get(job.rendition_key), None, self.max_pixels)
        except (ImageError, ModelError, BlobMissing) as error:
            return error_reply(error)
        if job.label not in model.head.labels:
            return error_reply(ModelError(f"{job.model_version} doesn't have the label {job.label!r}."))
        heat = explain_label(model.backbone, model.head, job.label, image)
        self.blobs.put(job.explanation_key, render_heatmap(heat, job.width, job.height), replace=True)
        return {"explanation_key": job.explanation_key}

    def rescore(self, job: RescoreEmbeddings) -> list[RecordTags]:
        """Score stored embeddings with a version's head, without the backbone.

        Raises:
            ModelError: the version can't be used, or another backbone made the embeddings.
            StorageError: the chunk can't be read; a retry may succeed.
        """
        model = self.models.version(job.model_version)
        # Little-endian float16 on every machine, as `_record` writes it.
        chunk = np.frombuffer(self.blobs.get(job.embeddings_key), "<f2")
        features = model.backbone.spec.features
        # The chunk has no header: only its size can show that another backbone made it.
        if chunk.size != features * len(job.photo_ids):
            raise ModelError(
                f"{job.embeddings_key} holds {chunk.size} values, not {features} for each of "
                f"{len(job.photo_ids)} photos: another backbone made it."
            )
        rows = chunk.reshape(-1, features)
        return [self._record(model, name, row) for name, row in zip(job.photo_ids, rows, strict=True)]

    def _embed(self, model: LoadedModel, image: bytes) -> NDArray[np.float16]:
        """Return float16[features]: new embeddings are rounded like stored ones, so both score the same."""
        pixels = load_pixels(image, model.backbone.spec, self.max_pixels)
        return np.asarray(model.backbone.embed(pixels[None])[0], np.float16)

    def _record(self, model: LoadedModel, photo_id: str, embedding: NDArray[np.float16]) -> RecordTags:
        fingerprint = model.backbone.spec.fingerprint
        scores = model.head.scores(embedding[None])
        over = model.head.over_threshold(scores)[0]
        body = embedding.astype("<f2").tobytes()
        key = embedding_key(photo_id, fingerprint)
        # A blob rather than a member of the message: Redis keeps queued messages in memory.
        self.blobs.put(key, body, replace=True)
        return RecordTags(
            photo_id=photo_id,
            model_version=model.version,
            backbone=fingerprint,
            embedding_key=key,
            embedding_sha256=hashlib.sha256(body).hexdigest(),
            scores=_by_label(model, scores[0]),
            over_threshold=[label for label, is_over in zip(model.head.labels, over, strict=True) if is_over],
            sensitive=[label for label in model.head.labels if label in model.sensitive],
        )


def failure(photo_id: str, error: Exception) -> RecordFailure:
    """Return why a photo can't be tagged, with one of the codes in `FailureCode`."""
    if isinstance(error, ImageError):
        code = as_failure_code(error.code, "decode_failed")
        return RecordFailure(photo_id=photo_id, code=code, detail=error.detail)
    detail = (
        error.detail if isinstance(error, VignetteError) else f"The tagger failed: {type(error).__name__}."
    )
    return RecordFailure(photo_id=photo_id, code="model_error", detail=detail)


def error_reply(error: Exception) -> dict[str, Any]:
    """Return an error as the reply to a waiting caller."""
    if isinstance(error, VignetteError):
        return {"error": {"code": error.code, "detail": error.detail}}
    return {"error": {"code": "internal_error", "detail": type(error).__name__}}


def _by_label(model: LoadedModel, scores: NDArray[np.float32]) -> dict[str, float]:
    return {label: round(float(score), 6) for label, score in zip(model.head.labels, scores, strict=True)}
