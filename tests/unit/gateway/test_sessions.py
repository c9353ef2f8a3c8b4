"""Sign-in: tokens, cookies and origins."""

import httpx
import pytest
from tests.support.gateway.fake_photos import READ_ONLY, TOKEN, FakePhotos
from tests.support.gateway.gateways import bearer, gateway_over

from gateway.sessions import normal_origins
from vignette_shared.contracts.identity import ANONYMOUS

OWN = "http://vignette.test"
COOKIE = {"Cookie": f"session={TOKEN}"}
STALE = {"Cookie": "session=long-gone"}


def code(response: httpx.Response) -> str | None:
    return response.json().get("code") if response.content else None


@pytest.mark.parametrize("headers", [bearer(), COOKIE, {"Authorization": f"bearer {TOKEN}"}])
def test_photos_receives_the_identity(headers: dict[str, str]) -> None:
    photos = FakePhotos()
    assert gateway_over(photos).get("/api/v1/me", headers=headers).status_code == 200
    assert photos.seen[0].identity.username == "anna"


@pytest.mark.parametrize("path", ["/api/v1/photos", "/api/v1/tags", "/api/v1/photos/some"])
@pytest.mark.parametrize("headers", [{}, STALE, {"Cookie": "session="}, {"Cookie": "session=" + "a" * 600}])
def test_anonymous_and_stale_cookie_read_public_data(path: str, headers: dict[str, str]) -> None:
    photos = FakePhotos()
    answer = gateway_over(photos).get(path, headers=headers)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert photos.seen[0].identity == ANONYMOUS


@pytest.mark.parametrize(
    "value", ["Bearer wrong", "Bearer ", "Bearer", "Basic YW5uYTpwdw==", f"Bearer {'a' * 600}"]
)
@pytest.mark.parametrize("path", ["/api/v1/photos", "/api/v1/me"])
def test_invalid_token_returns_401_on_public_data(path: str, value: str) -> None:
    photos = FakePhotos()
    answer = gateway_over(photos).get(path, headers={"Authorization": value, **COOKIE})
    assert (answer.status_code, code(answer)) == (401, "authentication_required")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert photos.seen == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/models"),
        ("GET", "/api/v1/models/v"),
        ("GET", "/api/v1/events"),
        ("POST", "/api/v1/photos"),
        ("POST", "/api/v1/predict"),
        ("POST", "/api/v1/auth/logout"),
        ("DELETE", "/api/v1/photos/some"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {**STALE, "Origin": OWN}])
def test_anonymous_caller_gets_401(method: str, path: str, headers: dict[str, str]) -> None:
    photos = FakePhotos()
    answer = gateway_over(photos).request(method, path, headers=headers)
    assert (answer.status_code, code(answer)) == (401, "authentication_required")
    assert photos.seen == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/api/v1/photos"), ("DELETE", "/api/v1/photos/some")])
def test_read_scope_does_not_allow_writes(method: str, path: str) -> None:
    answer = gateway_over(FakePhotos()).request(method, path, headers=bearer(READ_ONLY))
    assert (answer.status_code, code(answer)) == (403, "missing_scope")


FOREIGN = ["https://evil.test", "null", "https://vignette.test", f"{OWN}:8080", f"{OWN}.evil.test", ""]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/v1/photos"), ("DELETE", "/api/v1/photos/some"), ("POST", "/api/v1/auth/logout")],
)
@pytest.mark.parametrize("origin", [None, *FOREIGN])
def test_cookie_with_foreign_origin_cannot_write(method: str, path: str, origin: str | None) -> None:
    photos = FakePhotos()
    headers = COOKIE if origin is None else {**COOKIE, "Origin": origin}
    answer = gateway_over(photos).request(method, path, headers=headers)
    assert (answer.status_code, code(answer)) == (403, "bad_origin")
    assert photos.seen == []


@pytest.mark.parametrize("origin", [OWN, "HTTP://Vignette.Test"])
def test_cookie_with_own_origin_can_write(origin: str) -> None:
    answer = gateway_over(FakePhotos()).request(
        "DELETE", "/api/v1/photos/some", headers={**COOKIE, "Origin": origin}
    )
    assert answer.status_code == 204


def test_own_origin_is_https_on_https_sites() -> None:
    site = gateway_over(FakePhotos(), secure=True)
    for origin, status in (("https://vignette.test", 204), (OWN, 403)):
        headers = {**COOKIE, "Origin": origin}
        assert site.request("DELETE", "/api/v1/photos/some", headers=headers).status_code == status


def test_configured_origin_can_write() -> None:
    site = gateway_over(FakePhotos(), origins=("https://Photos.example.org/",))
    headers = {**COOKIE, "Origin": "https://photos.example.org"}
    assert site.request("DELETE", "/api/v1/photos/some", headers=headers).status_code == 204


@pytest.mark.parametrize("origin", ["photos.example.org", "ftp://a", "https://a/b", "https://", "*"])
def test_invalid_origin_setting_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="not an origin"):
        normal_origins([origin])


def test_token_needs_no_origin_and_precedes_the_cookie() -> None:
    photos = FakePhotos()
    site = gateway_over(photos)
    headers = {**bearer(), "Cookie": "session=other", "Origin": "https://evil.test"}
    assert site.request("DELETE", "/api/v1/photos/some", headers=headers).status_code == 204
    assert photos.seen[0].identity.username == "anna"


LOGIN = {"login": "anna", "password": "correct horse battery"}
REGISTRATION = {"username": "anna", "email": "anna@example.org", "password": "correct horse battery"}


@pytest.mark.parametrize(("path", "body"), [("login", LOGIN), ("register", REGISTRATION)])
@pytest.mark.parametrize("origin", FOREIGN)
def test_foreign_origin_cannot_sign_in(path: str, body: dict[str, str], origin: str) -> None:
    photos = FakePhotos()
    answer = gateway_over(photos).post(f"/api/v1/auth/{path}", json=body, headers={"Origin": origin})
    assert (answer.status_code, code(answer)) == (403, "bad_origin")
    assert photos.seen == []


@pytest.mark.parametrize("headers", [{}, {"Origin": OWN}, {"Authorization": "Bearer wrong"}])
def test_login_sets_the_cookie(headers: dict[str, str]) -> None:
    answer = gateway_over(FakePhotos()).post("/api/v1/auth/login", json=LOGIN, headers=headers)
    assert answer.json()["access_token"] == TOKEN
    parts = [part.strip() for part in answer.headers["set-cookie"].split(";")]
    assert parts[0] == f"session={TOKEN}"
    assert {part.lower() for part in parts[1:]} == {"httponly", "max-age=3600", "path=/", "samesite=lax"}


def test_cookie_is_secure_on_https() -> None:
    site = gateway_over(FakePhotos(), secure=True)
    answer = site.post("/api/v1/auth/login", json=LOGIN)
    assert "; Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("headers", [bearer(), {**COOKIE, "Origin": OWN}])
def test_logout_ends_the_session_and_clears_the_cookie(headers: dict[str, str]) -> None:
    site = gateway_over(FakePhotos())
    answer = site.post("/api/v1/auth/logout", headers=headers)
    assert answer.status_code == 204
    assert 'session=""' in answer.headers["set-cookie"]
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert site.get("/api/v1/me", headers=bearer()).status_code == 401


def test_logout_with_a_stale_cookie_clears_it() -> None:
    answer = gateway_over(FakePhotos()).post("/api/v1/auth/logout", headers={**STALE, "Origin": OWN})
    assert answer.status_code == 401
    assert "Max-Age=0" in answer.headers["set-cookie"]
