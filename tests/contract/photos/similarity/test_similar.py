"""Similar photos: order, limits, and only photos that the caller may see."""

import math

import pytest
from tests.support.photos.service import PhotosService
from tests.support.photos.similar import embed, ids, place, similar
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, Identity

OTHER_BACKBONE = "c" * 16


def test_nearest_photos_come_first_with_cosines(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    asked = place(service, anna, 0)
    far, near, middle = (place(service, bert, degrees) for degrees in (80, 10, 45))
    items = similar(service, asked)
    assert ids(items) == [near, middle, far]
    expected = [math.cos(math.radians(degrees)) for degrees in (10, 45, 80)]
    assert [item["similarity"] for item in items] == pytest.approx(expected, abs=2e-3)
    assert items[0]["photo"]["owner"]["username"] == "bert"
    assert ids(similar(service, asked, limit=2)) == [near, middle]


def test_unlisted_photos_do_not_shorten_the_result(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    asked = place(service, anna, 0)
    own = [place(service, anna, 1, visibility="private"), place(service, anna, 2, visibility="unlisted")]
    hidden = [place(service, bert, 3, visibility="private"), place(service, bert, 4, visibility="unlisted")]
    trashed = place(service, bert, 5)
    assert service.client(bert).delete(f"/api/v1/photos/{trashed}").status_code == 204
    listed = place(service, bert, 60)
    for caller in (ANONYMOUS, anna, bert):
        assert ids(similar(service, asked, caller, limit=1)) == [listed]
        assert not {*own, *hidden, trashed} & {*ids(similar(service, asked, caller, limit=100))}


def test_listed_photo_is_found_behind_many_unlisted(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    asked = place(service, anna, 0)
    for number in range(70):  # more than the database is asked about at first
        place(service, bert, 1 + number / 10, visibility="private")
    last = place(service, bert, 89)
    assert ids(similar(service, asked, limit=5)) == [last]


def test_photos_of_blocked_users_are_left_out(service: PhotosService, anna: Identity, bert: Identity) -> None:
    asked, other = place(service, anna, 0), place(service, bert, 5)
    with service.services.database.engine.begin() as connection:
        users: dict[str, str] = dict(connection.exec_driver_sql("SELECT username, id FROM users").all())
        connection.exec_driver_sql(
            "INSERT INTO blocks VALUES (?, ?, '2026-01-01')", (users["anna"], users["bert"])
        )
    assert ids(similar(service, asked, anna)) == []
    assert ids(similar(service, asked)) == [other]


def test_changes_take_effect_at_once(service: PhotosService, anna: Identity, bert: Identity) -> None:
    asked, first, second = place(service, anna, 0), place(service, bert, 20), place(service, bert, 30)
    assert ids(similar(service, asked)) == [first, second]
    service.clock.forward(seconds=1)
    embed(service, second, 10, "v2")
    assert ids(similar(service, asked)) == [second, first]
    service.client(bert).delete(f"/api/v1/photos/{second}", params={"permanent": "true"})
    third = place(service, bert, 25)
    assert ids(similar(service, asked)) == [first, third]


def test_only_embeddings_of_one_backbone_are_compared(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    asked, old = place(service, anna, 0), place(service, bert, 5)
    new = place(service, bert, 6, OTHER_BACKBONE)
    assert ids(similar(service, asked)) == [old]
    service.clock.forward(seconds=1)
    embed(service, asked, 0, "v2", OTHER_BACKBONE)
    assert ids(similar(service, asked)) == [new]


def test_photo_without_embedding_has_no_similar_photos(service: PhotosService, anna: Identity) -> None:
    place(service, anna, 0)
    waiting = service.post(anna, make_jpeg(64, 48, 999))["id"]
    assert similar(service, waiting, anna) == []


def test_unknown_photo_and_bad_limits_are_rejected(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    private = place(service, anna, 0, visibility="private")
    for photo_id in (private, "0198c0de-0000-7000-8000-000000000000", "x"):
        answer = service.client(bert).get(f"/api/v1/photos/{photo_id}/similar")
        assert problem(answer) == (404, "not_found")
    for limit in ("0", "101", "x"):
        answer = service.client(anna).get(f"/api/v1/photos/{private}/similar", params={"limit": limit})
        assert problem(answer) == (422, "validation_failed")


def test_few_listed_photos_are_all_found(
    service: PhotosService, anna: Identity, bert: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photos.similarity.similar.ASKED", (1, 2, 4))
    asked = place(service, anna, 0)
    for number in range(12):
        place(service, bert, 1 + number / 10, visibility="private")
    near, far = place(service, bert, 60), place(service, bert, 70)
    assert ids(similar(service, asked)) == [near, far]
    monkeypatch.setattr("photos.similarity.similar.FEW", 2)  # read in several steps
    assert ids(similar(service, asked)) == [near, far]
    assert ids(similar(service, near)) == [far, asked]
