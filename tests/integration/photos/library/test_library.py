"""Albums, trash and bulk changes on SQLite and Postgres: order, keyset pages and query cost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg

from photos.models import PhotoRow, PhotoTagRow
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.ids import new_id

pytestmark = pytest.mark.integration
MANY = 500


@contextmanager
def counted(service: PhotosService) -> Iterator[list[str]]:
    """Collect the statements that reach the database, one for each round trip."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engine = service.services.database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def fill(service: PhotosService, owner: Identity, count: int) -> list[str]:
    """Add tagged photos as rows, oldest first, each with a suggestion."""
    now = service.clock()
    ids = [new_id(now + timedelta(seconds=index)) for index in range(count)]
    rows = [
        {
            "id": photo_id,
            "owner_id": owner.user_id,
            "sha256": f"{index:064x}",
            "media_type": "image/jpeg",
            "bytes": 1,
            "file_name": "x.jpg",
            "title": "x",
            "description": "",
            "visibility": "public",
            "status": "tagged",
            "width": 1,
            "height": 1,
            "created_at": now + timedelta(seconds=index),
            "renditions": {"thumb": {"key": "t", "width": 256, "height": 256}},
            "attempts": 0,
        }
        for index, photo_id in enumerate(ids)
    ]
    tags = [
        {
            "photo_id": photo_id,
            "label": "sky",
            "score": 0.9,
            "source": "model",
            "state": "suggested",
            "model_version": "v",
            "over_threshold": True,
            "sensitive": False,
        }
        for photo_id in ids
    ]
    with service.services.database.engine.begin() as connection:
        connection.execute(insert(PhotoRow), rows)
        connection.execute(insert(PhotoTagRow), tags)
    return ids


def ask(service: PhotosService, caller: Identity, path: str, **query: Any) -> dict[str, Any]:
    answer = service.client(caller).get(path, params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def ids_of(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


def album_of(service: PhotosService, owner: Identity, photos: list[str]) -> str:
    client = service.client(owner)
    album_id: str = client.post("/api/v1/albums", json={"title": "x", "visibility": "public"}).json()["id"]
    if not photos:
        return album_id
    body = {"ids": photos, "action": "add_to_album", "value": album_id}
    assert client.post("/api/v1/photos/bulk", json=body).status_code == 200
    return album_id


def test_album_pages_are_stable_while_photos_change(either: PhotosService) -> None:
    anna = either.join("anna")
    photos = fill(either, anna, 12)
    album_id = album_of(either, anna, photos[:10])
    client = either.client(anna)
    order = list(reversed(photos[:10]))
    assert client.patch(f"/api/v1/albums/{album_id}/photos", json={"ids": order}).status_code == 204
    seen: list[str] = []
    cursor = None
    for page_number in range(3):
        query: dict[str, Any] = {"cursor": cursor} if cursor else {}
        page = ask(either, ANONYMOUS, "/api/v1/photos", album=album_id, limit=3, **query)
        seen += ids_of(page)
        cursor = page["next_cursor"]
        if page_number == 0:  # the last one seen goes, and so does one to come; two come in front
            client.delete(f"/api/v1/albums/{album_id}/photos/{order[2]}")
            client.delete(f"/api/v1/photos/{order[5]}")
            for photo_id in photos[10:]:
                client.put(f"/api/v1/albums/{album_id}/photos/{photo_id}")
    assert cursor is None
    assert seen == [photo_id for photo_id in order if photo_id != order[5]]
    whole = ids_of(ask(either, ANONYMOUS, "/api/v1/photos", album=album_id))
    assert whole == [photos[11], photos[10], *(each for each in order if each not in (order[2], order[5]))]


def test_album_page_needs_a_few_queries(either: PhotosService) -> None:
    anna = either.join("anna")
    photos = fill(either, anna, 6)
    made = [album_of(either, anna, photos[index:]) for index in range(6)]
    made.append(album_of(either, anna, []))
    with counted(either) as few:
        page = ask(either, ANONYMOUS, "/api/v1/albums", user="anna")
    found = {album["id"]: (album["photo_count"], (album["cover"] or {}).get("id")) for album in page["items"]}
    assert found == {made[index]: (6 - index, photos[index]) for index in range(6)} | {made[6]: (0, None)}
    assert len(few) < 12, few


def test_concurrent_additions_get_distinct_positions(either: PhotosService) -> None:
    anna = either.join("anna")
    photos = fill(either, anna, 16)
    album_id = album_of(either, anna, [])

    def put(photo_id: str) -> int:
        return either.client(anna).put(f"/api/v1/albums/{album_id}/photos/{photo_id}").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(put, photos)) == {204}
    with either.services.database.engine.connect() as connection:
        places = connection.execute(text("SELECT position FROM album_photos")).scalars().all()
    assert len(set(places)) == len(photos)


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("add_tag", "holiday"),
        ("add_tag", "sky"),
        ("remove_tag", "sky"),
        ("accept_tags", None),
        ("set_visibility", "private"),
        ("delete", None),
        ("retag", None),
        ("add_to_album", "album"),
    ],
)
def test_bulk_change_of_500_needs_a_few_queries(
    either: PhotosService, action: str, value: str | None
) -> None:
    anna = either.join("anna")
    photos = fill(either, anna, MANY)
    client = either.client(anna)
    if action == "add_to_album":
        value = client.post("/api/v1/albums", json={"title": "x"}).json()["id"]
    with counted(either) as few:
        answer = client.post("/api/v1/photos/bulk", json={"ids": photos, "action": action, "value": value})
    assert {item["status"] for item in answer.json()["items"]} == {"ok"}
    assert len(few) < 25, few[:40]
    if action in ("add_tag", "remove_tag", "accept_tags"):
        state = "rejected" if action == "remove_tag" else "accepted"
        with either.services.database.engine.connect() as connection:
            decided = text("SELECT count(*) FROM tag_decisions WHERE state = :state")
            assert connection.execute(decided, {"state": state}).scalar() == MANY


