"""Keys for programs: made once, hashed at rest, no stronger than their owner."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.support.ids import UNKNOWN_ID
from tests.support.photos.service import House
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.ids import new_id

KEYS = "/api/v1/me/api-keys"


def make(house: House, caller: Identity, *scopes: str, **fields: Any) -> dict[str, Any]:
    asked = {"name": "laptop", "scopes": scopes or ["read"], **fields}
    answer = house.client(caller).post(KEYS, json=asked)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def resolve(house: House, key: str) -> httpx.Response:
    return house.client().post("/internal/v1/identity", json={"token": key})


def identity(house: House, key: str) -> Identity:
    answer = resolve(house, key)
    assert answer.status_code == 200, answer.text
    return Identity.model_validate(answer.json())


def test_key_is_shown_once_and_not_stored(house: House, bert: Identity) -> None:
    made = make(house, bert, "write", "read", "read")
    assert made["key"].startswith("vgn_")
    assert len(made["key"]) == 47
    assert made["key"].startswith(made["prefix"])
    assert made["scopes"] == ["read", "write"]
    listed = house.client(bert).get(KEYS).json()["items"]
    assert listed == [{name: value for name, value in made.items() if name != "key"}]
    with house.services.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM api_keys").all()
    assert made["key"] not in str(rows)


def test_key_acts_as_its_owner_within_its_scopes(house: House, bert: Identity) -> None:
    who = identity(house, make(house, bert, "read")["key"])
    assert (who.user_id, who.username, who.scopes, who.session_id) == (
        bert.user_id,
        "bert",
        ("read",),
        None,
    )
    assert house.client(who).get("/api/v1/me").status_code == 200
    assert problem(house.client(who).patch("/api/v1/me", json={"bio": "x"})) == (403, "missing_scope")


def test_admin_scope_follows_the_owners_role(house: House, anna: Identity, bert: Identity) -> None:
    assert problem(
        house.client(bert).post(KEYS, json={"name": "n", "scopes": ["read", "admin"]})
    ) == (403, "forbidden")  # fmt: skip
    key = make(house, anna, "admin", "read")["key"]
    assert identity(house, key).is_admin
    house.client(anna).patch("/api/v1/admin/users/bert", json={"role": "admin"})
    house.client(anna).patch("/api/v1/admin/users/anna", json={"role": "user"})
    assert identity(house, key).scopes == ("read",)
    assert problem(house.client(identity(house, key)).get("/api/v1/admin/users")) == (403, "forbidden")


def test_key_ends_by_expiry_or_revocation(house: House, bert: Identity) -> None:
    expires_at = (house.clock() + timedelta(days=1)).isoformat()
    timed, kept = make(house, bert, expires_at=expires_at), make(house, bert)
    house.clock.forward(hours=23)
    assert resolve(house, timed["key"]).status_code == 200
    house.clock.forward(hours=1)
    assert problem(resolve(house, timed["key"])) == (401, "authentication_required")
    assert house.client(bert).delete(f"{KEYS}/{kept['id']}").status_code == 204
    assert problem(resolve(house, kept["key"])) == (401, "authentication_required")
    assert problem(house.client(bert).delete(f"{KEYS}/{kept['id']}")) == (404, "not_found")


def test_unknown_keys_are_unauthenticated(house: House, bert: Identity) -> None:
    for key in ("vgn_", "vgn_" + "x" * 43, make(house, bert)["key"] + "x"):
        assert problem(resolve(house, key)) == (401, "authentication_required")


def test_last_use_is_recorded_once_an_hour(house: House, bert: Identity) -> None:
    key = make(house, bert)["key"]

    def used() -> Any:
        return house.client(bert).get(KEYS).json()["items"][0]["last_used_at"]

    assert used() is None
    seen = []
    for _ in range(4):
        resolve(house, key)
        seen.append(used())
        house.clock.forward(minutes=25)
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
def test_invalid_keys_are_rejected(house: House, bert: Identity, asked: dict[str, Any]) -> None:
    assert problem(house.client(bert).post(KEYS, json=asked)) == (422, "validation_failed")
    assert house.client(bert).get(KEYS).json()["items"] == []


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
def test_credentials_need_a_session(house: House, bert: Identity, method: str, path: str, body: Any) -> None:
    by_key = identity(house, make(house, bert, "read", "write")["key"])
    assert problem(house.client(by_key).request(method, path, json=body)) == (403, "forbidden")
    assert problem(house.client(ANONYMOUS).request(method, path, json=body)) == (
        401,
        "authentication_required",
    )


def test_key_of_another_user_is_not_found(house: House, anna: Identity, bert: Identity) -> None:
    made = make(house, bert)
    for key_id in (made["id"], new_id(), "no-id"):
        assert problem(house.client(anna).delete(f"{KEYS}/{key_id}")) == (404, "not_found")
    assert resolve(house, made["key"]).status_code == 200


def test_keys_are_paged_newest_first(house: House, bert: Identity) -> None:
    names = [f"key {number}" for number in range(5)]
    for name in names:
        make(house, bert, name=name)
    found, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = house.client(bert).get(KEYS, params=query).json()
        found += [key["name"] for key in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == names[::-1]
    assert problem(house.client(bert).get(KEYS, params={"cursor": "rubbish"})) == (400, "bad_cursor")
