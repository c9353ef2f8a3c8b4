"""Changes with ETag and If-Match, the trash, and retagging."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from tests.support.photos.published import VERSION
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.pipeline.tagging import record_failure
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.contracts.tasks import RecordFailure
from vignette_shared.ids import new_id

PATH = "/api/v1/photos"
NOT_THERE = (404, "not_found")
STALE = (412, "stale")
TAG, RENDER = "tagger.tag_photo.v1", "photos.render_photo.v1"


def patch(
    service: PhotosService, caller: Identity, photo_id: str, change: dict[str, Any], **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.client(caller).patch(f"{PATH}/{photo_id}", json=change, headers=named)


def etag(service: PhotosService, caller: Identity, photo_id: str, **query: str) -> str:
    answer = service.client(caller).get(f"{PATH}/{photo_id}", params=query)
    assert answer.status_code == 200
    return str(answer.headers["etag"])


@pytest.fixture
def photo(service: PhotosService, bert: Identity, jpeg: bytes) -> str:
    """A tagged public photo of bert's."""
    return service.publish(bert, jpeg, {"title": "Lake"}, sky=0.9)


# --- PATCH ---------------------------------------------------------------------------------------


def test_omitted_fields_are_unchanged(service: PhotosService, bert: Identity, photo: str) -> None:
    before = service.get(bert, photo)
    answer = patch(service, bert, photo, {"title": " Evening ", "description": "By the water"})
    assert answer.status_code == 200
    assert answer.json() == before | {"title": "Evening", "description": "By the water"}
    assert service.get(bert, photo) == answer.json()
    patch(service, bert, photo, {"visibility": "private"})
    assert service.get(bert, photo) == answer.json() | {"visibility": "private"}
    assert service.client().get(f"{PATH}/{photo}").status_code == 404


def test_null_alt_text_restores_the_generated_one(service: PhotosService, bert: Identity, photo: str) -> None:
    composed = service.get(bert, photo)["alt_text"]
    assert service.get(bert, photo)["alt_text_automatic"]
    written = patch(service, bert, photo, {"alt_text": "A red boat"}).json()
    assert (written["alt_text"], written["alt_text_automatic"]) == ("A red boat", False)
    assert patch(service, bert, photo, {"title": "Boat"}).json()["alt_text"] == "A red boat"
    for nothing in (None, "  "):
        patch(service, bert, photo, {"alt_text": "A red boat"})
        assert patch(service, bert, photo, {"alt_text": nothing}).json()["alt_text"] == composed


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * 201},
        {"description": "x" * 5001},
        {"visibility": "x"},
        {"alt_text": 3},
        {"status": "tagged"},
    ],
)
def test_invalid_changes_are_rejected(
    service: PhotosService, bert: Identity, photo: str, change: dict[str, Any]
) -> None:
    before = service.get(bert, photo)
    assert problem(patch(service, bert, photo, change)) == (422, "validation_failed")
    assert service.get(bert, photo) == before


def test_who_may_change_a_photo(service: PhotosService, anna: Identity, bert: Identity, photo: str) -> None:
    assert problem(patch(service, anna, photo, {"title": "x"})) == (403, "forbidden")
    assert problem(patch(service, ANONYMOUS, photo, {"title": "x"})) == (401, "authentication_required")
    reading = bert.model_copy(update={"scopes": ("read",)})
    assert problem(patch(service, reading, photo, {"title": "x"})) == (403, "missing_scope")
    patch(service, bert, photo, {"visibility": "private"})
    assert problem(patch(service, anna, photo, {"title": "x"}, if_match="*")) == NOT_THERE
    # Refused before the photo is looked up: the answer is the same whether it exists.
    assert problem(patch(service, ANONYMOUS, photo, {"title": "x"}))[0] == 401
    assert problem(patch(service, bert, new_id(), {"title": "x"}, if_match="*")) == NOT_THERE


def test_new_words_are_searchable_at_once(service: PhotosService, bert: Identity, photo: str) -> None:
    def found(q: str) -> list[str]:
        items = service.client().get(PATH, params={"q": q}).json()["items"]
        return [item["id"] for item in items]

    patch(service, bert, photo, {"title": "Sailing boats"})
    assert (found("boats"), found("lake")) == ([photo], [])
    patch(service, bert, photo, {"description": "Regatta"})
    assert (found("boats"), found("regatta")) == ([photo], [photo])


# --- ETag, If-Match, If-None-Match ---------------------------------------------------------------


