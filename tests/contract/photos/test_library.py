"""Looking after one's photos: changes with ETag and If-Match, the trash, tags asked for again."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from tests.support.photos.published import VERSION
from tests.support.photos.service import House
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
    house: House, caller: Identity, photo_id: str, change: dict[str, Any], **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return house.client(caller).patch(f"{PATH}/{photo_id}", json=change, headers=named)


def etag(house: House, caller: Identity, photo_id: str, **query: str) -> str:
    answer = house.client(caller).get(f"{PATH}/{photo_id}", params=query)
    assert answer.status_code == 200
    return str(answer.headers["etag"])


@pytest.fixture
def photo(house: House, bert: Identity, jpeg: bytes) -> str:
    """A tagged public photo of bert's."""
    return house.publish(bert, jpeg, {"title": "Lake"}, sky=0.9)


# --- PATCH ---------------------------------------------------------------------------------------


def test_omitted_fields_are_unchanged(house: House, bert: Identity, photo: str) -> None:
    before = house.get(bert, photo)
    answer = patch(house, bert, photo, {"title": " Evening ", "description": "By the water"})
    assert answer.status_code == 200
    assert answer.json() == before | {"title": "Evening", "description": "By the water"}
    assert house.get(bert, photo) == answer.json()
    patch(house, bert, photo, {"visibility": "private"})
    assert house.get(bert, photo) == answer.json() | {"visibility": "private"}
    assert house.client().get(f"{PATH}/{photo}").status_code == 404


def test_null_alt_text_restores_the_generated_one(house: House, bert: Identity, photo: str) -> None:
    composed = house.get(bert, photo)["alt_text"]
    assert house.get(bert, photo)["alt_text_automatic"]
    written = patch(house, bert, photo, {"alt_text": "A red boat"}).json()
    assert (written["alt_text"], written["alt_text_automatic"]) == ("A red boat", False)
    assert patch(house, bert, photo, {"title": "Boat"}).json()["alt_text"] == "A red boat"
    for nothing in (None, "  "):
        patch(house, bert, photo, {"alt_text": "A red boat"})
        assert patch(house, bert, photo, {"alt_text": nothing}).json()["alt_text"] == composed


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
    house: House, bert: Identity, photo: str, change: dict[str, Any]
) -> None:
    before = house.get(bert, photo)
    assert problem(patch(house, bert, photo, change)) == (422, "validation_failed")
    assert house.get(bert, photo) == before


def test_who_may_change_a_photo(house: House, anna: Identity, bert: Identity, photo: str) -> None:
    assert problem(patch(house, anna, photo, {"title": "x"})) == (403, "forbidden")
    assert problem(patch(house, ANONYMOUS, photo, {"title": "x"})) == (401, "authentication_required")
    reading = bert.model_copy(update={"scopes": ("read",)})
    assert problem(patch(house, reading, photo, {"title": "x"})) == (403, "missing_scope")
    patch(house, bert, photo, {"visibility": "private"})
    assert problem(patch(house, anna, photo, {"title": "x"}, if_match="*")) == NOT_THERE
    # Refused before the photo is looked up: the answer is the same whether it exists.
    assert problem(patch(house, ANONYMOUS, photo, {"title": "x"}))[0] == 401
    assert problem(patch(house, bert, new_id(), {"title": "x"}, if_match="*")) == NOT_THERE


def test_new_words_are_searchable_at_once(house: House, bert: Identity, photo: str) -> None:
    def found(q: str) -> list[str]:
        items = house.client().get(PATH, params={"q": q}).json()["items"]
        return [item["id"] for item in items]

    patch(house, bert, photo, {"title": "Sailing boats"})
    assert (found("boats"), found("lake")) == ([photo], [])
    patch(house, bert, photo, {"description": "Regatta"})
    assert (found("boats"), found("regatta")) == ([photo], [photo])


# --- ETag, If-Match, If-None-Match ---------------------------------------------------------------


def test_etag_changes_with_the_representation(
    house: House, anna: Identity, bert: Identity, photo: str
) -> None:
    seen = {etag(house, anna, photo)}
    assert etag(house, anna, photo) in seen
    assert not seen.pop().startswith("W/")

    def changed() -> bool:
        now = etag(house, anna, photo)
        fresh = now not in seen
        seen.add(now)
        return fresh

    assert changed()
    patch(house, bert, photo, {"title": "x"})
    assert changed()
    house.client(anna).put(f"{PATH}/{photo}/like")
    assert changed()
    house.client(bert).put(f"{PATH}/{photo}/tags/boat", json={"state": "accepted"})
    assert changed()
    patch(house, bert, photo, {"title": "x"})
    assert not changed(), "writing what is there changes nothing"


