"""Nearest photos: who is among them, in which order, and never one that may not be seen."""

import hashlib
import math
import struct
from typing import Any

import pytest
from tests.support.photos.service import House
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.pipeline.tagging import record_tags
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.contracts.tasks import RecordTags

FEATURES = 2048
OTHER_BACKBONE = "c" * 16


def direction(degrees: float) -> bytes:
    """A vector in the plane of the first two features, and so cosines that one can do in one's head."""
    turned = math.radians(degrees)
    return struct.pack(f"<{FEATURES}e", math.cos(turned), math.sin(turned), *[0.0] * (FEATURES - 2))


def found_at(house: House, photo_id: str, degrees: float, version: str, backbone: str | None) -> RecordTags:
    vector = direction(degrees)
    found = house.found(photo_id, version)
    house.services.store.put(found.embedding_key, vector, replace=True)
    changes = {"embedding_sha256": hashlib.sha256(vector).hexdigest()}
    return found.model_copy(update=changes | ({"backbone": backbone} if backbone else {}))


def place(house: House, owner: Identity, degrees: float, backbone: str | None = None, **fields: str) -> str:
    """Upload a picture that the network sees at an angle; returns its id."""
    photo_id: str = house.post(owner, make_jpeg(64, 48, int(degrees * 10)), **fields)["id"]
    house.render(photo_id)
    embed(house, photo_id, degrees, backbone=backbone)
    return photo_id


def embed(
    house: House, photo_id: str, degrees: float, version: str = "v1", backbone: str | None = None
) -> None:
    message = found_at(house, photo_id, degrees, version, backbone)
    record_tags(house.services, message)


def similar(house: House, photo_id: str, caller: Identity = ANONYMOUS, **query: Any) -> list[dict[str, Any]]:
    answer = house.client(caller).get(f"/api/v1/photos/{photo_id}/similar", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["photo"]["id"] for item in items]


def test_nearest_photos_come_first_with_cosines(house: House, anna: Identity, bert: Identity) -> None:
    asked = place(house, anna, 0)
    far, near, middle = (place(house, bert, degrees) for degrees in (80, 10, 45))
    items = similar(house, asked)
    assert ids(items) == [near, middle, far]
    expected = [math.cos(math.radians(degrees)) for degrees in (10, 45, 80)]
    assert [item["similarity"] for item in items] == pytest.approx(expected, abs=2e-3)
    assert items[0]["photo"]["owner"]["username"] == "bert"
    assert ids(similar(house, asked, limit=2)) == [near, middle]


def test_unlisted_photos_do_not_shorten_the_result(house: House, anna: Identity, bert: Identity) -> None:
    asked = place(house, anna, 0)
    own = [place(house, anna, 1, visibility="private"), place(house, anna, 2, visibility="unlisted")]
    hidden = [place(house, bert, 3, visibility="private"), place(house, bert, 4, visibility="unlisted")]
    trashed = place(house, bert, 5)
    assert house.client(bert).delete(f"/api/v1/photos/{trashed}").status_code == 204
    listed = place(house, bert, 60)
    for caller in (ANONYMOUS, anna, bert):
        assert ids(similar(house, asked, caller, limit=1)) == [listed]
        assert not {*own, *hidden, trashed} & {*ids(similar(house, asked, caller, limit=100))}


def test_listed_photo_is_found_behind_many_unlisted(house: House, anna: Identity, bert: Identity) -> None:
    asked = place(house, anna, 0)
    for number in range(70):  # more than the database is asked about at first
        place(house, bert, 1 + number / 10, visibility="private")
    last = place(house, bert, 89)
    assert ids(similar(house, asked, limit=5)) == [last]


def test_photos_of_blocked_users_are_left_out(house: House, anna: Identity, bert: Identity) -> None:
    asked, other = place(house, anna, 0), place(house, bert, 5)
    with house.services.database.engine.begin() as connection:
        users: dict[str, str] = dict(connection.exec_driver_sql("SELECT username, id FROM users").all())
        connection.exec_driver_sql(
            "INSERT INTO blocks VALUES (?, ?, '2026-01-01')", (users["anna"], users["bert"])
        )
    assert ids(similar(house, asked, anna)) == []
    assert ids(similar(house, asked)) == [other]


def test_changes_take_effect_at_once(house: House, anna: Identity, bert: Identity) -> None:
    asked, first, second = place(house, anna, 0), place(house, bert, 20), place(house, bert, 30)
    assert ids(similar(house, asked)) == [first, second]
    house.clock.forward(seconds=1)
    embed(house, second, 10, "v2")
    assert ids(similar(house, asked)) == [second, first]
    house.client(bert).delete(f"/api/v1/photos/{second}", params={"permanent": "true"})
    third = place(house, bert, 25)
    assert ids(similar(house, asked)) == [first, third]


def test_only_embeddings_of_one_backbone_are_compared(house: House, anna: Identity, bert: Identity) -> None:
    asked, old = place(house, anna, 0), place(house, bert, 5)
    new = place(house, bert, 6, OTHER_BACKBONE)
    assert ids(similar(house, asked)) == [old]
    house.clock.forward(seconds=1)
    embed(house, asked, 0, "v2", OTHER_BACKBONE)
    assert ids(similar(house, asked)) == [new]


def test_photo_without_embedding_has_no_similar_photos(house: House, anna: Identity) -> None:
    place(house, anna, 0)
    waiting = house.post(anna, make_jpeg(64, 48, 999))["id"]
    assert similar(house, waiting, anna) == []


def test_unknown_photo_and_bad_limits_are_rejected(house: House, anna: Identity, bert: Identity) -> None:
    private = place(house, anna, 0, visibility="private")
    for photo_id in (private, "0198c0de-0000-7000-8000-000000000000", "x"):
        answer = house.client(bert).get(f"/api/v1/photos/{photo_id}/similar")
        assert problem(answer) == (404, "not_found")
    for limit in ("0", "101", "x"):
        answer = house.client(anna).get(f"/api/v1/photos/{private}/similar", params={"limit": limit})
        assert problem(answer) == (422, "validation_failed")


def test_few_listed_photos_are_all_found(
    house: House, anna: Identity, bert: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photos.similarity.similar.ASKED", (1, 2, 4))
    asked = place(house, anna, 0)
    for number in range(12):
        place(house, bert, 1 + number / 10, visibility="private")
    near, far = place(house, bert, 60), place(house, bert, 70)
    assert ids(similar(house, asked)) == [near, far]
    monkeypatch.setattr("photos.similarity.similar.FEW", 2)  # too many to be read at once: the walk goes on
    assert ids(similar(house, asked)) == [near, far]
    assert ids(similar(house, near)) == [far, asked]