def test_etag_changes_with_the_representation(
    service: PhotosService, anna: Identity, bert: Identity, photo: str
) -> None:
    seen = {etag(service, anna, photo)}
    assert etag(service, anna, photo) in seen
    assert not seen.pop().startswith("W/")

    def changed() -> bool:
        now = etag(service, anna, photo)
        fresh = now not in seen
        seen.add(now)
        return fresh

    assert changed()
    patch(service, bert, photo, {"title": "x"})
    assert changed()
    service.client(anna).put(f"{PATH}/{photo}/like")
    assert changed()
    service.client(bert).put(f"{PATH}/{photo}/tags/boat", json={"state": "accepted"})
    assert changed()
    patch(service, bert, photo, {"title": "x"})
    assert not changed(), "writing what is there changes nothing"


def test_matching_if_none_match_returns_304(service: PhotosService, bert: Identity, photo: str) -> None:
    client = service.client(bert)
    known = etag(service, bert, photo)
    for listed in (known, f'"other", {known}', f"W/{known}", "*"):
        answer = client.get(f"{PATH}/{photo}", headers={"If-None-Match": listed})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", known)
    patch(service, bert, photo, {"title": "x"})
    assert client.get(f"{PATH}/{photo}", headers={"If-None-Match": known}).status_code == 200


def test_stale_if_match_returns_412(
    service: PhotosService, anna: Identity, bert: Identity, photo: str
) -> None:
    first = etag(service, bert, photo)
    answer = patch(service, bert, photo, {"title": "Mine"}, if_match=first)
    assert (answer.status_code, answer.headers["etag"]) == (200, etag(service, bert, photo))
    assert problem(patch(service, bert, photo, {"title": "Late"}, if_match=first)) == STALE
    assert service.get(bert, photo)["title"] == "Mine"
    assert patch(service, bert, photo, {"title": "Next"}, if_match=answer.headers["etag"]).status_code == 200
    assert patch(service, bert, photo, {"title": "Any"}, if_match="*").status_code == 200
    assert problem(patch(service, anna, photo, {"title": "x"}, if_match='"x"')) == (403, "forbidden")


@pytest.mark.parametrize("include", ["rejected", "all"])
def test_if_match_accepts_any_of_the_owners_representations(
    service: PhotosService, bert: Identity, photo: str, include: str
) -> None:
    seen = etag(service, bert, photo, include=include)
    assert patch(service, bert, photo, {"title": "x"}, if_match=seen).status_code == 200
    assert problem(patch(service, bert, photo, {"title": "y"}, if_match=seen)) == STALE


# --- the trash -----------------------------------------------------------------------------------