def test_concurrent_edits_with_if_match_conflict(either: PhotosService) -> None:
    anna = either.join("anna")
    photo_id = either.publish(anna, make_jpeg(320, 240), sky=0.9)
    etag = either.client(anna).get(f"/api/v1/photos/{photo_id}").headers["etag"]

    def change(title: str) -> int:
        headers = {"If-Match": etag}
        return (
            either.client(anna)
            .patch(f"/api/v1/photos/{photo_id}", json={"title": title}, headers=headers)
            .status_code
        )

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(change, [f"title {number}" for number in range(8)]))
    assert sorted(statuses) == [200] + [412] * 7


def test_trash_pages_by_deletion_time(either: PhotosService) -> None:
    anna = either.join("anna")
    photos = fill(either, anna, 7)
    either.client(anna).post("/api/v1/photos/bulk", json={"ids": photos[:4], "action": "delete"})
    for photo_id in photos[4:]:
        either.clock.forward(minutes=1)
        either.client(anna).delete(f"/api/v1/photos/{photo_id}")
    expected = [*reversed(photos[4:]), *reversed(photos[:4])]  # four at one moment: then by id
    first = ask(either, anna, "/api/v1/me/trash", limit=5)
    rest = ask(either, anna, "/api/v1/me/trash", limit=5, cursor=first["next_cursor"])
    assert ids_of(first) + ids_of(rest) == expected
    assert rest["next_cursor"] is None


def test_share_link_works_on_each_engine(either: PhotosService) -> None:
    anna = either.join("anna")
    photo_id = either.publish(anna, make_jpeg(320, 240), {"visibility": "private"}, sky=0.9)
    album_id = album_of(either, anna, [photo_id])
    path = f"/api/v1/albums/{album_id}/share-links"
    link = either.client(anna).post(path, json={"password": "by the lake"}).json()
    headers = {"X-Share-Password": "by the lake"}
    shared = either.client().get(f"/api/v1/s/{link['token']}", headers=headers).json()
    assert (shared["photo_count"], shared["cover"]["id"]) == (1, photo_id)
    assert either.client().get(shared["cover"]["urls"]["thumb"]).status_code == 200
    assert either.client(anna).delete(f"{path}/{link['id']}").status_code == 204
    assert either.client().get(shared["cover"]["urls"]["thumb"]).status_code == 404
