"""Share links: what they open, when they expire, and how they are revoked."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.support.photos.service import PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.albums import share_links as sharing
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.contracts.shares import PROOF_HEADER, PROOF_SECONDS_HEADER
from vignette_shared.ids import new_id

NOT_THERE = (404, "not_found")
EXPIRED = (410, "link_expired")
LOCKED = (401, "password_required")
WRONG = (401, "wrong_password")


@pytest.fixture
def photos(service: PhotosService, bert: Identity) -> list[str]:
    """Bert's: public, private, not yet rendered."""
    kinds = ("public", "private")
    tagged = [
        service.publish(bert, make_jpeg(320, 240, seed), {"visibility": kind}, sky=0.9, female=0.8)
        for seed, kind in enumerate(kinds)
    ]
    return [*tagged, service.post(bert, make_jpeg(320, 240, 9))["id"]]


@pytest.fixture
def album(service: PhotosService, bert: Identity, photos: list[str]) -> str:
    """A private album of all three, in that order."""
    client = service.client(bert)
    album_id: str = client.post("/api/v1/albums", json={"title": "Summer"}).json()["id"]
    for photo_id in reversed(photos):
        client.put(f"/api/v1/albums/{album_id}/photos/{photo_id}")
    return album_id


def share(service: PhotosService, owner: Identity, album_id: str, **fields: Any) -> dict[str, Any]:
    answer = service.client(owner).post(f"/api/v1/albums/{album_id}/share-links", json=fields)
    assert answer.status_code == 201, answer.text
    link: dict[str, Any] = answer.json()
    return link


def visit(
    service: PhotosService,
    link: dict[str, Any],
    path: str = "",
    headers: dict[str, str] | None = None,
    **query: Any,
) -> httpx.Response:
    return service.client().get(f"/api/v1/s/{link['token']}{path}", params=query, headers=headers)


def seen(service: PhotosService, link: dict[str, Any]) -> list[dict[str, Any]]:
    answer = visit(service, link, "/photos")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_link_opens_a_private_album(
    service: PhotosService, bert: Identity, album: str, photos: list[str]
) -> None:
    link = share(service, bert, album)
    assert link["url"] == f"/s/{link['token']}"
    assert (link["expires_at"], link["has_password"]) == (None, False)
    shared = visit(service, link).json()
    assert (shared["title"], shared["photo_count"], shared["owner"]["username"]) == ("Summer", 2, "bert")
    assert shared["cover"]["id"] == photos[0]
    items = seen(service, link)
    assert [photo["id"] for photo in items] == photos[:2], "what is not rendered can't be shown"
    assert [tag["label"] for tag in items[1]["tags"]] == ["sky"], "sensitive suggestions stay out"
    page = visit(service, link, "/photos", limit=1).json()
    rest = visit(service, link, "/photos", limit=1, cursor=page["next_cursor"]).json()
    assert [photo["id"] for photo in rest["items"]] == [photos[1]]
    assert problem(visit(service, link, "/photos", cursor="x")) == (400, "bad_cursor")


def test_signed_file_urls_grant_only_shared_files(
    service: PhotosService, bert: Identity, album: str, photos: list[str]
) -> None:
    link = share(service, bert, album)
    private = seen(service, link)[1]
    for size in ("thumb", "preview"):
        answer = service.client().get(private["urls"][size])
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-cache")
    assert private["urls"]["original"] is None
    signature = parse_qs(urlsplit(private["urls"]["thumb"]).query)["share"][0]
    outside = service.publish(bert, make_jpeg(320, 240, 30), {"visibility": "private"}, sky=0.9)
    for photo_id, given in ((outside, signature), (photos[1], "x"), (photos[1], signature[:-2] + "AA")):
        answer = service.client().get(f"/api/v1/photos/{photo_id}/file", params={"share": given})
        assert problem(answer) == NOT_THERE
    original = service.client().get(
        f"/api/v1/photos/{photos[1]}/file", params={"share": signature, "size": "original"}
    )
    assert problem(original) == NOT_THERE, "bert allows no downloads"
    assert service.client().get(f"/api/v1/photos/{photos[1]}").status_code == 404


