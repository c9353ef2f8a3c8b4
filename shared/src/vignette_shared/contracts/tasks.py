"""The one catalogue of queue messages.

Producers send by `TaskSpec`, consumers register with the same constant. Payloads hold ids, keys and hashes,
never bytes or rows. Fields are only ever added with a default; anything else is a new `.vN`
(the snapshot test in tests/contract shows who is affected).
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """A message's body. Unknown fields are ignored so that an older consumer survives a newer producer."""

    model_config = ConfigDict(frozen=True, extra="ignore")


P = TypeVar("P", bound=Payload)


@dataclass(frozen=True, slots=True)
class TaskSpec(Generic[P]):
    """Name, queue and payload model of one kind of message.

    Attributes:
        name: `owner.verb_object.vN`, the Celery task name.
        queue: the Redis queue that carries it.
        payload: the pydantic model of its body.
        time_limit: seconds after which a consumer must have given up; below the broker's visibility timeout.
    """

    name: str
    queue: str
    payload: type[P]
    time_limit: int = 45

    def parse(self, body: dict[str, Any]) -> P:
        """Validate a received body; raises `pydantic.ValidationError`."""
        return self.payload.model_validate(body)


class RenderPhoto(Payload):
    """Decode once, upright; make preview and thumb, thumbhash and metadata."""

    photo_id: str


class TagPhoto(Payload):
    """Embed and tag one photo from a rendition."""

    photo_id: str
    rendition_key: str


class RescoreEmbeddings(Payload):
    """Score a chunk of stored embeddings with a model version, without the network."""

    model_version: str
    embeddings_key: str
    photo_ids: list[str]


class PredictImage(Payload):
    """Tag an image that is not stored; the answer goes to a Redis list, not to the database."""

    request_id: str
    image_key: str
    reply_key: str


class ExplainPhoto(Payload):
    """Draw where in a photo a label comes from.

    A PNG of `width` x `height` pixels goes to `explanation_key`, and the news of it to a Redis list.
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
    """Embed some images of a dataset with a backbone, for the trainer.

    Both keys are of the model registry's store: `images_key` names a file of `vision.shards.dump_images`,
    `shard_key` where the shard goes; which images are damaged goes to a Redis list.
    """

    backbone: str
    images_key: str
    shard_key: str
    reply_key: str


class RecordTags(Payload):
    """What the tagger found. `scores` holds every label of the model, in [0, 1].

    `embedding_key` names a transient blob of `features` little-endian float16 values, whose
    SHA-256 is `embedding_sha256`; the recorder deletes it once the row is committed.
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
    """Why a photo could not be tagged: an outcome, not a crash."""

    photo_id: str
    code: str
    detail: str


class TrainModel(Payload):
    """Start a training; `config` is the trainer's own."""

    training_id: str
    config: dict[str, Any] = {}


class RecordTraining(Payload):
    """How a training goes: sent as it changes, and once more when it has ended.

    Attributes:
        status: `running`, `succeeded`, `failed` or `cancelled`.
        phase: `snapshot`, `bottlenecks`, `train`, `evaluate`, `gate` or `publish`.
        progress: of the phase, in 0..1.
        gate: `{"passed": bool, "reasons": [str, ...]}` of a training that succeeded.
        error: `{"code": str, "detail": str}` of one that failed.
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
