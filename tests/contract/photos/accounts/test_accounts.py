"""Registration, sign-in, sign-out, and which callers the service accepts."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.support.photos.service import KEY, PASSWORD, PhotosService
from tests.support.problems import problem

from vignette_shared.contracts.identity import ANONYMOUS, IDENTITY_HEADER, Identity, sign_identity

ANNA = {"username": "Anna", "email": "anna@example.org", "password": PASSWORD}


def log_in(service: PhotosService, login: str = "anna", password: str = PASSWORD) -> httpx.Response:
    return service.client().post("/api/v1/auth/login", json={"login": login, "password": password})


def resolve(service: PhotosService, token: str) -> httpx.Response:
    return service.client().post("/internal/v1/identity", json={"token": token})


def test_first_user_becomes_admin(service: PhotosService) -> None:
    first = service.client().post("/api/v1/auth/register", json=ANNA)
    second = service.client().post(
        "/api/v1/auth/register", json=ANNA | {"username": "bert", "email": "bert@example.org"}
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == {
        "username": "Anna",
        "display_name": "Anna",
        "avatar_url": None,
        "email": "anna@example.org",
        "bio": "",
        "role": "admin",
        "counts": {"photos": 0, "followers": 0, "following": 0, "likes": 0},
        "default_visibility": "public",
        "allow_downloads": False,
        "bytes_used": 0,
        "bytes_quota": 20 * 1024**3,
    }
    assert second.json()["role"] == "user"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"username": "aNNA", "email": "other@example.org"}, (409, "username_taken")),
        ({"username": "other", "email": "ANNA@Example.org"}, (409, "email_taken")),
        ({"username": "other", "email": "o@example.org", "password": "short"}, (422, "weak_password")),
        ({"username": "other", "email": "o@example.org", "password": "1q2w3e4r5t"}, (422, "weak_password")),
        ({"username": "no", "email": "o@example.org"}, (422, "validation_failed")),
        ({"username": "with space", "email": "o@example.org"}, (422, "validation_failed")),
        ({"username": "other", "email": "no address"}, (422, "validation_failed")),
    ],
)
def test_invalid_registrations_are_rejected(
    service: PhotosService, changed: dict[str, str], expected: tuple[int, str]
) -> None:
    service.client().post("/api/v1/auth/register", json=ANNA)
    assert problem(service.client().post("/api/v1/auth/register", json=ANNA | changed)) == expected


@pytest.mark.parametrize("login", ["anna", "ANNA", "anna@example.org", " Anna@Example.ORG "])
def test_login_by_name_or_email_returns_a_valid_token(service: PhotosService, login: str) -> None:
    service.client().post("/api/v1/auth/register", json=ANNA)
    answer = log_in(service, login)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", 30 * 24 * 3600)
    who = resolve(service, body["access_token"])
    assert who.status_code == 200
    identity = Identity.model_validate(who.json())
    assert (identity.username, identity.role, identity.scopes) == (
        "Anna",
        "admin",
        ("read", "write", "admin"),
    )


def test_token_is_not_stored(service: PhotosService, anna: Identity) -> None:
    token = log_in(service).json()["access_token"]
    with service.services.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sessions").all()
    assert len(rows) == 2
    assert token not in str(rows)


def test_wrong_password_and_unknown_user_are_indistinguishable(
    service: PhotosService, anna: Identity
) -> None:
    wrong, unknown = log_in(service, "anna", "wrong password"), log_in(service, "nobody", "wrong password")
    assert problem(wrong) == problem(unknown) == (401, "bad_credentials")
    assert wrong.json()["detail"] == unknown.json()["detail"]


def test_logout_ends_only_this_session(service: PhotosService, anna: Identity) -> None:
    one, other = (log_in(service).json()["access_token"] for _ in range(2))
    caller = Identity.model_validate(resolve(service, one).json())
    assert service.client(caller).post("/api/v1/auth/logout").status_code == 204
    assert problem(resolve(service, one)) == (401, "authentication_required")
    assert resolve(service, other).status_code == 200
    assert problem(service.client().post("/api/v1/auth/logout")) == (401, "authentication_required")


def test_used_session_is_extended_and_unused_one_expires(service: PhotosService, anna: Identity) -> None:
    used, unused = (log_in(service).json()["access_token"] for _ in range(2))
    for _ in range(3):
        service.clock.forward(days=20)
        assert resolve(service, used).status_code == 200
    assert problem(resolve(service, unused)) == (401, "authentication_required")


def test_me_returns_the_caller(service: PhotosService, anna: Identity, bert: Identity) -> None:
    assert service.client(bert).get("/api/v1/me").json()["username"] == "bert"
    assert problem(service.client().get("/api/v1/me")) == (401, "authentication_required")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "nonsense",
        sign_identity(ANONYMOUS, "x" * 64),
        sign_identity(ANONYMOUS, KEY, now=datetime.now(UTC) - timedelta(minutes=2)),
    ],
    ids=["absent", "nonsense", "forged", "old"],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/photos"),
        ("POST", "/api/v1/photos"),
        ("GET", "/api/v1/me"),
        ("POST", "/api/v1/auth/logout"),
        ("GET", "/api/v1/tags"),
        ("GET", "/api/v1/models"),
        ("GET", "/api/v1/photos/019ab1f0-0000-7000-8000-000000000001/file"),
    ],
)
def test_unsigned_requests_are_rejected(
    service: PhotosService, header: str | None, method: str, path: str
) -> None:
    client = service.client()
    del client.headers[IDENTITY_HEADER]
    headers = {IDENTITY_HEADER: header} if header else {}
    assert problem(client.request(method, path, headers=headers)) == (401, "authentication_required")


def test_unknown_token_is_unauthenticated(service: PhotosService, anna: Identity) -> None:
    assert problem(resolve(service, "unknown")) == (401, "authentication_required")
    assert problem(resolve(service, "")) == (422, "validation_failed")