@pytest.mark.parametrize(
    "end", ["revoked", "expired", "taken out", "trashed", "hidden", "album gone", "aged"]
)
def test_signed_file_urls_end(
    service: PhotosService, bert: Identity, album: str, photos: list[str], end: str
) -> None:
    link = share(service, bert, album, expires_at=(service.clock() + timedelta(hours=3)).isoformat())
    url = seen(service, link)[1]["urls"]["thumb"]
    assert service.client().get(url).status_code == 200
    client = service.client(bert)
    match end:
        case "revoked":
            client.delete(f"/api/v1/albums/{album}/share-links/{link['id']}")
        case "expired":
            service.clock.forward(hours=3)
        case "taken out":
            client.delete(f"/api/v1/albums/{album}/photos/{photos[1]}")
        case "trashed":
            client.delete(f"/api/v1/photos/{photos[1]}")
        case "album gone":
            client.delete(f"/api/v1/albums/{album}")
        case "hidden":
            with service.services.database.write() as uow:
                photo = uow.photos.find(photos[1])
                assert photo is not None
                photo.hidden_at = service.clock()
        case "aged":
            link = share(service, bert, album)
            url = seen(service, link)[1]["urls"]["thumb"]
            service.clock.forward(hours=7)
    assert problem(service.client().get(url)) == NOT_THERE


def test_signed_file_urls_are_constant_within_an_hour(
    service: PhotosService, bert: Identity, album: str
) -> None:
    link = share(service, bert, album)
    first = seen(service, link)[0]["urls"]["thumb"]
    service.clock.forward(minutes=10)
    assert seen(service, link)[0]["urls"]["thumb"] == first
    service.clock.forward(hours=1)
    assert seen(service, link)[0]["urls"]["thumb"] != first


def test_link_ends_by_revocation_or_expiry(service: PhotosService, bert: Identity, album: str) -> None:
    revoked = share(service, bert, album)
    expiring = share(service, bert, album, expires_at=(service.clock() + timedelta(hours=1)).isoformat())
    service.client(bert).delete(f"/api/v1/albums/{album}/share-links/{revoked['id']}")
    for path in ("", "/photos"):
        assert problem(visit(service, revoked, path)) == NOT_THERE
        assert visit(service, expiring, path).status_code == 200
    service.clock.forward(hours=1)
    for path in ("", "/photos"):
        assert problem(visit(service, expiring, path)) == EXPIRED


@pytest.mark.parametrize(
    "token", ["x", "A" * 43, "A" * 5000, "%00", "é", "AZqx8JoAfRGMfmodLDtOX6kq0N3J1b7e4cT2mVwLz0A"]
)
def test_invalid_tokens_are_404(service: PhotosService, token: str) -> None:
    for path in ("", "/photos"):
        assert problem(service.client().get(f"/api/v1/s/{token}{path}")) == NOT_THERE
    answer = service.client().post(f"/api/v1/s/{token}/unlock", json={"password": "x"})
    assert problem(answer) == NOT_THERE


def test_link_of_a_suspended_owner_is_404(service: PhotosService, bert: Identity, album: str) -> None:
    link = share(service, bert, album)
    url = seen(service, link)[1]["urls"]["thumb"]
    with service.services.database.write() as uow:
        user = uow.accounts.user(bert.user_id or "")
        assert user is not None
        user.suspended_at = service.clock()
    assert problem(visit(service, link)) == NOT_THERE
    assert problem(service.client().get(url)) == NOT_THERE