def test_matching_if_none_match_returns_304(house: House, bert: Identity, photo: str) -> None:
    client = house.client(bert)
    known = etag(house, bert, photo)
    for listed in (known, f'"other", {known}', f"W/{known}", "*"):
        answer = client.get(f"{PATH}/{photo}", headers={"If-None-Match": listed})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", known)
    patch(house, bert, photo, {"title": "x"})
    assert client.get(f"{PATH}/{photo}", headers={"If-None-Match": known}).status_code == 200


def test_stale_if_match_returns_412(house: House, anna: Identity, bert: Identity, photo: str) -> None:
    first = etag(house, bert, photo)
    answer = patch(house, bert, photo, {"title": "Mine"}, if_match=first)
    assert (answer.status_code, answer.headers["etag"]) == (200, etag(house, bert, photo))
    assert problem(patch(house, bert, photo, {"title": "Late"}, if_match=first)) == STALE
    assert house.get(bert, photo)["title"] == "Mine"
    assert patch(house, bert, photo, {"title": "Next"}, if_match=answer.headers["etag"]).status_code == 200
    assert patch(house, bert, photo, {"title": "Any"}, if_match="*").status_code == 200
    assert problem(patch(house, anna, photo, {"title": "x"}, if_match='"x"')) == (403, "forbidden")


@pytest.mark.parametrize("include", ["rejected", "all"])
def test_if_match_accepts_any_of_the_owners_representations(
    house: House, bert: Identity, photo: str, include: str
) -> None:
    seen = etag(house, bert, photo, include=include)
    assert patch(house, bert, photo, {"title": "x"}, if_match=seen).status_code == 200
    assert problem(patch(house, bert, photo, {"title": "y"}, if_match=seen)) == STALE


# --- the trash -----------------------------------------------------------------------------------


