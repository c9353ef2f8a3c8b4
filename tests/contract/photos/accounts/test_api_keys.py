"""API keys: shown once, stored hashed, and never stronger than their account."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.support.ids import UNKNOWN_ID
from tests.support.photos.service import PhotosService
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.ids import new_id

KEYS = "/api/v1/me/api-keys"


def make(service: PhotosService, caller: Identity, *scopes: str, **fields: Any) -> dict[str, Any]:
    asked = {"name": "laptop", "scopes": scopes or ["read"], **fields}
    answer = service.client(caller).post(KEYS, json=asked)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def resolve(service: PhotosService, key: str) -> httpx.Response:
    return service.client().post("/internal/v1/identity", json={"token": key})


def identity(service: PhotosService, key: str) -> Identity:
    answer = resolve(service, key)
    assert answer.status_code == 200, answer.text
    return Identity.model_validate(answer.json())


def test_key_is_shown_once_and_not_stored(service: PhotosService, bert: Identity) -> None:
    made = make(service, bert, "write", "read", "read")
    assert made["key"].startswith("vgn_")
    assert len(made["key"]) == 47
    assert made["key"].startswith(made["prefix"])
    assert made["scopes"] == ["read", "write"]
    listed = service.client(bert).get(KEYS).json()["items"]
    assert listed == [{name: value for name, value in made.items() if name != "key"}]
    with service.services.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM api_keys").all()
    assert made["key"] not in str(rows)


def test_key_acts_as_its_owner_within_its_scopes(service: PhotosService, bert: Identity) -> None:
    who = identity(service, make(service, bert, "read")["key"])
    assert (who.user_id, who.username, who.scopes, who.session_id) == (
        bert.user_id,
        "bert",
        ("read",),
        None,
    )
    assert service.client(who).get("/api/v1/me").status_code == 200
    assert problem(service.client(who).patch("/api/v1/me", json={"bio": "x"})) == (403, "missing_scope")


def test_admin_scope_follows_the_owners_role(service: PhotosService, anna: Identity, bert: Identity) -> None:
    assert problem(
        service.client(bert).post(KEYS, json={"name": "n", "scopes": ["read", "admin"]})
    ) == (403, "forbidden")  # fmt: skip
    key = make(service, anna, "admin", "read")["key"]
    assert identity(service, key).is_admin
    service.client(anna).patch("/api/v1/admin/users/bert", json={"role": "admin"})
    service.client(anna).patch("/api/v1/admin/users/anna", json={"role": "user"})
    assert identity(service, key).scopes == ("read",)
    assert problem(service.client(identity(service, key)).get("/api/v1/admin/users")) == (403, "forbidden")


def test_key_ends_by_expiry_or_revocation(service: PhotosService, bert: Identity) -> None:
    expires_at = (service.clock() + timedelta(days=1)).isoformat()
    timed, kept = make(service, bert, expires_at=expires_at), make(service, bert)
    service.clock.forward(hours=23)
    assert resolve(service, timed["key"]).status_code == 200
    service.clock.forward(hours=1)
    assert problem(resolve(service, timed["key"])) == (401, "authentication_required")
    assert service.client(bert).delete(f"{KEYS}/{kept['id']}").status_code == 204
    assert problem(resolve(service, kept["key"])) == (401, "authentication_required")
    assert problem(service.client(bert).delete(f"{KEYS}/{kept['id']}")) == (404, "not_found")


def test_unknown_keys_are_unauthenticated(service: PhotosService, bert: Identity) -> None:
    for key in ("vgn_", "vgn_" + "x" * 43, make(service, bert)["key"] + "x"):
        assert problem(resolve(service, key)) == (401, "authentication_required")


def test_last_use_is_recorded_once_an_hour(service: PhotosService, bert: Identity) -> None:
    key = make(service, bert)["key"]

    def used() -> Any:
        return service.client(bert).get(KEYS).json()["items"][0]["last_used_at"]

    assert used() is None
    seen = []
    for _ in range(4):
        resolve(service, key)
        seen.append(used())
        service.clock.forward(minutes=25)
    assert seen[0] == seen[1] == seen[2] != seen[3]


@pytest.mark.parametrize(
    "asked",
    [
        {"name": " ", "scopes": ["read"]},
        {"name": "n", "scopes": []},
        {"name": "n", "scopes": ["everything"]},
        {"name": "n", "scopes": ["read"], "expires_at": "2026-03-01T12:00:00Z"},
        {"name": "n", "scopes": ["read"], "expires_at": "2027-03-01T12:00:00"},
        {"name": "n", "scopes": ["read"], "expires_at": "9999-12-31T23:59:59-23:59"},
        {"name": "n"},
    ],
)
def test_invalid_keys_are_rejected(service: PhotosService, bert: Identity, asked: dict[str, Any]) -> None:
    assert problem(service.client(bert).post(KEYS, json=asked)) == (422, "validation_failed")
    assert service.client(bert).get(KEYS).json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", KEYS, None),
        ("POST", KEYS, {"name": "n", "scopes": ["read"]}),
        ("DELETE", f"{KEYS}/{UNKNOWN_ID}", None),
        ("POST", "/api/v1/me/password", {"current": "x", "new": "y"}),
        ("DELETE", "/api/v1/me", {"password": "x"}),
    ],
)
def test_credentials_need_a_session(
    service: PhotosService, bert: Identity, method: str, path: str, body: Any
) -> None:
    by_key = identity(service, make(service, bert, "read", "write")["key"])
    assert problem(service.client(by_key).request(method, path, json=body)) == (403, "forbidden")
    assert problem(service.client(ANONYMOUS).request(method, path, json=body)) == (
        401,
        "authentication_required",
    )


def test_key_of_another_user_is_not_found(service: PhotosService, anna: Identity, bert: Identity) -> None:
    made = make(service, bert)
    for key_id in (made["id"], new_id(), "no-id"):
        assert problem(service.client(anna).delete(f"{KEYS}/{key_id}")) == (404, "not_found")
    assert resolve(service, made["key"]).status_code == 200


def test_keys_are_paged_newest_first(service: PhotosService, bert: Identity) -> None:
    names = [f"key {number}" for number in range(5)]
    for name in names:
        make(service, bert, name=name)
    found, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = service.client(bert).get(KEYS, params=query).json()
        found += [key["name"] for key in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == names[::-1]
    assert problem(service.client(bert).get(KEYS, params={"cursor": "rubbish"})) == (400, "bad_cursor")