def trash(service: PhotosService, caller: Identity, **query: Any) -> dict[str, Any]:
    answer = service.client(caller).get("/api/v1/me/trash", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def test_trash_is_paged_last_deleted_first(service: PhotosService, bert: Identity) -> None:
    made = [service.publish(bert, make_jpeg(320, 240, seed), sky=0.9) for seed in range(3)]
    for photo_id in (made[1], made[2], made[0]):
        service.clock.forward(minutes=1)
        service.client(bert).delete(f"{PATH}/{photo_id}")
    page = trash(service, bert, limit=2)
    assert [item["id"] for item in page["items"]] == [made[0], made[2]]
    service.client(bert).post(f"{PATH}/{made[2]}/restore")
    rest = trash(service, bert, limit=2, cursor=page["next_cursor"])
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == ([made[1]], None)
    for cursor in ("x", "WzFd", "é"):
        answer = service.client(bert).get("/api/v1/me/trash", params={"cursor": cursor})
        assert problem(answer) == (400, "bad_cursor")


def test_trash_is_private(service: PhotosService, anna: Identity, bert: Identity, photo: str) -> None:
    service.client(bert).delete(f"{PATH}/{photo}")
    assert trash(service, anna)["items"] == []
    assert problem(service.client().get("/api/v1/me/trash")) == (401, "authentication_required")
    for caller, restored in ((anna, NOT_THERE), (ANONYMOUS, (401, "authentication_required"))):
        assert problem(service.client(caller).post(f"{PATH}/{photo}/restore")) == restored
        assert problem(service.client(caller).get(f"{PATH}/{photo}/file")) == NOT_THERE
    assert problem(service.client(bert).get(f"{PATH}/{photo}")) == NOT_THERE
    picture = service.client(bert).get(f"{PATH}/{photo}/file", params={"size": "thumb"})
    assert picture.status_code == 200, "the page of one's trash shows pictures"
    assert picture.headers["cache-control"] == "private, no-store"


def test_restored_photo_is_back_in_its_lists(
    service: PhotosService, anna: Identity, bert: Identity, photo: str
) -> None:
    before = service.get(bert, photo)
    client = service.client(bert)
    client.delete(f"{PATH}/{photo}")
    for _ in range(2):
        answer = client.post(f"{PATH}/{photo}/restore")
        assert (answer.status_code, answer.json()) == (200, before)
    assert problem(service.client(anna).post(f"{PATH}/{photo}/restore")) == (403, "forbidden")
    assert problem(client.post(f"{PATH}/{new_id()}/restore")) == NOT_THERE


def test_restored_photo_resumes_its_pending_step(service: PhotosService, bert: Identity, jpeg: bytes) -> None:
    photo_id = service.post(bert, jpeg)["id"]
    client = service.client(bert)
    for step, task in (("render", RENDER), ("tag", TAG)):
        client.delete(f"{PATH}/{photo_id}")
        service.outbox.sent.clear()
        client.post(f"{PATH}/{photo_id}/restore")
        assert [message.photo_id for message in service.outbox.take(task)] == [photo_id], step
        service.render(photo_id)


def test_expired_trash_is_purged(service: PhotosService, bert: Identity, photo: str) -> None:
    service.client(bert).delete(f"{PATH}/{photo}")
    thrown = service.clock()
    service.clock.forward(days=29, hours=23)
    service.reconcile()
    found = trash(service, bert)["items"]
    assert [(item["id"], datetime.fromisoformat(item["deleted_at"])) for item in found] == [(photo, thrown)]
    service.clock.forward(hours=2)
    service.reconcile()
    assert trash(service, bert)["items"] == []
    assert list(service.services.store.list("originals")) == []
    assert list(service.services.store.list("renditions")) == []
    assert problem(service.client(bert).post(f"{PATH}/{photo}/restore")) == NOT_THERE


# --- retag ---------------------------------------------------------------------------------------


def retag(service: PhotosService, caller: Identity, photo_id: str) -> httpx.Response:
    return service.client(caller).post(f"{PATH}/{photo_id}/retag")


def labels(service: PhotosService, photo_id: str) -> list[str]:
    return [tag["label"] for tag in service.get(ANONYMOUS, photo_id)["tags"]]


def test_retagged_photo_keeps_its_tags_until_new_ones_arrive(
    service: PhotosService, bert: Identity, photo: str
) -> None:
    service.outbox.sent.clear()
    for _ in range(2):
        answer = retag(service, bert, photo)
        assert (answer.status_code, answer.json()["status"]) == (202, "tagged")
    assert [message.photo_id for message in service.outbox.take(TAG)] == [photo], "it waits already"
    assert labels(service, photo) == ["sky"]
    service.tag(photo, VERSION, lake=0.9)
    assert labels(service, photo) == ["lake"]
    service.clock.forward(minutes=10)
    assert service.reconcile() == 0, "nothing is waited for any more"


def test_failed_retagging_keeps_the_tags(service: PhotosService, bert: Identity, photo: str) -> None:
    retag(service, bert, photo)
    failure = RecordFailure(photo_id=photo, code="model_error", detail="broken")
    record_failure(service.services, failure)
    assert service.get(bert, photo)["status"] == "tagged"
    retag(service, bert, photo)
    for _ in range(6):
        service.clock.forward(minutes=10)
        service.reconcile()
    assert service.reconcile() == 0
    assert (service.get(bert, photo)["status"], labels(service, photo)) == ("tagged", ["sky"])


def test_failed_photo_is_requeued_at_the_right_step(
    service: PhotosService, bert: Identity, jpeg: bytes
) -> None:
    photo_id = service.post(bert, jpeg)["id"]
    for rendered, task in ((False, RENDER), (True, TAG)):
        record_failure(service.services, RecordFailure(photo_id=photo_id, code="model_error", detail="x"))
        assert service.get(bert, photo_id)["status"] == "failed"
        service.outbox.sent.clear()
        again = retag(service, bert, photo_id).json()
        assert (again["status"], again["failure"]) == ("pending", None)
        assert [message.photo_id for message in service.outbox.take(task)] == [photo_id], rendered
        service.render(photo_id)
    service.tag(photo_id, sky=0.9)
    assert service.get(ANONYMOUS, photo_id)["status"] == "tagged"


def test_only_the_owner_may_retag(service: PhotosService, anna: Identity, bert: Identity, photo: str) -> None:
    assert problem(retag(service, anna, photo)) == (403, "forbidden")
    assert problem(retag(service, ANONYMOUS, photo)) == (401, "authentication_required")
    patch(service, bert, photo, {"visibility": "private"})
    assert problem(retag(service, anna, photo)) == NOT_THERE
    assert problem(retag(service, bert, new_id())) == NOT_THERE
