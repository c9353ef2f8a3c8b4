"""What was lost is sent again; what merely waits is not; nothing is ever silently dropped."""

from datetime import UTC, datetime

import pytest
from tests.support.photos.service import House
from tests.support.pictures import make_jpeg

from vignette_shared.contracts.identity import Identity

RENDER, TAG = "photos.render_photo.v1", "tagger.tag_photo.v1"


def sent(house: House, task: str) -> list[str]:
    return [message.photo_id for message in house.outbox.take(task)]


def test_recently_queued_photo_is_not_requeued(house: House, anna: Identity, jpeg: bytes) -> None:
    house.post(anna, jpeg)
    house.outbox.sent.clear()
    house.clock.forward(seconds=59)
    assert house.reconcile(patience_s=60) == 0
    assert house.outbox.sent == []


def test_lost_message_is_requeued_in_either_step(house: House, anna: Identity, jpeg: bytes) -> None:
    house.outbox.down = True
    photo_id = house.post(anna, jpeg)["id"]
    house.outbox.down = False
    house.clock.forward(seconds=61)
    assert house.reconcile() == 1
    assert sent(house, RENDER) == [photo_id]
    assert house.reconcile() == 0
    house.render(photo_id)
    house.outbox.sent.clear()
    house.clock.forward(seconds=61)
    house.reconcile()
    assert sent(house, TAG) == [photo_id]
    house.tag(photo_id, sky=0.9)
    house.clock.forward(days=1)
    assert house.reconcile() == 0


def test_photos_behind_a_dead_tagger_use_no_attempts(house: House, anna: Identity) -> None:
    ids = [house.post(anna, make_jpeg(64, 48, shift))["id"] for shift in range(6)]
    for photo_id in ids:
        house.render(photo_id)
    assert sorted(sent(house, TAG)) == sorted(ids)
    house.queues.queued = set(ids)
    for _ in range(20):
        house.clock.forward(hours=1)
        assert house.reconcile() == 0
    assert sent(house, TAG) == []
    house.queues.queued = set()
    for photo_id in ids:
        house.tag(photo_id, sky=0.9)
    assert house.events.kinds().count("photo.tagged") == len(ids)
    with house.services.database.read() as db:
        assert db.photos.dead_letters() == 0


def test_only_lost_messages_are_requeued(house: House, anna: Identity) -> None:
    ids = [house.post(anna, make_jpeg(64, 48, shift))["id"] for shift in range(4)]
    sent(house, RENDER)
    house.queues.queued = {ids[0], ids[1], ids[3]}
    house.clock.forward(minutes=5)
    house.reconcile()
    assert sent(house, RENDER) == [ids[2]]


def test_photo_fails_after_max_attempts(house: House, anna: Identity, jpeg: bytes) -> None:
    photo_id = house.post(anna, jpeg)["id"]
    for _ in range(3):
        house.clock.forward(minutes=2)
        assert house.reconcile(max_attempts=3) == 1
    assert len(sent(house, RENDER)) == 4
    house.clock.forward(minutes=2)
    house.reconcile(max_attempts=3)
    photo = house.get(anna, photo_id)
    assert (photo["status"], photo["failure"]["code"]) == ("failed", "timed_out")
    assert "4 times" in photo["failure"]["detail"]
    assert house.events.kinds() == ["photo.failed"]
    with house.services.database.read() as db:
        assert db.photos.dead_letters() == 1
    house.clock.forward(days=1)
    assert house.reconcile(max_attempts=3) == 0


@pytest.mark.parametrize("queues", ["down", "too long"])
def test_unreadable_queues_postpone_requeueing(
    house: House, anna: Identity, jpeg: bytes, queues: str
) -> None:
    photo_id = house.post(anna, jpeg)["id"]
    house.outbox.sent.clear()
    house.queues.down = queues == "down"
    house.queues.queued = None if queues == "too long" else set()
    house.clock.forward(days=1)
    for _ in range(10):
        assert house.reconcile(max_attempts=1) == 0
    assert house.outbox.sent == []
    assert house.get(anna, photo_id)["status"] == "pending"


def test_photo_without_model_is_queued_once_a_model_is_published(
    house: House, anna: Identity, jpeg: bytes
) -> None:
    registry = house.services.registry
    version = registry.production().version
    registry.store.delete("models/aliases/production.json")
    photo_id = house.post(anna, jpeg)["id"]
    house.render(photo_id)
    for _ in range(10):
        house.clock.forward(hours=1)
        assert house.reconcile(max_attempts=1) == 0
    registry.set_alias("production", version)
    assert house.reconcile() == 1
    assert sent(house, TAG) == [photo_id]


def test_photo_in_trash_is_not_requeued(house: House, anna: Identity, jpeg: bytes) -> None:
    photo_id = house.post(anna, jpeg)["id"]
    house.outbox.sent.clear()
    house.client(anna).delete(f"/api/v1/photos/{photo_id}")
    house.clock.forward(days=1)
    assert house.reconcile() == 0
    assert house.outbox.sent == []


def test_trash_is_purged_after_thirty_days(house: House, anna: Identity) -> None:
    kept, gone = (house.publish(anna, make_jpeg(64, 48, shift)) for shift in range(2))
    client = house.client(anna)
    client.delete(f"/api/v1/photos/{gone}")
    house.clock.forward(days=29)
    client.delete(f"/api/v1/photos/{kept}")
    house.reconcile()
    assert len(list(house.services.store.list("originals"))) == 2
    house.clock.forward(days=1, seconds=1)
    house.reconcile()
    assert len(list(house.services.store.list("originals"))) == 1
    with house.services.database.read() as db:
        assert db.photos.find(gone) is None
        assert db.photos.find(kept) is not None


def test_expired_sessions_are_removed(house: House, anna: Identity) -> None:
    house.clock.forward(days=31)
    house.reconcile()
    with house.services.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar() == 0


def test_transient_blobs_are_removed_after_a_day(house: House) -> None:
    house.clock.now = datetime.now(UTC)  # a store stamps its blobs by the real clock
    house.services.store.put("transient/predict/left", b"picture")
    house.reconcile()
    assert list(house.services.store.list("transient")) == ["transient/predict/left"]
    house.clock.forward(days=1, minutes=1)
    house.reconcile()
    assert list(house.services.store.list("transient")) == []
