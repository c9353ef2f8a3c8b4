"""Albums: visibility, contents and order."""

from typing import Any

import pytest
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.albums import albums
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.ids import new_id

PATH = "/api/v1/albums"
NOT_THERE = (404, "not_found")
SIGN_IN = (401, "authentication_required")


def make(service: PhotosService, owner: Identity, *photos: str, **fields: str) -> str:
    """Make an album; the photos lie in it in the order given."""
    client = service.client(owner)
    answer = client.post(PATH, json={"title": "Summer", **fields})
    assert answer.status_code == 201, answer.text
    album_id: str = answer.json()["id"]
    for photo_id in reversed(photos):
        assert client.put(f"{PATH}/{album_id}/photos/{photo_id}").status_code == 204
    return album_id


def inside(service: PhotosService, viewer: Identity, album_id: str, **query: Any) -> list[str]:
    answer = service.client(viewer).get("/api/v1/photos", params={"album": album_id, **query})
    assert answer.status_code == 200, answer.text
    return [photo["id"] for photo in answer.json()["items"]]


@pytest.fixture
def photos(service: PhotosService, anna: Identity) -> list[str]:
    """Four of anna's photos: public, unlisted, private and not yet tagged."""
    kinds = ("public", "unlisted", "private")
    tagged = [
        service.publish(anna, make_jpeg(320, 240, seed), {"visibility": kind}, sky=0.9)
        for seed, kind in enumerate(kinds)
    ]
    return [*tagged, service.post(anna, make_jpeg(320, 240, 9))["id"]]


def test_new_album_is_private(service: PhotosService, anna: Identity) -> None:
    answer = service.client(anna).post(PATH, json={"title": " Summer ", "description": "By the lake"})
    album = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{PATH}/{album['id']}"
    assert album | {"id": "", "owner": None} == {
        "id": "",
        "title": "Summer",
        "description": "By the lake",
        "visibility": "private",
        "photo_count": 0,
        "cover": None,
        "created_at": "2026-03-01T12:00:00Z",
        "owner": None,
    }
    assert service.client(anna).get(f"{PATH}/{album['id']}").json() == album


@pytest.mark.parametrize(
    ("visibility", "who", "see", "change"),
    [
        ("public", "stranger", 200, (403, "forbidden")),
        ("public", "nobody", 200, SIGN_IN),
        ("unlisted", "stranger", 200, (403, "forbidden")),
        ("unlisted", "nobody", 200, SIGN_IN),
        ("private", "stranger", 404, NOT_THERE),
        ("private", "nobody", 404, SIGN_IN),
    ],
)
def test_who_may_see_and_change(
    service: PhotosService,
    bert: Identity,
    anna: Identity,
    photos: list[str],
    visibility: str,
    who: str,
    see: int,
    change: tuple[int, str],
) -> None:
    album_id = make(service, anna, *photos, visibility=visibility)
    caller = bert if who == "stranger" else ANONYMOUS
    client = service.client(caller)
    assert client.get(f"{PATH}/{album_id}").status_code == see
    assert client.get("/api/v1/photos", params={"album": album_id}).status_code == see
    for answer in (
        client.patch(f"{PATH}/{album_id}", json={"title": "Mine"}),
        client.delete(f"{PATH}/{album_id}"),
        client.patch(f"{PATH}/{album_id}/photos", json={"ids": photos[:1]}),
        client.put(f"{PATH}/{album_id}/photos/{photos[0]}"),
        client.delete(f"{PATH}/{album_id}/photos/{photos[0]}"),
    ):
        assert problem(answer) == change


