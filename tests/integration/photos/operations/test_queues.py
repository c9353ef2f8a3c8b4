"""The queue gauge counts in Redis what Celery put there."""

import json

import pytest
import redis

from photos.kernel.ports import QueueLoad
from photos.operations.kombu import SEARCHED, KombuBacklog, KombuGauge
from photos.operations.queues import QUEUES
from vignette_shared.contracts.tasks import (
    PREDICT_IMAGE,
    RECORD_TAGS,
    RENDER_PHOTO,
    TAG_PHOTO,
    PredictImage,
    RecordTags,
    RenderPhoto,
    TagPhoto,
)
from vignette_shared.errors import BrokerUnavailable
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.publisher import CeleryPublisher
from vignette_shared.settings import BrokerSettings

pytestmark = pytest.mark.integration


def test_backlog_holds_waiting_and_unacknowledged_messages(redis_url: str) -> None:
    celery = make_celery("test", BrokerSettings(url=redis_url))
    publisher = CeleryPublisher(celery)
    publisher.send(RENDER_PHOTO, RenderPhoto(photo_id="waits-for-render"))
    publisher.send(TAG_PHOTO, TagPhoto(photo_id="held-by-a-tagger", rendition_key="k"))
    publisher.send(PREDICT_IMAGE, PredictImage(request_id="r", image_key="k", reply_key="k"))
    record = RecordTags(
        photo_id="waits-for-recording",
        model_version="v",
        backbone="b",
        embedding_key="k",
        embedding_sha256="0",
        scores={},
        over_threshold=[],
    )
    publisher.send(RECORD_TAGS, record)
    with redis.Redis.from_url(redis_url) as client, celery.connection_for_read() as connection:
        # A tagger that took its message and has not acknowledged it.
        channel = connection.default_channel
        assert channel.basic_get(TAG_PHOTO.queue, no_ack=False) is not None
        assert client.llen(TAG_PHOTO.queue) == 0
        found = KombuBacklog(client).photo_ids()
    celery.close()
    assert found == frozenset({"waits-for-render", "held-by-a-tagger", "waits-for-recording"})


def test_backlog_ignores_unreadable_messages(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert KombuBacklog(client).photo_ids() == frozenset()
        client.lpush(TAG_PHOTO.queue, "no message", '{"body": "bm90aGluZw=="}')
        assert KombuBacklog(client).photo_ids() == frozenset()


def test_backlog_is_unknown_for_long_queues(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.rpush(TAG_PHOTO.queue, *["x"] * (SEARCHED + 1))
        assert KombuBacklog(client).photo_ids() is None


def test_backlog_reports_a_broker_outage() -> None:
    with redis.Redis.from_url("redis://127.0.0.1:1/0") as client, pytest.raises(BrokerUnavailable):
        KombuBacklog(client).photo_ids()


def test_gauge_counts_messages_and_workers(redis_url: str) -> None:
    celery = make_celery("test", BrokerSettings(url=redis_url))
    publisher = CeleryPublisher(celery)
    for number in range(3):
        publisher.send(TAG_PHOTO, TagPhoto(photo_id=str(number), rendition_key="k"))
    publisher.send(RENDER_PHOTO, RenderPhoto(photo_id="4"))
    with redis.Redis.from_url(redis_url) as client, celery.connection_for_read() as connection:
        assert connection.default_channel.basic_get(TAG_PHOTO.queue, no_ack=False) is not None
        for worker, finished in (("one", {"tagger.tag": 5}), ("two", {"tagger.tag": 2, "tagger.predict": 1})):
            heartbeat = {"at": "now", "queues": ["tagger.predict", "tagger.tag"], "finished": finished}
            client.set(f"heartbeat:tagger:host:{worker}", json.dumps(heartbeat))
        client.set("heartbeat:trainer:host:1", json.dumps({"at": "now", "queues": ["trainer.train"]}))
        client.set("heartbeat:older:host:1", json.dumps({"at": "now"}))
        loads = KombuGauge(client).loads()
    celery.close()
    assert list(loads) == list(QUEUES)
    assert loads[TAG_PHOTO.queue] == QueueLoad(depth=3, workers=2, finished=7)
    assert loads[PREDICT_IMAGE.queue] == QueueLoad(depth=0, workers=2, finished=1)
    assert loads[RENDER_PHOTO.queue] == QueueLoad(depth=1, workers=0, finished=0)


def test_gauge_reports_a_broker_outage() -> None:
    with redis.Redis.from_url("redis://127.0.0.1:1/0") as client, pytest.raises(BrokerUnavailable):
        KombuGauge(client).loads()
