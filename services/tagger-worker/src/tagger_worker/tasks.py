"""Queue consumers of the tagger: parse, call, publish."""

import redis
from celery import Celery

from tagger_worker.embedder import Embedder
from tagger_worker.tagger import Tagger, error_reply, failure
from vignette_shared.contracts.tasks import (
    EMBED_IMAGES,
    EXPLAIN_PHOTO,
    PREDICT_IMAGE,
    RECORD_FAILURE,
    RECORD_TAGS,
    RESCORE_EMBEDDINGS,
    TAG_PHOTO,
    EmbedImages,
    ExplainPhoto,
    PredictImage,
    RecordFailure,
    RecordTags,
    RescoreEmbeddings,
    TagPhoto,
)
from vignette_shared.queue.app import RETRYABLE_ERRORS, consume
from vignette_shared.queue.publisher import Publisher
from vignette_shared.queue.replies import send_reply

# By priority: a user waits for predictions and explanations.
QUEUES = (
    PREDICT_IMAGE.queue,
    EXPLAIN_PHOTO.queue,
    TAG_PHOTO.queue,
    RESCORE_EMBEDDINGS.queue,
    EMBED_IMAGES.queue,
)


def register(
    app: Celery, tagger: Tagger, embedder: Embedder, publisher: Publisher, replies: "redis.Redis"
) -> None:
    """Register the tagger's consumers with `app`."""

    def tag_photo(job: TagPhoto) -> None:
        outcome = tagger.tag_photo(job)
        _publish(publisher, outcome)

    def tag_photo_failed(job: TagPhoto, error: Exception) -> None:
        # An unavailable store or broker is not the photo's fault: the reconciler enqueues the photo again.
        if not isinstance(error, RETRYABLE_ERRORS):
            _publish(publisher, failure(job.photo_id, error))

    def predict_image(job: PredictImage) -> None:
        send_reply(replies, job.reply_key, tagger.predict(job))

    def predict_image_failed(job: PredictImage, error: Exception) -> None:
        send_reply(replies, job.reply_key, error_reply(error))

    def explain_photo(job: ExplainPhoto) -> None:
        send_reply(replies, job.reply_key, tagger.explain(job))

    def explain_photo_failed(job: ExplainPhoto, error: Exception) -> None:
        send_reply(replies, job.reply_key, error_reply(error))

    def rescore_embeddings(job: RescoreEmbeddings) -> None:
        for outcome in tagger.rescore(job):
            _publish(publisher, outcome)

    def embed_images(job: EmbedImages) -> None:
        send_reply(replies, job.reply_key, embedder.embed_images(job))

    def embed_images_failed(job: EmbedImages, error: Exception) -> None:
        send_reply(replies, job.reply_key, error_reply(error))

    consume(app, PREDICT_IMAGE, predict_image, on_failure=predict_image_failed)
    consume(app, EXPLAIN_PHOTO, explain_photo, on_failure=explain_photo_failed)
    consume(app, TAG_PHOTO, tag_photo, on_failure=tag_photo_failed)
    consume(app, RESCORE_EMBEDDINGS, rescore_embeddings)
    consume(app, EMBED_IMAGES, embed_images, on_failure=embed_images_failed)


def _publish(publisher: Publisher, outcome: RecordTags | RecordFailure) -> None:
    if isinstance(outcome, RecordTags):
        publisher.send(RECORD_TAGS, outcome)
    else:
        publisher.send(RECORD_FAILURE, outcome)
