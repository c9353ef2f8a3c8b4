"""Accounts and moderation on SQLite and Postgres, with concurrent changes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest
from tests.support.photos.service import PASSWORD, PhotosService
from tests.support.pictures import make_jpeg

from photos.models import ApiKeyRow
from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import ServiceUnavailable
from vignette_shared.ids import new_id

pytestmark = pytest.mark.integration

ADMIN = "/api/v1/admin"


@pytest.fixture
def anna(either: PhotosService) -> Identity:
    return either.join("anna")


@pytest.fixture
def bert(either: PhotosService, anna: Identity) -> Identity:
    return either.join("bert")


def at_once(*asks: Callable[[], httpx.Response]) -> list[tuple[int, str | None]]:
    """Ask all at the same moment; return each status and code."""
    start = Barrier(len(asks))

    def ask(one: Callable[[], httpx.Response]) -> tuple[int, str | None]:
        start.wait()
        answer = one()
        return answer.status_code, answer.json().get("code") if answer.content else None

    with ThreadPoolExecutor(len(asks)) as threads:
        return list(threads.map(ask, asks))


def change(service: PhotosService, admin: Identity, username: str, **fields: object) -> httpx.Response:
    return service.client(admin).patch(f"{ADMIN}/users/{username}", json=fields)


def test_suspension_and_reinstatement(either: PhotosService, anna: Identity, bert: Identity) -> None:
    shown, reported = (either.publish(bert, make_jpeg(64, 48, shift), sky=0.9) for shift in (1, 2))
    asked = {"reason": "spam"}
    assert either.client(anna).post(f"/api/v1/photos/{reported}/report", json=asked).status_code == 202
    (report,) = either.client(anna).get(f"{ADMIN}/reports", params={"status": "open"}).json()["items"]
    resolve = f"{ADMIN}/reports/{report['id']}/resolve"
    assert either.client(anna).post(resolve, json={"action": "hide_photo"}).status_code == 200
    assert change(either, anna, "bert", suspended=True).status_code == 200

    def feed() -> list[str]:
        return [photo["id"] for photo in either.client().get("/api/v1/photos").json()["items"]]

    assert feed() == []
    assert either.client().get(f"/api/v1/photos/{shown}").status_code == 404
    assert either.client(anna).get(f"/api/v1/photos/{shown}").status_code == 200
    assert change(either, anna, "bert", suspended=False).status_code == 200
    assert feed() == [shown]
    assert either.client(anna).post(resolve, json={"action": "dismiss"}).status_code == 200
    assert feed() == [reported, shown]
    items = either.client(anna).get(f"{ADMIN}/reports").json()["items"]
    assert [(item["action"], item["resolved_by"]["username"]) for item in items] == [("dismiss", "anna")]


def test_counts_and_storage_use(either: PhotosService, anna: Identity, bert: Identity) -> None:
    photo = either.publish(bert, make_jpeg(64, 48, 1), sky=0.9)
    private = either.publish(bert, make_jpeg(64, 48, 2), {"visibility": "private"})
    for path in ("/api/v1/users/bert/follow", f"/api/v1/photos/{photo}/like"):
        assert either.client(anna).put(path).status_code == 204
    assert either.client(bert).put(f"/api/v1/photos/{private}/like").status_code == 204
    theirs = either.client(anna).get("/api/v1/users/bert").json()["counts"]
    assert theirs == {"photos": 1, "followers": 1, "following": 0, "likes": 1}
    mine = either.client(bert).get("/api/v1/me").json()
    assert mine["counts"] == {"photos": 2, "followers": 1, "following": 0, "likes": 2}
    (account,) = either.client(anna).get(f"{ADMIN}/users", params={"q": "BERT@"}).json()["items"]
    stored = len(make_jpeg(64, 48, 1)) + len(make_jpeg(64, 48, 2))
    assert (account["photos"], account["bytes_used"], mine["bytes_used"]) == (2, stored, stored)
    assert either.client(either.join("cleo")).put("/api/v1/users/bert/follow").status_code == 204
    assert either.client().get("/api/v1/users/bert").json()["counts"]["followers"] == 2
    assert change(either, anna, "cleo", suspended=True).status_code == 200
    assert either.client().get("/api/v1/users/bert").json()["counts"]["followers"] == 1


def test_unstorable_names_are_not_found(either: PhotosService, anna: Identity) -> None:
    client = either.client(anna)
    assert client.get("/api/v1/users/%00").status_code == 404
    assert client.patch(f"{ADMIN}/users/%00", json={"role": "user"}).status_code == 404
    assert client.get(f"{ADMIN}/users", params={"q": "\0"}).json()["items"] == []


def test_api_key_lifecycle(either: PhotosService, anna: Identity) -> None:
    client = either.client(anna)
    made = client.post("/api/v1/me/api-keys", json={"name": "n", "scopes": ["admin", "read"]}).json()
    answer = either.client().post("/internal/v1/identity", json={"token": made["key"]})
    assert answer.json()["scopes"] == ["read", "admin"]
    (listed,) = client.get("/api/v1/me/api-keys").json()["items"]
    assert listed["last_used_at"] is not None
    assert client.delete(f"/api/v1/me/api-keys/{made['id']}").status_code == 204


def test_concurrent_demotions_leave_one_admin(either: PhotosService, anna: Identity, bert: Identity) -> None:
    change(either, anna, "bert", role="admin")
    bert = Identity.model_validate(bert.model_dump() | {"role": "admin", "scopes": anna.scopes})
    outcomes = at_once(
        lambda: change(either, anna, "bert", role="user"), lambda: change(either, bert, "anna", role="user")
    )
    assert sorted(outcomes, key=str) == [(200, None), (409, "last_admin")]


def test_concurrent_renames_give_the_name_once(either: PhotosService, anna: Identity, bert: Identity) -> None:
    outcomes = at_once(
        *(
            lambda caller=caller: either.client(caller).patch("/api/v1/me", json={"username": "Cleo"})
            for caller in (anna, bert)
        )
    )
    assert sorted(outcomes, key=str) == [(200, None), (409, "username_taken")]


def test_concurrent_password_changes_apply_once(
    either: PhotosService, anna: Identity, bert: Identity
) -> None:
    asked = [{"current": PASSWORD, "new": f"{PASSWORD}, number {number}"} for number in range(2)]
    outcomes = at_once(
        *(lambda body=body: either.client(bert).post("/api/v1/me/password", json=body) for body in asked)
    )
    assert sorted(outcomes, key=str) == [(204, None), (422, "incorrect_password")]


def test_concurrent_deletions_delete_once(either: PhotosService, anna: Identity, bert: Identity) -> None:
    either.publish(bert, make_jpeg(64, 48))
    body = {"password": PASSWORD}
    outcomes = at_once(
        *(lambda: either.client(bert).request("DELETE", "/api/v1/me", json=body) for _ in range(2))
    )
    assert sorted(outcomes, key=str) == [(204, None), (422, "incorrect_password")]
    assert either.client().get("/api/v1/users/bert").status_code == 404


def test_concurrent_deletions_with_mutual_likes(either: PhotosService, anna: Identity) -> None:
    people = [either.join(name) for name in ("bert", "cleo", "dora", "emil")]
    photos = [either.publish(anna, make_jpeg(64, 48, shift), sky=0.9) for shift in range(3)]

    def like_and_leave(caller: Identity) -> httpx.Response:
        client = either.client(caller)
        for photo_id in photos if caller.username in ("bert", "dora") else reversed(photos):
            client.put(f"/api/v1/photos/{photo_id}/like")
            client.post(f"/api/v1/photos/{photo_id}/comments", json={"text": "nice"})
        return client.request("DELETE", "/api/v1/me", json={"password": PASSWORD})

    outcomes = at_once(*(lambda caller=caller: like_and_leave(caller) for caller in people))
    assert outcomes == [(204, None)] * 4
    for photo_id in photos:
        photo = either.get(anna, photo_id)
        assert (photo["like_count"], photo["comment_count"]) == (0, 0)


def test_failed_statement_logs_no_values(either: PhotosService, anna: Identity) -> None:
    nobody, now = new_id(), either.clock()
    key = ApiKeyRow(
        id=new_id(), user_id=nobody, name="n", key_hash="a hash", prefix="vgn_", scopes=[], created_at=now
    )
    with pytest.raises(ServiceUnavailable) as refused, either.services.database.write() as uow:
        uow.api_keys.add(key)
    message = str(refused.value.__cause__)
    assert "INSERT INTO api_keys" in message
    assert "a hash" not in message
