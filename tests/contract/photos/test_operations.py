"""Queues and dead letters, as admins see them."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select
from tests.support.photos.service import House
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


def letters(house: House, admin: Identity, **query: Any) -> list[dict[str, Any]]:
    answer = house.client(admin).get(LETTERS, params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def fail(house: House, photo_id: str) -> None:
    house.clock.forward(seconds=1)
    failure = RecordFailure(photo_id=photo_id, code="model_error", detail="It broke.")
    record_failure(house.services, failure)


def audit(house: House) -> list[tuple[str, str, str]]:
    with house.services.database._read() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    return [(row.actor, row.action, row.subject) for row in rows]


@pytest.fixture
def failed(house: House, bert: Identity) -> str:
    """A photo that has renditions and got no tags."""
    photo_id: str = house.post(bert, make_jpeg(64, 48, 1))["id"]
    house.render(photo_id)
    fail(house, photo_id)
    return photo_id


def test_dead_letters_are_listed_with_their_reason(
    house: House, anna: Identity, bert: Identity, failed: str
) -> None:
    unrendered: str = house.post(bert, make_jpeg(64, 48, 2))["id"]
    fail(house, unrendered)
    newest, oldest = letters(house, anna)
    assert (newest["photo_id"], newest["step"]) == (unrendered, "render")
    assert (oldest["photo_id"], oldest["step"], oldest["code"], oldest["detail"]) == (
        failed,
        "tag",
        "model_error",
        "It broke.",
    )
    assert oldest["owner"]["username"] == "bert"
    page = house.client(anna).get(LETTERS, params={"limit": 1}).json()
    assert letters(house, anna, cursor=page["next_cursor"]) == [oldest]
    assert problem(house.client(anna).get(LETTERS, params={"cursor": "x"})) == (400, "bad_cursor")
    house.client(bert).delete(f"/api/v1/photos/{unrendered}")
    assert letters(house, anna) == [oldest]


def test_retry_requeues_the_photo(house: House, anna: Identity, failed: str) -> None:
    (letter,) = letters(house, anna)
    house.outbox.sent.clear()
    answer = house.client(anna).post(f"{LETTERS}/{letter['id']}/retry")
    assert answer.status_code == 202
    assert answer.json() == {"photo_id": failed, "status": "pending", "step": "tag"}
    assert [message.photo_id for message in house.outbox.take(TAG_PHOTO.name)] == [failed]
    assert letters(house, anna) == []
    assert problem(house.client(anna).post(f"{LETTERS}/{letter['id']}/retry")) == (404, "not_found")
    house.tag(failed, sky=0.9)
    photo = house.get(anna, failed)
    assert (photo["status"], photo["failure"]) == ("tagged", None)
    assert audit(house) == [("anna", "dead_letter.retried", failed)]


def test_retry_of_an_unrendered_photo_starts_with_rendering(
    house: House, anna: Identity, bert: Identity
) -> None:
    photo_id = house.post(bert, make_jpeg(64, 48))["id"]
    fail(house, photo_id)
    house.outbox.sent.clear()
    (letter,) = letters(house, anna)
    assert house.client(anna).post(f"{LETTERS}/{letter['id']}/retry").json()["step"] == "render"
    assert [message.photo_id for message in house.outbox.take(RENDER_PHOTO.name)] == [photo_id]


def test_dismissed_letter_leaves_the_photo_failed(
    house: House, anna: Identity, bert: Identity, failed: str
) -> None:
    (letter,) = letters(house, anna)
    assert house.client(anna).delete(f"{LETTERS}/{letter['id']}").status_code == 204
    assert letters(house, anna) == []
    assert house.get(bert, failed)["status"] == "failed"
    for missing in (letter["id"], new_id(), "no-id"):
        assert problem(house.client(anna).delete(f"{LETTERS}/{missing}")) == (404, "not_found")
        assert problem(house.client(anna).post(f"{LETTERS}/{missing}/retry")) == (404, "not_found")
    assert audit(house) == [("anna", "dead_letter.dismissed", failed)]


@dataclass
class Gauge:
    loads_: dict[str, QueueLoad]

    def loads(self) -> dict[str, QueueLoad]:
        return self.loads_


def queues(house: House, admin: Identity, **loads: QueueLoad) -> dict[str, QueueState]:
    idle = dict.fromkeys(QUEUES, QueueLoad(depth=0, workers=1, finished=0))
    gauge = Gauge(idle | {name.replace("_", "."): load for name, load in loads.items()})
    found = list_queues(replace(house.services, queue_gauge=gauge), admin)
    return {item.name: item for item in found.items}


def test_queues_report_age_rate_and_failures(
    house: House, anna: Identity, bert: Identity, failed: str
) -> None:
    house.post(bert, make_jpeg(64, 48, 5))
    house.clock.forward(seconds=7)
    house.post(bert, make_jpeg(64, 48, 6))
    found = queues(
        house,
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


def test_queues_are_unavailable_without_redis(house: House, anna: Identity) -> None:
    assert problem(house.client(anna).get("/api/v1/admin/queues")) == (503, "broker_unavailable")


def test_age_is_never_negative(house: House, anna: Identity, jpeg: bytes) -> None:
    house.post(anna, jpeg)
    behind = replace(house.clock)
    behind.forward(seconds=-5)
    gauge = Gauge(dict.fromkeys(QUEUES, QueueLoad(0, 0, 0)))
    found = list_queues(replace(house.services, queue_gauge=gauge, clock=behind), anna)
    assert found.items[0].oldest_age_s == 0.0