def test_count_and_cover_depend_on_the_viewer(
    service: PhotosService, anna: Identity, bert: Identity, photos: list[str]
) -> None:
    public, unlisted, private, pending = photos
    album_id = make(service, anna, pending, private, unlisted, public, visibility="public")
    assert inside(service, anna, album_id) == [pending, private, unlisted, public]
    assert inside(service, bert, album_id) == inside(service, ANONYMOUS, album_id) == [unlisted, public]
    own = service.client(anna).get(f"{PATH}/{album_id}").json()
    others = service.client(bert).get(f"{PATH}/{album_id}").json()
    assert (own["photo_count"], own["cover"]["id"]) == (4, pending)
    assert (others["photo_count"], others["cover"]["id"]) == (2, unlisted)
    service.client(anna).delete(f"/api/v1/photos/{unlisted}")
    others = service.client(bert).get(f"{PATH}/{album_id}").json()
    assert (others["photo_count"], others["cover"]["id"]) == (1, public)
    assert inside(service, bert, album_id) == [public]


def test_cover_falls_back_to_the_first_photo(
    service: PhotosService, anna: Identity, bert: Identity, photos: list[str]
) -> None:
    public, unlisted, private, _ = photos
    album_id = make(service, anna, public, unlisted, private, visibility="public")
    client = service.client(anna)

    def cover(caller: Identity) -> str:
        chosen: str = service.client(caller).get(f"{PATH}/{album_id}").json()["cover"]["id"]
        return chosen

    changed = client.patch(f"{PATH}/{album_id}", json={"cover_photo_id": private}).json()
    assert changed["cover"]["id"] == cover(anna) == private
    assert cover(bert) == public, "a cover that others may not see is none for them"
    client.patch(f"{PATH}/{album_id}", json={"cover_photo_id": unlisted})
    assert cover(bert) == unlisted
    client.delete(f"{PATH}/{album_id}/photos/{unlisted}")
    assert cover(anna) == public
    client.patch(f"{PATH}/{album_id}", json={"cover_photo_id": private})
    client.patch(f"{PATH}/{album_id}", json={"title": "Still covered"})
    assert cover(anna) == private
    client.patch(f"{PATH}/{album_id}", json={"cover_photo_id": None})
    assert cover(anna) == public
    for wrong in (unlisted, new_id(), "none"):
        answer = client.patch(f"{PATH}/{album_id}", json={"cover_photo_id": wrong})
        assert problem(answer) == (422, "validation_failed")


def test_omitted_fields_are_unchanged(service: PhotosService, anna: Identity) -> None:
    album_id = make(service, anna, description="By the lake")
    client = service.client(anna)
    changed = client.patch(f"{PATH}/{album_id}", json={"visibility": "public"}).json()
    assert (changed["title"], changed["description"], changed["visibility"]) == (
        "Summer",
        "By the lake",
        "public",
    )
    changed = client.patch(f"{PATH}/{album_id}", json={"title": "Winter", "description": ""}).json()
    assert (changed["title"], changed["description"], changed["visibility"]) == ("Winter", "", "public")


@pytest.mark.parametrize(
    "fields",
    [{}, {"title": ""}, {"title": "x" * 201}, {"title": "x", "visibility": "secret"}, {"owner": "x"}],
)
def test_invalid_albums_are_rejected(service: PhotosService, anna: Identity, fields: dict[str, str]) -> None:
    assert problem(service.client(anna).post(PATH, json=fields)) == (422, "validation_failed")
    assert problem(service.client().post(PATH, json={"title": "x"})) == SIGN_IN


def test_only_own_photos_can_be_added_idempotently(
    service: PhotosService, anna: Identity, bert: Identity, photos: list[str]
) -> None:
    album_id = make(service, bert)
    client = service.client(bert)
    own = service.publish(bert, make_jpeg(320, 240, 20), sky=0.9)
    newer = service.publish(bert, make_jpeg(320, 240, 21), sky=0.9)
    assert problem(client.put(f"{PATH}/{album_id}/photos/{photos[0]}")) == (403, "forbidden")
    assert problem(client.put(f"{PATH}/{album_id}/photos/{photos[2]}")) == NOT_THERE
    assert problem(client.put(f"{PATH}/{album_id}/photos/x")) == NOT_THERE
    assert problem(client.put(f"{PATH}/{new_id()}/photos/{own}")) == NOT_THERE
    for photo_id in (own, newer, own):
        assert client.put(f"{PATH}/{album_id}/photos/{photo_id}").status_code == 204
    assert inside(service, bert, album_id) == [newer, own], "newest added first; once more moves nothing"
    for _ in range(2):
        assert client.delete(f"{PATH}/{album_id}/photos/{newer}").status_code == 204
    assert inside(service, bert, album_id) == [own]