def test_password_is_required_until_proven(service: PhotosService, bert: Identity, album: str) -> None:
    link = share(service, bert, album, password="Zürich am See")
    assert link["has_password"]
    for path in ("", "/photos"):
        assert problem(visit(service, link, path)) == LOCKED
        assert problem(visit(service, link, path, {"X-Share-Password": "wrong"})) == WRONG
        given = {"X-Share-Password": "Zürich am See".encode().decode("latin-1")}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in given.items()]
        answer = service.client().get(f"/api/v1/s/{link['token']}{path}", headers=raw)
        assert answer.status_code == 200

    def unlock(password: str) -> httpx.Response:
        return service.client().post(f"/api/v1/s/{link['token']}/unlock", json={"password": password})

    assert problem(unlock("wrong")) == WRONG
    assert problem(unlock("")) == (422, "validation_failed")
    unlocked = unlock("Zürich am See")
    assert unlocked.status_code == 204
    proof = {PROOF_HEADER: unlocked.headers[PROOF_HEADER]}
    assert visit(service, link, "/photos", proof).status_code == 200
    other = share(service, bert, album, password="Zürich am See")
    assert problem(visit(service, other, "", proof)) == LOCKED, "a proof is of one link"
    service.clock.forward(days=31)
    assert problem(visit(service, link, "", proof)) == LOCKED


def test_proof_ends_with_the_link(service: PhotosService, bert: Identity, album: str) -> None:
    fields = {"password": "x", "expires_at": (service.clock() + timedelta(hours=2)).isoformat()}
    link = share(service, bert, album, **fields)
    unlocked = service.client().post(f"/api/v1/s/{link['token']}/unlock", json={"password": "x"})
    assert unlocked.headers[PROOF_SECONDS_HEADER] == "7200"
    service.clock.forward(hours=2)
    assert problem(visit(service, link, "", {PROOF_HEADER: unlocked.headers[PROOF_HEADER]})) == EXPIRED
    answer = service.client().post(f"/api/v1/s/{link['token']}/unlock", json={"password": "x"})
    assert problem(answer) == EXPIRED
    free = share(service, bert, album)
    answer = service.client().post(f"/api/v1/s/{free['token']}/unlock", json={"password": "x"})
    assert (answer.status_code, PROOF_HEADER in answer.headers) == (204, False)


def test_only_the_owner_manages_links(
    service: PhotosService, anna: Identity, bert: Identity, album: str
) -> None:
    service.client(bert).patch(f"/api/v1/albums/{album}", json={"visibility": "public"})
    service.clock.forward(seconds=1)
    first = share(service, bert, album)
    service.clock.forward(seconds=1)
    second = share(service, bert, album, password="x")
    path = f"/api/v1/albums/{album}/share-links"
    listed = service.client(bert).get(path).json()
    assert listed == {"items": [second, first], "next_cursor": None}
    for caller, refusal in ((anna, (403, "forbidden")), (ANONYMOUS, (401, "authentication_required"))):
        client = service.client(caller)
        assert problem(client.get(path)) == refusal
        assert problem(client.post(path, json={})) == refusal
        assert problem(client.delete(f"{path}/{first['id']}")) == refusal
    client = service.client(bert)
    for link_id in (new_id(), "x"):
        assert problem(client.delete(f"{path}/{link_id}")) == NOT_THERE
    assert client.delete(f"{path}/{first['id']}").status_code == 204
    assert problem(client.delete(f"{path}/{first['id']}")) == NOT_THERE
    assert problem(client.get(f"/api/v1/albums/{new_id()}/share-links")) == NOT_THERE


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"password": ""},
        {"x": 1},
    ],
)
def test_invalid_links_are_rejected(
    service: PhotosService, bert: Identity, album: str, fields: dict[str, Any]
) -> None:
    answer = service.client(bert).post(f"/api/v1/albums/{album}/share-links", json=fields)
    assert problem(answer) == (422, "validation_failed")


def test_links_are_limited(
    service: PhotosService, bert: Identity, album: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MAX_LINKS", 1)
    share(service, bert, album)
    answer = service.client(bert).post(f"/api/v1/albums/{album}/share-links", json={})
    assert problem(answer) == (409, "too_many_links")


def test_token_and_password_are_not_stored(service: PhotosService, bert: Identity, album: str) -> None:
    link = share(service, bert, album, password="by the lake")
    with service.services.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM share_links").all()
    assert link["token"] not in str(rows)
    assert "by the lake" not in str(rows)
    assert "argon2id" in str(rows)
