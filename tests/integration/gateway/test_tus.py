"""Resumable uploads through the gateway: streamed, limited, with tus headers on every response."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from tests.support.gateway.fake_photos import READ_ONLY, TOKEN, FakePhotos
from tests.support.gateway.gateways import bearer
from tests.support.gateway.serving import serving_gateway
from tests.support.problems import problem

from gateway.middleware.tus import VERSION
from vignette_shared.settings import LimitSettings

pytestmark = pytest.mark.integration

UPLOAD = "/api/v1/uploads/019ab1f0-0000-7000-8000-000000000001"
LIMITS = LimitSettings(upload_bytes=300_000, body_bytes=2_000)
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream", "Upload-Offset": "7"}


class TusPhotos(FakePhotos):
    """Answers each request with the method that reached it, and with headers of tus."""

    async def _route(self, request: Request) -> Response:
        headers = {"Upload-Offset": "300", "Photo-Id": "some", "X-Method": request.method}
        return Response(status_code=204, headers=headers)


@pytest.fixture
def photos() -> TusPhotos:
    return TusPhotos()


@pytest.fixture
def client(photos: FakePhotos) -> Iterator[httpx.Client]:
    with serving_gateway(photos, limits=LIMITS) as url, httpx.Client(base_url=url) as client:
        yield client


def chunks(size: int) -> Iterator[bytes]:
    for begin in range(0, size, 10_000):
        yield b"x" * min(10_000, size - begin)


def test_tus_headers_pass_both_ways(client: httpx.Client, photos: FakePhotos) -> None:
    answer = client.patch(UPLOAD, content=chunks(250_000), headers=TUS | bearer())
    assert photos.seen[0].headers["upload-offset"] == "7"
    assert photos.seen[0].headers["content-type"] == TUS["Content-Type"]
    assert photos.seen[0].bytes == 250_000
    assert (answer.headers["upload-offset"], answer.headers["photo-id"]) == ("300", "some")
    assert answer.headers["tus-resumable"] == VERSION


@pytest.mark.parametrize("announced", [True, False])
def test_chunk_is_limited_to_the_size_of_a_file(
    client: httpx.Client, photos: FakePhotos, *, announced: bool
) -> None:
    def patch(size: int) -> httpx.Response:
        body = b"x" * size if announced else chunks(size)
        return client.patch(UPLOAD, content=body, headers=TUS | bearer())

    assert patch(300_000).status_code == 204
    refused = patch(300_001)
    assert problem(refused) == (413, "too_large")
    created = client.post("/api/v1/uploads", content=b"x" * 2_001, headers=bearer())
    assert created.status_code == 413, "only PATCH brings bytes"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("PATCH", {}, 401),
        ("PATCH", bearer(READ_ONLY), 403),
        ("HEAD", {}, 401),
        ("PATCH", {"Cookie": f"session={TOKEN}"}, 403),
        ("PATCH", {"Cookie": f"session={TOKEN}", "Origin": "https://evil.example"}, 403),
        ("PUT", bearer(), 405),
    ],
)
def test_gateway_errors_have_tus_headers(
    client: httpx.Client, photos: FakePhotos, method: str, headers: dict[str, str], status: int
) -> None:
    answer = client.request(method, UPLOAD, headers=headers)
    assert answer.status_code == status
    assert (answer.headers["tus-resumable"], answer.headers["tus-version"]) == (VERSION, VERSION)
    assert photos.seen == []


def test_upload_with_cookie_and_own_origin(client: httpx.Client) -> None:
    own = {"Cookie": f"session={TOKEN}", "Origin": str(client.base_url).rstrip("/")}
    assert client.patch(UPLOAD, content=b"x", headers=TUS | own).status_code == 204


@pytest.mark.parametrize("meant", ["PATCH", "delete", "HEAD"])
def test_post_overrides_blocked_methods(client: httpx.Client, meant: str) -> None:
    answer = client.post(UPLOAD, headers=TUS | bearer() | {"X-HTTP-Method-Override": meant})
    assert answer.headers["x-method"] == meant.upper()


def test_override_is_limited_to_tus_methods_and_paths(client: httpx.Client, photos: FakePhotos) -> None:
    override = {"X-HTTP-Method-Override": "DELETE"}
    assert client.get("/api/v1/photos/some", headers=bearer() | override).headers["x-method"] == "GET"
    assert client.post("/api/v1/photos", headers=bearer() | override).headers["x-method"] == "POST"
    assert client.head(UPLOAD, headers=bearer() | override).headers["x-method"] == "HEAD"
    assert "tus-resumable" not in client.get("/api/v1/photos/some", headers=bearer()).headers
    assert client.post(UPLOAD, headers=bearer() | {"X-HTTP-Method-Override": "GET"}).status_code == 405


def test_anonymous_caller_may_describe_uploads(client: httpx.Client) -> None:
    assert client.options("/api/v1/uploads").status_code == 204
