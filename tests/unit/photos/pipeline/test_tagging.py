"""Tagging results are recorded idempotently and never overwrite people's decisions."""

import pytest
from sqlalchemy.orm import Session
from tests.support.photos.published import BACKBONE, VERSION
from tests.support.photos.service import PhotosService

from photos.models import EmbeddingRow
from photos.pipeline.tagging import record_failure, record_tags
from vignette_shared.contracts.identity import Identity
from vignette_shared.contracts.tasks import RecordFailure, RecordTags
from vignette_shared.ids import new_id

NEWER = "20260505T000000Z-0000abcd"


@pytest.fixture
def photo_id(service: PhotosService, anna: Identity, jpeg: bytes) -> str:
    photo_id: str = service.post(anna, jpeg, tags="home, lake")["id"]
    service.render(photo_id)
    service.events.emitted.clear()
    return photo_id


def rows(service: PhotosService, photo_id: str) -> dict[str, tuple[float | None, str, str, str | None, bool]]:
    with service.services.database.read() as db:
        return {
            tag.label: (tag.score, tag.source, tag.state, tag.model_version, tag.over_threshold)
            for tag in db.tags.all(photo_id)
        }


def record(service: PhotosService, message: RecordTags) -> None:
    record_tags(service.services, message)


def test_all_scores_and_the_embedding_are_stored(
    service: PhotosService, anna: Identity, photo_id: str
) -> None:
    message = service.found(photo_id, sky=0.9, clouds=0.3)
    vector = service.services.store.get(message.embedding_key)
    record(service, message)
    found = rows(service, photo_id)
    assert found["sky"] == (0.9, "model", "suggested", VERSION, True)
    assert found["clouds"] == (0.3, "model", "suggested", VERSION, False)
    assert found["home"] == (None, "user", "accepted", None, False)
    with Session(service.services.database.engine) as session:
        stored = session.get(EmbeddingRow, (photo_id, BACKBONE))
    assert stored is not None
    assert stored.vector == vector
    assert service.services.store.size(message.embedding_key) is None
    assert service.get(anna, photo_id)["status"] == "tagged"


def test_repeated_result_changes_nothing_and_emits_nothing(service: PhotosService, photo_id: str) -> None:
    message = service.tag(photo_id, sky=0.9)
    before = rows(service, photo_id)
    record(service, message)  # its embedding is gone by now
    record(service, service.found(photo_id, lake=0.9))
    assert rows(service, photo_id) == before
    assert service.events.kinds() == ["photo.tagged"]
    assert service.services.store.size(message.embedding_key) is None


def test_tagged_event_holds_the_owners_tags(service: PhotosService, anna: Identity, photo_id: str) -> None:
    service.tag(photo_id, sky=0.9, female=0.8)
    ((user_id, kind, data),) = service.events.emitted
    assert (user_id, kind, data["photo_id"], data["status"]) == (
        anna.user_id,
        "photo.tagged",
        photo_id,
        "tagged",
    )
    assert [tag["label"] for tag in data["tags"]] == ["home", "lake", "sky", "female"]


def test_decisions_survive_retagging(service: PhotosService, photo_id: str) -> None:
    service.tag(photo_id, sky=0.9, clouds=0.8)
    with service.services.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE photo_tags SET state = 'rejected' WHERE label = 'sky'")
        connection.exec_driver_sql("UPDATE photo_tags SET state = 'accepted' WHERE label = 'clouds'")
    service.tag(photo_id, NEWER, sky=0.99, clouds=0.1, lake=0.9, female=0.6)
    found = rows(service, photo_id)
    assert found["sky"] == (0.9, "model", "rejected", VERSION, True)
    assert found["clouds"] == (0.8, "model", "accepted", VERSION, True)
    assert found["lake"] == (None, "user", "accepted", None, False)
    assert found["female"] == (0.6, "model", "suggested", NEWER, True)


def test_label_unknown_to_the_new_model_disappears(service: PhotosService, photo_id: str) -> None:
    service.tag(photo_id, sky=0.9)
    message = service.found(photo_id, NEWER, clouds=0.9)
    record(service, message.model_copy(update={"scores": {"clouds": 0.9}}))
    assert sorted(rows(service, photo_id)) == ["clouds", "home", "lake"]


def test_damaged_embedding_is_not_recorded(service: PhotosService, anna: Identity, photo_id: str) -> None:
    message = service.found(photo_id, sky=0.9)
    service.services.store.put(message.embedding_key, b"other", replace=True)
    record(service, message)
    assert service.get(anna, photo_id)["status"] == "pending"
    service.services.store.delete(message.embedding_key)
    record(service, message)
    assert service.get(anna, photo_id)["status"] == "pending"


def test_result_for_deleted_photo_is_discarded(service: PhotosService) -> None:
    message = service.found(new_id(), sky=0.9)
    record(service, message)
    assert service.services.store.size(message.embedding_key) is None


def test_late_tags_replace_a_failure(service: PhotosService, anna: Identity, photo_id: str) -> None:
    failure = RecordFailure(photo_id=photo_id, code="truncated_image", detail="cut short")
    for _ in range(2):
        record_failure(service.services, failure)
    photo = service.get(anna, photo_id)
    assert (photo["status"], photo["failure"]) == (
        "failed",
        {"code": "truncated_image", "detail": "cut short"},
    )
    assert service.events.kinds() == ["photo.failed"]
    with service.services.database.read() as db:
        assert db.photos.dead_letters() == 1
    service.tag(photo_id, sky=0.9)
    photo = service.get(anna, photo_id)
    assert (photo["status"], photo["failure"]) == ("tagged", None)
    with service.services.database.read() as db:
        assert db.photos.dead_letters() == 0


def test_late_failure_keeps_tags(service: PhotosService, anna: Identity, photo_id: str) -> None:
    service.tag(photo_id, sky=0.9)
    failure = RecordFailure(photo_id=photo_id, code="model_error", detail="late")
    record_failure(service.services, failure)
    assert service.get(anna, photo_id)["status"] == "tagged"


def test_unknown_failure_code_becomes_model_error(
    service: PhotosService, anna: Identity, photo_id: str
) -> None:
    failure = RecordFailure(photo_id=photo_id, code="blob_missing", detail="no such blob")
    record_failure(service.services, failure)
    assert service.get(anna, photo_id)["failure"]["code"] == "model_error"
