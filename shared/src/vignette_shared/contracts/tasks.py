"""The catalogue of queue messages.

Producers send with a `TaskSpec`; consumers register with the same constant. Payloads hold ids, keys and
hashes, never bytes or rows. A field may be added with a default; any other change needs a new `.vN`. The
snapshot test in tests/contract lists the consumers that a change affects.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """A message's body. Unknown fields are ignored.

    An older consumer must accept a newer producer's messages.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


P = TypeVar("P", bound=Payload)


@dataclass(frozen=True, slots=True)
class TaskSpec(Generic[P]):
    """Name, queue and payload model of one kind of message.

    Attributes:
        name: `owner.verb_object.vN`, the Celery task name.
        queue: the Redis queue.
        payload: the model of the body.
        time_limit: seconds after which a consumer is stopped; below the broker's visibility timeout.
    """

    name: str
    queue: str
    payload: type[P]
    time_limit: int = 45

    def parse(self, body: dict[str, Any]) -> P:
        """Validate a received body; raises `pydantic.ValidationError`."""
        return self.payload.model_validate(body)


class RenderPhoto(Payload):
    """Decode a photo upright; make its preview, thumb, thumbhash and metadata."""

    photo_id: str


class TagPhoto(Payload):
    """Embed and tag one photo from a rendition."""

    photo_id: str
    rendition_key: str


class RescoreEmbeddings(Payload):
    """Score a chunk of stored embeddings with a model version, without the backbone."""

    model_version: str
    embeddings_key: str
    photo_ids: list[str]


class PredictImage(Payload):
    """Tag an image that isn't stored; the reply goes to a Redis list."""

    request_id: str
    image_key: str
    reply_key: str


class ExplainPhoto(Payload):
    """Draw a heat map of a label in a photo.

    A PNG of `width` x `height` pixels is stored at `explanation_key`; the reply goes to a Redis list.
    """

    photo_id: str
    rendition_key: str
    model_version: str
    label: str
    width: int
    height: int
    explanation_key: str
    reply_key: str


class EmbedImages(Payload):
    """Embed images of a dataset for the trainer.

    Both keys are in the model registry's store: `images_key` names a file made by
    `vision.shards.dump_images`, `shard_key` the shard to write. The reply, which names damaged images, goes
    to a Redis list.
    """

    backbone: str
    images_key: str
    shard_key: str
    reply_key: str


class RecordTags(Payload):
    """The tagger's result. `scores` holds every label of the model, in [0, 1].

    `embedding_key` names a transient blob of `features` little-endian float16 values, whose SHA-256 is
    `embedding_sha256`. The recorder deletes it after committing the row.
    """

    photo_id: str
    model_version: str
    backbone: str
    embedding_key: str
    embedding_sha256: str
    scores: dict[str, float]
    over_threshold: list[str]
    sensitive: list[str] = []


class RecordFailure(Payload):
    """Why a photo could not be tagged; `code` is a `FailureCode`."""

    photo_id: str
    code: str
    detail: str


class TrainModel(Payload):
    """Start a training; `config` holds settings of the experiment `best` to override."""

    training_id: str
    config: dict[str, Any] = {}


class RecordTraining(Payload):
    """A training's progress, sent as it changes, and its outcome.

    The types on the wire are plain: an older consumer must accept a status or phase that was added later.

    Attributes:
        status: a `TrainingStatus` other than `queued`.
        phase: a `TrainingPhase`.
        progress: of the phase, in 0..1.
        gate: a `GateVerdict`, if the training succeeded.
        error: `{"code": str, "detail": str}`, if the training failed.
    """

    training_id: str
    status: str
    phase: str | None = None
    progress: float = 0.0
    version: str | None = None
    metrics: dict[str, Any] | None = None
    gate: dict[str, Any] | None = None
    error: dict[str, str] | None = None


class ModelPublished(Payload):
    """A version became `production`."""

    model_version: str
    previous: str | None = None


RENDER_PHOTO = TaskSpec("photos.render_photo.v1", "photos.render", RenderPhoto)
TAG_PHOTO = TaskSpec("tagger.tag_photo.v1", "tagger.tag", TagPhoto)
PREDICT_IMAGE = TaskSpec("tagger.predict_image.v1", "tagger.predict", PredictImage, time_limit=30)
EXPLAIN_PHOTO = TaskSpec("tagger.explain_photo.v1", "tagger.explain", ExplainPhoto, time_limit=30)
RESCORE_EMBEDDINGS = TaskSpec("tagger.rescore_embeddings.v1", "tagger.rescore", RescoreEmbeddings)
EMBED_IMAGES = TaskSpec("tagger.embed_images.v1", "tagger.embed", EmbedImages)
RECORD_TAGS = TaskSpec("photos.record_tags.v1", "photos.record", RecordTags)
RECORD_FAILURE = TaskSpec("photos.record_failure.v1", "photos.record", RecordFailure)
# Longer than the visibility timeout: a lease stops a redelivered message from training a second time.
TRAIN_MODEL = TaskSpec("trainer.train_model.v1", "trainer.train", TrainModel, time_limit=21_600)
RECORD_TRAINING = TaskSpec("photos.record_training.v1", "photos.record", RecordTraining)
MODEL_PUBLISHED = TaskSpec("photos.model_published.v1", "photos.record", ModelPublished)

CATALOGUE: tuple[TaskSpec[Any], ...] = (
    RENDER_PHOTO,
    TAG_PHOTO,
    PREDICT_IMAGE,
    EXPLAIN_PHOTO,
    RESCORE_EMBEDDINGS,
    EMBED_IMAGES,
    RECORD_TAGS,
    RECORD_FAILURE,
    TRAIN_MODEL,
    RECORD_TRAINING,
    MODEL_PUBLISHED,
)
