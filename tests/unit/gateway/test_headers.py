"""Security headers and request ids of every response."""

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from tests.support.gateway.fake_photos import FakePhotos
from tests.support.gateway.gateways import gateway_over
from tests.support.problems import problem

WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/readyz", 503),
        ("/", 404),
        ("/api/v1/photos", 200),
        ("/api/v1/me", 401),
        ("/api/v1/none", 404),
        ("/api/v1/openapi.json", 200),
        ("/api/docs", 200),
        ("/api/docs/static/swagger-ui.css", 200),
        ("/api/docs/static/start.js", 200),
    ],
)
def test_every_response_has_security_headers_and_a_request_id(path: str, status: int) -> None:
    answer = gateway_over(FakePhotos()).get(path)
    assert answer.status_code == status
    assert WANTED.items() <= dict(answer.headers).items()
    assert "permissions-policy" in answer.headers
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"]


def test_api_responses_are_sandboxed_and_not_stored() -> None:
    answer = gateway_over(FakePhotos()).get("/api/v1/photos")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert answer.headers["cache-control"] == "no-store"


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("a bug")


def test_unhandled_error_has_security_headers() -> None:
    answer = gateway_over(broken).get("/api/v1/photos")
    assert problem(answer) == (500, "internal_error")
    assert WANTED.items() <= dict(answer.headers).items()
    assert "a bug" not in answer.text


def test_docs_load_from_this_host_only() -> None:
    site = gateway_over(FakePhotos())
    page = site.get("/api/docs")
    assert "//" not in page.text.replace("</", "")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png", "start.js"):
        assert site.get(f"/api/docs/static/{asset}").status_code == 200


@pytest.mark.parametrize("name", ["redoc.standalone.js", "..%2f__init__.py", "%2e%2e%2fcore.py", "none.js"])
def test_docs_serve_only_their_assets(name: str) -> None:
    assert gateway_over(FakePhotos()).get(f"/api/docs/static/{name}").status_code == 404


def test_valid_request_id_is_kept_and_malformed_one_replaced() -> None:
    photos = FakePhotos()
    site = gateway_over(photos)
    assert (
        site.get("/api/v1/photos", headers={"X-Request-ID": "abcdef-12345"}).headers["x-request-id"]
        == "abcdef-12345"
    )
    assert photos.seen[0].headers["x-request-id"] == "abcdef-12345"
    answer = site.get("/api/v1/photos", headers={"X-Request-ID": "short\t"})
    assert len(answer.headers["x-request-id"]) == 36
    assert photos.seen[1].headers["x-request-id"] == answer.headers["x-request-id"]


async def photos_with_its_own_policy(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("", headers={"Referrer-Policy": "no-referrer"})(scope, receive, send)


def test_headers_set_by_photos_are_not_duplicated() -> None:
    answer: httpx.Response = gateway_over(photos_with_its_own_policy).get("/api/v1/photos")
    assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