def test_reorder_holds_and_new_photos_come_first(
    service: PhotosService, anna: Identity, photos: list[str]
) -> None:
    a, b, c, d = photos
    album_id = make(service, anna, a, b, c)
    client = service.client(anna)
    assert client.patch(f"{PATH}/{album_id}/photos", json={"ids": [c, a]}).status_code == 204
    assert inside(service, anna, album_id) == [c, a, b]
    client.put(f"{PATH}/{album_id}/photos/{d}")
    assert inside(service, anna, album_id) == [d, c, a, b]
    for wrong in ([a, a], [new_id()], ["x"], []):
        answer = client.patch(f"{PATH}/{album_id}/photos", json={"ids": wrong})
        assert problem(answer) == (422, "validation_failed")
    assert inside(service, anna, album_id) == [d, c, a, b]


def test_album_accepts_the_list_filters(
    service: PhotosService, anna: Identity, bert: Identity, photos: list[str]
) -> None:
    public, unlisted, private, pending = photos
    album_id = make(service, anna, *photos, visibility="public")
    assert inside(service, anna, album_id, tag="sky") == [public, unlisted, private]
    assert inside(service, anna, album_id, tag="lake") == []
    assert inside(service, anna, album_id, q="sky is:private") == [private]
    assert inside(service, bert, album_id, q="sky -clouds") == [public, unlisted]
    assert inside(service, anna, album_id, status="pending") == [pending]
    assert inside(service, bert, album_id, status="tagged") == []
    assert inside(service, bert, album_id, user="anna") == [public, unlisted]
    assert inside(service, bert, album_id, user="bert") == []
    for album in ("x", new_id()):
        assert problem(service.client(anna).get("/api/v1/photos", params={"album": album})) == NOT_THERE


def test_album_list_holds_own_or_public_albums(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    made = []
    for visibility in ("private", "unlisted", "public"):
        service.clock.forward(seconds=1)
        made.append(make(service, anna, visibility=visibility))
    private, unlisted, public = made

    def listed(caller: Identity, **query: Any) -> list[str]:
        answer = service.client(caller).get(PATH, params=query)
        assert answer.status_code == 200, answer.text
        return [album["id"] for album in answer.json()["items"]]

    assert listed(anna) == listed(anna, user="Anna") == [public, unlisted, private]
    assert listed(bert) == []
    assert listed(bert, user="anna") == listed(ANONYMOUS, user="anna") == [public]
    assert listed(bert, user="nobody") == []
    assert problem(service.client().get(PATH)) == SIGN_IN
    page = service.client(anna).get(PATH, params={"limit": 2}).json()
    assert [album["id"] for album in page["items"]] == [public, unlisted]
    assert listed(anna, limit=2, cursor=page["next_cursor"]) == [private]
    assert problem(service.client(anna).get(PATH, params={"cursor": "x"})) == (400, "bad_cursor")


def test_deleting_an_album_keeps_its_photos(
    service: PhotosService, anna: Identity, photos: list[str]
) -> None:
    album_id = make(service, anna, *photos)
    client = service.client(anna)
    assert client.delete(f"{PATH}/{album_id}").status_code == 204
    assert problem(client.delete(f"{PATH}/{album_id}")) == NOT_THERE
    assert service.get(anna, photos[0])["id"] == photos[0]


def test_album_limits(
    service: PhotosService, anna: Identity, photos: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    album_id = make(service, anna, *photos[:2])
    monkeypatch.setattr(albums, "MAX_PHOTOS", 2)
    monkeypatch.setattr(albums, "MAX_ALBUMS", 1)
    client = service.client(anna)
    assert problem(client.put(f"{PATH}/{album_id}/photos/{photos[2]}")) == (409, "album_full")
    assert inside(service, anna, album_id) == photos[:2]
    assert problem(client.post(PATH, json={"title": "x"})) == (409, "too_many_albums")
