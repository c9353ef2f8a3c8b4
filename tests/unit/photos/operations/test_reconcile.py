"""Lost work is enqueued again, pending work is left alone, and no photo is dropped silently."""

from datetime import UTC, datetime

import pytest
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg

from vignette_shared.contracts.identity import Identity

RENDER, TAG = "photos.render_photo.v1", "tagger.tag_photo.v1"


def sent(service: PhotosService, task: str) -> list[str]:
    return [message.photo_id for message in service.outbox.take(task)]


def test_recently_queued_photo_is_not_requeued(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    service.post(anna, jpeg)
    service.outbox.sent.clear()
    service.clock.forward(seconds=59)
    assert service.reconcile(patience_s=60) == 0
    assert service.outbox.sent == []


def test_lost_message_is_requeued_in_either_step(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    service.outbox.down = True
    photo_id = service.post(anna, jpeg)["id"]
    service.outbox.down = False
    service.clock.forward(seconds=61)
    assert service.reconcile() == 1
    assert sent(service, RENDER) == [photo_id]
    assert service.reconcile() == 0
    service.render(photo_id)
    service.outbox.sent.clear()
    service.clock.forward(seconds=61)
    service.reconcile()
    assert sent(service, TAG) == [photo_id]
    service.tag(photo_id, sky=0.9)
    service.clock.forward(days=1)
    assert service.reconcile() == 0


def test_photos_behind_a_dead_tagger_use_no_attempts(service: PhotosService, anna: Identity) -> None:
    ids = [service.post(anna, make_jpeg(64, 48, shift))["id"] for shift in range(6)]
    for photo_id in ids:
        service.render(photo_id)
    assert sorted(sent(service, TAG)) == sorted(ids)
    service.queues.queued = set(ids)
    for _ in range(20):
        service.clock.forward(hours=1)
        assert service.reconcile() == 0
    assert sent(service, TAG) == []
    service.queues.queued = set()
    for photo_id in ids:
        service.tag(photo_id, sky=0.9)
    assert service.events.kinds().count("photo.tagged") == len(ids)
    with service.services.database.read() as db:
        assert db.photos.dead_letters() == 0


def test_only_lost_messages_are_requeued(service: PhotosService, anna: Identity) -> None:
    ids = [service.post(anna, make_jpeg(64, 48, shift))["id"] for shift in range(4)]
    sent(service, RENDER)
    service.queues.queued = {ids[0], ids[1], ids[3]}
    service.clock.forward(minutes=5)
    service.reconcile()
    assert sent(service, RENDER) == [ids[2]]


def test_photo_fails_after_max_attempts(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    for _ in range(3):
        service.clock.forward(minutes=2)
        assert service.reconcile(max_attempts=3) == 1
    assert len(sent(service, RENDER)) == 4
    service.clock.forward(minutes=2)
    service.reconcile(max_attempts=3)
    photo = service.get(anna, photo_id)
    assert (photo["status"], photo["failure"]["code"]) == ("failed", "timed_out")
    assert "4 times" in photo["failure"]["detail"]
    assert service.events.kinds() == ["photo.failed"]
    with service.services.database.read() as db:
        assert db.photos.dead_letters() == 1
    service.clock.forward(days=1)
    assert service.reconcile(max_attempts=3) == 0


@pytest.mark.parametrize("queues", ["down", "too long"])
def test_unreadable_queues_postpone_requeueing(
    service: PhotosService, anna: Identity, jpeg: bytes, queues: str
) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    service.outbox.sent.clear()
    service.queues.down = queues == "down"
    service.queues.queued = None if queues == "too long" else set()
    service.clock.forward(days=1)
    for _ in range(10):
        assert service.reconcile(max_attempts=1) == 0
    assert service.outbox.sent == []
    assert service.get(anna, photo_id)["status"] == "pending"


def test_photo_without_model_is_queued_once_a_model_is_published(
    service: PhotosService, anna: Identity, jpeg: bytes
) -> None:
    registry = service.services.registry
    version = registry.production().version
    registry.store.delete("models/aliases/production.json")
    photo_id = service.post(anna, jpeg)["id"]
    service.render(photo_id)
    for _ in range(10):
        service.clock.forward(hours=1)
        assert service.reconcile(max_attempts=1) == 0
    registry.set_alias("production", version)
    assert service.reconcile() == 1
    assert sent(service, TAG) == [photo_id]


def test_photo_in_trash_is_not_requeued(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    photo_id = service.post(anna, jpeg)["id"]
    service.outbox.sent.clear()
    service.client(anna).delete(f"/api/v1/photos/{photo_id}")
    service.clock.forward(days=1)
    assert service.reconcile() == 0
    assert service.outbox.sent == []


def test_trash_is_purged_after_thirty_days(service: PhotosService, anna: Identity) -> None:
    kept, gone = (service.publish(anna, make_jpeg(64, 48, shift)) for shift in range(2))
    client = service.client(anna)
    client.delete(f"/api/v1/photos/{gone}")
    service.clock.forward(days=29)
    client.delete(f"/api/v1/photos/{kept}")
    service.reconcile()
    assert len(list(service.services.store.list("originals"))) == 2
    service.clock.forward(days=1, seconds=1)
    service.reconcile()
    assert len(list(service.services.store.list("originals"))) == 1
    with service.services.database.read() as db:
        assert db.photos.find(gone) is None
        assert db.photos.find(kept) is not None


def test_expired_sessions_are_removed(service: PhotosService, anna: Identity) -> None:
    service.clock.forward(days=31)
    service.reconcile()
    with service.services.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar() == 0


def test_transient_blobs_are_removed_after_a_day(service: PhotosService) -> None:
    service.clock.now = datetime.now(UTC)  # a store stamps its blobs by the real clock
    service.services.store.put("transient/predict/left", b"picture")
    service.reconcile()
    assert list(service.services.store.list("transient")) == ["transient/predict/left"]
    service.clock.forward(days=1, minutes=1)
    service.reconcile()
    assert list(service.services.store.list("transient")) == []
