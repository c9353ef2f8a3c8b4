"""Queues and dead letters in the admin API."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.kernel.ports import QueueLoad
from photos.models import AuditRow
from photos.operations.queues import QUEUES, list_queues
from photos.pipeline.tagging import record_failure
from vignette_shared.contracts.api import QueueState
from vignette_shared.contracts.identity import Identity
from vignette_shared.contracts.tasks import RENDER_PHOTO, TAG_PHOTO, RecordFailure
from vignette_shared.ids import new_id

LETTERS = "/api/v1/admin/dead-letters"


def letters(service: PhotosService, admin: Identity, **query: Any) -> list[dict[str, Any]]:
    answer = service.client(admin).get(LETTERS, params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def fail(service: PhotosService, photo_id: str) -> None:
    service.clock.forward(seconds=1)
    failure = RecordFailure(photo_id=photo_id, code="model_error", detail="It broke.")
    record_failure(service.services, failure)


def audit(service: PhotosService) -> list[tuple[str, str, str]]:
    with service.services.database._read() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    return [(row.actor, row.action, row.subject) for row in rows]


@pytest.fixture
def failed(service: PhotosService, bert: Identity) -> str:
    """A photo that has renditions and got no tags."""
    photo_id: str = service.post(bert, make_jpeg(64, 48, 1))["id"]
    service.render(photo_id)
    fail(service, photo_id)
    return photo_id


def test_dead_letters_are_listed_with_their_reason(
    service: PhotosService, anna: Identity, bert: Identity, failed: str
) -> None:
    unrendered: str = service.post(bert, make_jpeg(64, 48, 2))["id"]
    fail(service, unrendered)
    newest, oldest = letters(service, anna)
    assert (newest["photo_id"], newest["step"]) == (unrendered, "render")
    assert (oldest["photo_id"], oldest["step"], oldest["code"], oldest["detail"]) == (
        failed,
        "tag",
        "model_error",
        "It broke.",
    )
    assert oldest["owner"]["username"] == "bert"
    page = service.client(anna).get(LETTERS, params={"limit": 1}).json()
    assert letters(service, anna, cursor=page["next_cursor"]) == [oldest]
    assert problem(service.client(anna).get(LETTERS, params={"cursor": "x"})) == (400, "bad_cursor")
    service.client(bert).delete(f"/api/v1/photos/{unrendered}")
    assert letters(service, anna) == [oldest]


def test_retry_requeues_the_photo(service: PhotosService, anna: Identity, failed: str) -> None:
    (letter,) = letters(service, anna)
    service.outbox.sent.clear()
    answer = service.client(anna).post(f"{LETTERS}/{letter['id']}/retry")
    assert answer.status_code == 202
    assert answer.json() == {"photo_id": failed, "status": "pending", "step": "tag"}
    assert [message.photo_id for message in service.outbox.take(TAG_PHOTO.name)] == [failed]
    assert letters(service, anna) == []
    assert problem(service.client(anna).post(f"{LETTERS}/{letter['id']}/retry")) == (404, "not_found")
    service.tag(failed, sky=0.9)
    photo = service.get(anna, failed)
    assert (photo["status"], photo["failure"]) == ("tagged", None)
    assert audit(service) == [("anna", "dead_letter.retried", failed)]


def test_retry_of_an_unrendered_photo_starts_with_rendering(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    photo_id = service.post(bert, make_jpeg(64, 48))["id"]
    fail(service, photo_id)
    service.outbox.sent.clear()
    (letter,) = letters(service, anna)
    assert service.client(anna).post(f"{LETTERS}/{letter['id']}/retry").json()["step"] == "render"
    assert [message.photo_id for message in service.outbox.take(RENDER_PHOTO.name)] == [photo_id]


def test_dismissed_letter_leaves_the_photo_failed(
    service: PhotosService, anna: Identity, bert: Identity, failed: str
) -> None:
    (letter,) = letters(service, anna)
    assert service.client(anna).delete(f"{LETTERS}/{letter['id']}").status_code == 204
    assert letters(service, anna) == []
    assert service.get(bert, failed)["status"] == "failed"
    for missing in (letter["id"], new_id(), "no-id"):
        assert problem(service.client(anna).delete(f"{LETTERS}/{missing}")) == (404, "not_found")
        assert problem(service.client(anna).post(f"{LETTERS}/{missing}/retry")) == (404, "not_found")
    assert audit(service) == [("anna", "dead_letter.dismissed", failed)]


@dataclass
class Gauge:
    loads_: dict[str, QueueLoad]

    def loads(self) -> dict[str, QueueLoad]:
        return self.loads_


def queues(service: PhotosService, admin: Identity, **loads: QueueLoad) -> dict[str, QueueState]:
    idle = dict.fromkeys(QUEUES, QueueLoad(depth=0, workers=1, finished=0))
    gauge = Gauge(idle | {name.replace("_", "."): load for name, load in loads.items()})
    found = list_queues(replace(service.services, queue_gauge=gauge), admin)
    return {item.name: item for item in found.items}


def test_queues_report_age_rate_and_failures(
    service: PhotosService, anna: Identity, bert: Identity, failed: str
) -> None:
    service.post(bert, make_jpeg(64, 48, 5))
    service.clock.forward(seconds=7)
    service.post(bert, make_jpeg(64, 48, 6))
    found = queues(
        service,
        anna,
        photos_render=QueueLoad(depth=2, workers=2, finished=30),
        tagger_tag=QueueLoad(depth=0, workers=0, finished=0),
    )
    assert list(found) == list(QUEUES)
    render, tag, record = found["photos.render"], found["tagger.tag"], found["photos.record"]
    assert (render.depth, render.oldest_age_s, render.rate_per_minute, render.workers) == (2, 8.0, 30, 2)
    # Nobody works on it: then nobody can tell how much was finished.
    assert (tag.oldest_age_s, tag.rate_per_minute, tag.failures, tag.workers) == (None, None, 1, 0)
    assert (record.oldest_age_s, record.rate_per_minute, record.failures) == (None, 0, 0)


def test_queues_are_unavailable_without_redis(service: PhotosService, anna: Identity) -> None:
    assert problem(service.client(anna).get("/api/v1/admin/queues")) == (503, "broker_unavailable")


def test_age_is_never_negative(service: PhotosService, anna: Identity, jpeg: bytes) -> None:
    service.post(anna, jpeg)
    behind = replace(service.clock)
    behind.forward(seconds=-5)
    gauge = Gauge(dict.fromkeys(QUEUES, QueueLoad(0, 0, 0)))
    found = list_queues(replace(service.services, queue_gauge=gauge, clock=behind), anna)
    assert found.items[0].oldest_age_s == 0.0
