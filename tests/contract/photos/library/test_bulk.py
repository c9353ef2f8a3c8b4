"""Bulk changes: one outcome per photo, equal to the single operation."""

from typing import Any

import httpx
import pytest
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.tags import decisions
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.ids import new_id

PATH = "/api/v1/photos/bulk"
INVALID = (422, "validation_failed")


def change(
    service: PhotosService, caller: Identity, ids: list[str], action: str, value: str | None = None
) -> httpx.Response:
    return service.client(caller).post(PATH, json={"ids": ids, "action": action, "value": value})


def outcomes(answer: httpx.Response) -> list[tuple[str, str, str | None]]:
    assert answer.status_code == 200, answer.text
    return [(item["id"], item["status"], item["code"]) for item in answer.json()["items"]]


def labels(photo: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((tag["label"], tag["state"]) for tag in photo["tags"])


@pytest.fixture
def photos(service: PhotosService, anna: Identity) -> list[str]:
    """Two tagged photos of anna's."""
    return [
        service.publish(anna, make_jpeg(320, 240, seed), sky=0.9, clouds=0.7, female=0.8) for seed in (1, 2)
    ]


def test_each_photo_has_an_outcome_and_others_are_not_found(
    service: PhotosService, anna: Identity, bert: Identity, photos: list[str]
) -> None:
    theirs = service.publish(bert, make_jpeg(320, 240, 5), sky=0.9)
    trashed = service.publish(anna, make_jpeg(320, 240, 6), sky=0.9)
    service.client(anna).delete(f"/api/v1/photos/{trashed}")
    unknown = new_id()
    ids = [photos[1], theirs, "x", unknown, photos[0], trashed, photos[1].upper()]
    assert outcomes(change(service, anna, ids, "set_visibility", "unlisted")) == [
        (photos[1], "ok", None),
        (theirs, "error", "not_found"),
        ("x", "error", "not_found"),
        (unknown, "error", "not_found"),
        (photos[0], "ok", None),
        (trashed, "error", "not_found"),
        (photos[1].upper(), "ok", None),
    ]
    assert [service.get(anna, each)["visibility"] for each in photos] == ["unlisted", "unlisted"]
    assert service.get(anna, theirs)["visibility"] == "public"


def test_tags_are_added_removed_and_accepted(
    service: PhotosService, anna: Identity, photos: list[str]
) -> None:
    change(service, anna, photos[:1], "add_tag", "Holiday")
    for _ in range(2):
        assert change(service, anna, photos, "add_tag", " HOLIDAY").status_code == 200
    change(service, anna, photos, "add_tag", "sky")
    both = [("clouds", "suggested"), ("female", "suggested"), ("holiday", "accepted"), ("sky", "accepted")]
    assert [labels(service.get(anna, each)) for each in photos] == [both, both]
    sky = next(tag for tag in service.get(anna, photos[0])["tags"] if tag["label"] == "sky")
    assert (sky["source"], sky["score"]) == ("model", 0.9)

    change(service, anna, photos, "remove_tag", "holiday")
    change(service, anna, photos, "remove_tag", "clouds")
    change(service, anna, photos, "remove_tag", "never there")
    assert labels(service.get(anna, photos[1], include="rejected")) == [
        ("clouds", "rejected"),
        ("female", "suggested"),
        ("sky", "accepted"),
    ]
    service.tag(photos[1], "20270101T000000Z-0000abcd", clouds=0.9, lake=0.9)
    assert ("clouds", "suggested") not in labels(service.get(anna, photos[1]))

    assert change(service, anna, photos, "accept_tags").status_code == 200
    assert labels(service.get(anna, photos[1])) == [("lake", "accepted"), ("sky", "accepted")]
    assert ("female", "suggested") in labels(service.get(anna, photos[0])), "that wants a decision of its own"


def test_photos_are_added_to_the_album_in_the_given_order(
    service: PhotosService, anna: Identity, bert: Identity, photos: list[str]
) -> None:
    client = service.client(anna)
    album_id = client.post("/api/v1/albums", json={"title": "Summer", "visibility": "public"}).json()["id"]
    assert [status for _, status, _ in outcomes(change(service, anna, photos, "add_to_album", album_id))] == [
        "ok",
        "ok",
    ]
    listed = client.get("/api/v1/photos", params={"album": album_id}).json()["items"]
    assert [photo["id"] for photo in listed] == photos
    own = service.publish(bert, make_jpeg(320, 240, 7), sky=0.9)
    for album in (album_id, new_id(), "x", None):
        answer = change(service, bert, [own], "add_to_album", album)
        assert problem(answer) == INVALID


def test_bulk_delete_is_idempotent(service: PhotosService, anna: Identity, photos: list[str]) -> None:
    for _ in range(2):
        assert [status for _, status, _ in outcomes(change(service, anna, photos, "delete"))] == ["ok", "ok"]
        service.clock.forward(days=1)
    trash = service.client(anna).get("/api/v1/me/trash").json()["items"]
    assert {photo["id"] for photo in trash} == set(photos)
    assert service.client(ANONYMOUS).get("/api/v1/photos").json()["items"] == []


def test_photos_are_requeued_for_tagging(service: PhotosService, anna: Identity, photos: list[str]) -> None:
    service.outbox.sent.clear()
    for _ in range(2):
        change(service, anna, photos, "retag")
    asked = service.outbox.take("tagger.tag_photo.v1")
    assert sorted(message.photo_id for message in asked) == sorted(photos), "once each while they wait"


@pytest.mark.parametrize(
    ("action", "value", "code"),
    [
        ("add_tag", None, "validation_failed"),
        ("add_tag", "a/b", "bad_label"),
        ("remove_tag", "", "bad_label"),
        ("set_visibility", "secret", "validation_failed"),
        ("set_visibility", None, "validation_failed"),
        ("delete", "public", "validation_failed"),
        ("explode", None, "validation_failed"),
    ],
)
def test_invalid_value_changes_nothing(
    service: PhotosService, anna: Identity, photos: list[str], action: str, value: str | None, code: str
) -> None:
    answer = change(service, anna, photos, action, value)
    assert problem(answer) == (422, code)
    assert service.get(anna, photos[0])["visibility"] == "public"


def test_bulk_size_limits(service: PhotosService, anna: Identity, photos: list[str]) -> None:
    many = [new_id() for _ in range(501)]
    assert change(service, anna, many, "delete").status_code == 422
    assert change(service, anna, [], "delete").status_code == 422
    assert len(outcomes(change(service, anna, many[:500], "delete"))) == 500
    assert change(service, ANONYMOUS, photos, "delete").status_code == 401


def test_photo_with_too_many_tags_is_reported(
    service: PhotosService, anna: Identity, photos: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "MAX_OWN_TAGS", 1)
    change(service, anna, photos[:1], "add_tag", "one")
    assert outcomes(change(service, anna, photos, "add_tag", "two")) == [
        (photos[0], "error", "too_many_tags"),
        (photos[1], "ok", None),
    ]
