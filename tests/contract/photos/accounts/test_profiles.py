"""The own profile, its changes, password changes, and the public profile."""

from typing import Any

import httpx
import pytest
from tests.support.photos.service import PASSWORD, PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, Identity

ME = "/api/v1/me"
NEW_PASSWORD = "another walk, another lake"


def change(service: PhotosService, caller: Identity, **fields: Any) -> httpx.Response:
    return service.client(caller).patch(ME, json=fields)


def key_of(caller: Identity, *scopes: str) -> Identity:
    """The same person, by an API key."""
    return Identity.model_validate(caller.model_dump() | {"session_id": None, "scopes": scopes})


def sign_in(service: PhotosService, name: str, password: str = PASSWORD) -> httpx.Response:
    return service.client().post("/api/v1/auth/login", json={"login": name, "password": password})


def resolve(service: PhotosService, token: str) -> httpx.Response:
    return service.client().post("/internal/v1/identity", json={"token": token})


def test_given_fields_change_and_others_stay(service: PhotosService, bert: Identity) -> None:
    before = service.client(bert).get(ME).json()
    fields = {
        "username": "Bertram",
        "email": "b@example.org",
        "display_name": "Bertram B.",
        "default_visibility": "unlisted",
        "allow_downloads": True,
    }
    answer = change(service, bert, **fields)
    assert answer.status_code == 200
    assert answer.json() == before | fields
    assert service.client(bert).get(ME).json() == before | fields
    assert change(service, bert, bio="Lakes.", email=None).json() == before | fields | {"bio": "Lakes."}
    assert sign_in(service, "BERTRAM").status_code == 200
    assert problem(sign_in(service, "bert")) == (401, "bad_credentials")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"username": "ANNA"}, (409, "username_taken")),
        ({"email": "Anna@Example.org"}, (409, "email_taken")),
        ({"username": "x"}, (422, "validation_failed")),
        ({"email": "nowhere"}, (422, "validation_failed")),
        ({"display_name": " "}, (422, "validation_failed")),
        ({"default_visibility": "secret"}, (422, "validation_failed")),
        ({"role": "admin"}, (422, "validation_failed")),
        ({"bytes_quota": 2**50}, (422, "validation_failed")),
    ],
)
def test_rejected_changes_change_nothing(
    service: PhotosService, bert: Identity, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    before = service.client(bert).get(ME).json()
    assert problem(change(service, bert, **fields, bio="changed")) == expected
    assert service.client(bert).get(ME).json() == before


def test_own_name_may_change_its_case(service: PhotosService, bert: Identity) -> None:
    assert change(service, bert, username="BERT", email="BERT@example.org").json()["username"] == "BERT"


def test_changing_a_profile_needs_the_scope_to_write(service: PhotosService, bert: Identity) -> None:
    assert problem(change(service, ANONYMOUS, bio="x")) == (401, "authentication_required")
    assert problem(change(service, key_of(bert, "read"), bio="x")) == (403, "missing_scope")
    assert change(service, key_of(bert, "write"), bio="x").status_code == 200


def test_avatar_must_be_an_own_visible_photo(service: PhotosService, anna: Identity, bert: Identity) -> None:
    good = service.publish(bert, make_jpeg(64, 48, 1), {"visibility": "unlisted"})
    private = service.publish(bert, make_jpeg(64, 48, 2), {"visibility": "private"})
    foreign = service.publish(anna, make_jpeg(64, 48, 3))
    pending = service.post(bert, make_jpeg(64, 48, 4))["id"]
    trashed = service.publish(bert, make_jpeg(64, 48, 5))
    service.client(bert).delete(f"/api/v1/photos/{trashed}")
    for refused in (private, foreign, pending, trashed, "no id", "\0"):
        answer = change(service, bert, avatar_photo_id=refused)
        assert problem(answer) == (422, "validation_failed")
        assert answer.json()["errors"][0]["field"] == "avatar_photo_id"
    url = change(service, bert, avatar_photo_id=good.upper()).json()["avatar_url"]
    assert service.client(anna).get(url).status_code == 200
    assert service.client().get("/api/v1/users/bert").json()["avatar_url"] == url
    assert change(service, bert, bio="stays").json()["avatar_url"] == url
    assert change(service, bert, avatar_photo_id=None).json()["avatar_url"] is None


@pytest.mark.parametrize("how", ["private", "bulk private", "trash", "bulk trash", "permanent", "reported"])
def test_avatar_is_cleared_when_its_photo_is_hidden(
    service: PhotosService, anna: Identity, bert: Identity, how: str
) -> None:
    photo, other = (service.publish(bert, make_jpeg(64, 48, shift)) for shift in (1, 2))
    assert change(service, bert, avatar_photo_id=photo).json()["avatar_url"] is not None
    client = service.client(bert)

    def hide(photo_id: str) -> httpx.Response:
        path = f"/api/v1/photos/{photo_id}"
        if how == "reported":
            service.client(anna).post(f"{path}/report", json={"reason": "spam"})
            report = service.client(anna).get("/api/v1/admin/reports").json()["items"][0]["id"]
            answer = {"action": "hide_photo"}
            return service.client(anna).post(f"/api/v1/admin/reports/{report}/resolve", json=answer)
        if how.startswith("bulk"):
            action = (
                {"action": "set_visibility", "value": "private"} if "private" in how else {"action": "delete"}
            )
            return client.post("/api/v1/photos/bulk", json={"ids": [photo_id], **action})
        if how == "private":
            return client.patch(path, json={"visibility": "private"})
        return client.delete(path, params={"permanent": how == "permanent"})

    assert hide(other).is_success
    assert client.get(ME).json()["avatar_url"] is not None
    assert hide(photo).is_success
    assert client.get(ME).json()["avatar_url"] is None


def test_bytes_used_include_the_trash(service: PhotosService, anna: Identity, bert: Identity) -> None:
    kept, trashed = make_jpeg(64, 48, 1), make_jpeg(64, 48, 2)
    service.post(bert, kept)
    photo = service.post(bert, trashed)["id"]
    service.client(bert).delete(f"/api/v1/photos/{photo}")
    mine = service.client(bert).get(ME).json()
    assert (mine["bytes_used"], mine["bytes_quota"]) == (len(kept) + len(trashed), 20 * 1024**3)
    assert mine["counts"]["photos"] == 1
    service.client(anna).patch("/api/v1/admin/users/bert", json={"bytes_quota": 0})
    assert service.client(bert).get(ME).json()["bytes_quota"] == 0


def test_profile_counts_public_photos(service: PhotosService, anna: Identity, bert: Identity) -> None:
    shown = service.publish(bert, make_jpeg(64, 48, 1))
    service.publish(bert, make_jpeg(64, 48, 2), {"visibility": "private"})
    service.post(bert, make_jpeg(64, 48, 3))
    assert anna.user_id is not None
    assert bert.user_id is not None
    with service.services.database.write() as uow:
        uow.social.like(anna.user_id, shown, service.clock())
        uow.social.follow(anna.user_id, bert.user_id, service.clock())
    page = service.client(anna).get("/api/v1/users/BERT").json()
    assert page["counts"] == {"photos": 1, "followers": 1, "following": 0, "likes": 1}
    assert (page["username"], page["followed"], page["follows_you"], page["blocked"]) == (
        "bert",
        True,
        False,
        False,
    )
    assert "email" not in page
    seen_by_bert = service.client(bert).get("/api/v1/users/anna").json()
    assert (seen_by_bert["followed"], seen_by_bert["follows_you"]) == (False, True)
    seen_by_nobody = service.client().get("/api/v1/users/bert").json()
    assert (seen_by_nobody["followed"], seen_by_nobody["follows_you"]) == (False, False)
    assert service.client(bert).get(ME).json()["counts"] == {
        "photos": 3,
        "followers": 1,
        "following": 0,
        "likes": 1,
    }


def test_profile_shows_the_block_to_the_blocker(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    assert anna.user_id is not None
    assert bert.user_id is not None
    with service.services.database.write() as uow:
        uow.social.block(anna.user_id, bert.user_id, service.clock())
    assert service.client(anna).get("/api/v1/users/bert").json()["blocked"] is True
    assert service.client(bert).get("/api/v1/users/anna").json()["blocked"] is False


def test_unknown_and_suspended_profiles_are_404(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    assert problem(service.client().get("/api/v1/users/nobody")) == (404, "not_found")
    service.client(anna).patch("/api/v1/admin/users/bert", json={"suspended": True})
    assert problem(service.client(anna).get("/api/v1/users/bert")) == (404, "not_found")


def test_password_change_ends_other_sessions_but_not_keys(service: PhotosService, bert: Identity) -> None:
    other = sign_in(service, "bert").json()["access_token"]
    this = sign_in(service, "bert").json()["access_token"]
    caller = Identity.model_validate(resolve(service, this).json())
    key = (
        service.client(caller).post(f"{ME}/api-keys", json={"name": "cli", "scopes": ["read"]}).json()["key"]
    )
    asked = {"current": PASSWORD, "new": NEW_PASSWORD}
    assert service.client(caller).post(f"{ME}/password", json=asked).status_code == 204
    assert problem(resolve(service, other)) == (401, "authentication_required")
    assert resolve(service, this).status_code == 200
    assert resolve(service, key).status_code == 200
    assert problem(sign_in(service, "bert")) == (401, "bad_credentials")
    assert sign_in(service, "bert", NEW_PASSWORD).status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "expected"),
    [
        ("a wrong password", NEW_PASSWORD, (422, "incorrect_password")),
        (PASSWORD, "short", (422, "weak_password")),
        (PASSWORD, "1q2w3e4r5t", (422, "weak_password")),
    ],
)
def test_rejected_password_change_changes_nothing(
    service: PhotosService, bert: Identity, current: str, new: str, expected: tuple[int, str]
) -> None:
    other = sign_in(service, "bert").json()["access_token"]
    answer = service.client(bert).post(f"{ME}/password", json={"current": current, "new": new})
    assert problem(answer) == expected
    assert resolve(service, other).status_code == 200
    assert sign_in(service, "bert").status_code == 200