def trash(house: House, caller: Identity, **query: Any) -> dict[str, Any]:
    answer = house.client(caller).get("/api/v1/me/trash", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def test_trash_is_paged_last_deleted_first(house: House, bert: Identity) -> None:
    made = [house.publish(bert, make_jpeg(320, 240, seed), sky=0.9) for seed in range(3)]
    for photo_id in (made[1], made[2], made[0]):
        house.clock.forward(minutes=1)
        house.client(bert).delete(f"{PATH}/{photo_id}")
    page = trash(house, bert, limit=2)
    assert [item["id"] for item in page["items"]] == [made[0], made[2]]
    house.client(bert).post(f"{PATH}/{made[2]}/restore")
    rest = trash(house, bert, limit=2, cursor=page["next_cursor"])
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == ([made[1]], None)
    for cursor in ("x", "WzFd", "é"):
        answer = house.client(bert).get("/api/v1/me/trash", params={"cursor": cursor})
        assert problem(answer) == (400, "bad_cursor")


def test_trash_is_private(house: House, anna: Identity, bert: Identity, photo: str) -> None:
    house.client(bert).delete(f"{PATH}/{photo}")
    assert trash(house, anna)["items"] == []
    assert problem(house.client().get("/api/v1/me/trash")) == (401, "authentication_required")
    for caller in (anna, ANONYMOUS):
        assert problem(house.client(caller).post(f"{PATH}/{photo}/restore")) == NOT_THERE
        assert problem(house.client(caller).get(f"{PATH}/{photo}/file")) == NOT_THERE
    assert problem(house.client(bert).get(f"{PATH}/{photo}")) == NOT_THERE
    picture = house.client(bert).get(f"{PATH}/{photo}/file", params={"size": "thumb"})
    assert picture.status_code == 200, "the page of one's trash shows pictures"
    assert picture.headers["cache-control"] == "private, no-store"


def test_restored_photo_is_back_in_its_lists(
    house: House, anna: Identity, bert: Identity, photo: str
) -> None:
    before = house.get(bert, photo)
    client = house.client(bert)
    client.delete(f"{PATH}/{photo}")
    for _ in range(2):
        answer = client.post(f"{PATH}/{photo}/restore")
        assert (answer.status_code, answer.json()) == (200, before)
    assert problem(house.client(anna).post(f"{PATH}/{photo}/restore")) == (403, "forbidden")
    assert problem(client.post(f"{PATH}/{new_id()}/restore")) == NOT_THERE


def test_restored_photo_resumes_its_pending_step(house: House, bert: Identity, jpeg: bytes) -> None:
    photo_id = house.post(bert, jpeg)["id"]
    client = house.client(bert)
    for step, task in (("render", RENDER), ("tag", TAG)):
        client.delete(f"{PATH}/{photo_id}")
        house.outbox.sent.clear()
        client.post(f"{PATH}/{photo_id}/restore")
        assert [message.photo_id for message in house.outbox.take(task)] == [photo_id], step
        house.render(photo_id)


def test_expired_trash_is_purged(house: House, bert: Identity, photo: str) -> None:
    house.client(bert).delete(f"{PATH}/{photo}")
    thrown = house.clock()
    house.clock.forward(days=29, hours=23)
    house.reconcile()
    found = trash(house, bert)["items"]
    assert [(item["id"], datetime.fromisoformat(item["deleted_at"])) for item in found] == [(photo, thrown)]
    house.clock.forward(hours=2)
    house.reconcile()
    assert trash(house, bert)["items"] == []
    assert list(house.services.store.list("originals")) == []
    assert list(house.services.store.list("renditions")) == []
    assert problem(house.client(bert).post(f"{PATH}/{photo}/restore")) == NOT_THERE


# --- retag ---------------------------------------------------------------------------------------


def retag(house: House, caller: Identity, photo_id: str) -> httpx.Response:
    return house.client(caller).post(f"{PATH}/{photo_id}/retag")


def labels(house: House, photo_id: str) -> list[str]:
    return [tag["label"] for tag in house.get(ANONYMOUS, photo_id)["tags"]]


def test_retagged_photo_keeps_its_tags_until_new_ones_arrive(
    house: House, bert: Identity, photo: str
) -> None:
    house.outbox.sent.clear()
    for _ in range(2):
        answer = retag(house, bert, photo)
        assert (answer.status_code, answer.json()["status"]) == (202, "tagged")
    assert [message.photo_id for message in house.outbox.take(TAG)] == [photo], "it waits already"
    assert labels(house, photo) == ["sky"]
    house.tag(photo, VERSION, lake=0.9)
    assert labels(house, photo) == ["lake"]
    house.clock.forward(minutes=10)
    assert house.reconcile() == 0, "nothing is waited for any more"


def test_failed_retagging_keeps_the_tags(house: House, bert: Identity, photo: str) -> None:
    retag(house, bert, photo)
    failure = RecordFailure(photo_id=photo, code="model_error", detail="broken")
    record_failure(house.services, failure)
    assert house.get(bert, photo)["status"] == "tagged"
    retag(house, bert, photo)
    for _ in range(6):
        house.clock.forward(minutes=10)
        house.reconcile()
    assert house.reconcile() == 0
    assert (house.get(bert, photo)["status"], labels(house, photo)) == ("tagged", ["sky"])


def test_failed_photo_is_requeued_at_the_right_step(house: House, bert: Identity, jpeg: bytes) -> None:
    photo_id = house.post(bert, jpeg)["id"]
    for rendered, task in ((False, RENDER), (True, TAG)):
        record_failure(house.services, RecordFailure(photo_id=photo_id, code="model_error", detail="x"))
        assert house.get(bert, photo_id)["status"] == "failed"
        house.outbox.sent.clear()
        again = retag(house, bert, photo_id).json()
        assert (again["status"], again["failure"]) == ("pending", None)
        assert [message.photo_id for message in house.outbox.take(task)] == [photo_id], rendered
        house.render(photo_id)
    house.tag(photo_id, sky=0.9)
    assert house.get(ANONYMOUS, photo_id)["status"] == "tagged"


def test_only_the_owner_may_retag(house: House, anna: Identity, bert: Identity, photo: str) -> None:
    assert problem(retag(house, anna, photo)) == (403, "forbidden")
    assert problem(retag(house, ANONYMOUS, photo)) == (401, "authentication_required")
    patch(house, bert, photo, {"visibility": "private"})
    assert problem(retag(house, anna, photo)) == NOT_THERE
    assert problem(retag(house, bert, new_id())) == NOT_THERE
