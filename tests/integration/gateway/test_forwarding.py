"""Forwarding to photos and back, over real sockets."""

import asyncio
import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from tests.support.gateway.fake_photos import KEY, TOKEN, FakePhotos
from tests.support.gateway.gateways import bearer
from tests.support.gateway.serving import serving, serving_gateway
from tests.support.patience import WAIT_S
from tests.support.ports import free_port
from tests.support.problems import problem
from tests.support.waiting import wait_until

from gateway.limits.body_limits import MULTIPART_ALLOWANCE
from vignette_shared.contracts.identity import IDENTITY_HEADER, Identity, sign_identity
from vignette_shared.settings import LimitSettings

pytestmark = pytest.mark.integration

LIMITS = LimitSettings(upload_bytes=300_000, body_bytes=2_000)
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
FILE = "/api/v1/photos/some/file"


@pytest.fixture
def photos() -> FakePhotos:
    return FakePhotos()


@pytest.fixture
def client(photos: FakePhotos) -> Iterator[httpx.Client]:
    with serving_gateway(photos, limits=LIMITS) as url, httpx.Client(base_url=url) as client:
        yield client


def chunks(size: int) -> Iterator[bytes]:
    for begin in range(0, size, 10_000):
        yield b"x" * min(10_000, size - begin)


def raw(client: httpx.Client, request: bytes) -> bytes:
    """Send bytes as they are and return all that comes back; the request must ask to close."""
    where = urlsplit(str(client.base_url))
    with socket.create_connection((where.hostname, where.port), timeout=WAIT_S) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


# --- what arrives at photos -----------------------------------------------------------------------


@pytest.mark.parametrize("announced", [True, False])
def test_upload_arrives_byte_for_byte(client: httpx.Client, photos: FakePhotos, *, announced: bool) -> None:
    body = b"".join(chunks(250_000))
    answer = client.post("/api/v1/photos", content=body if announced else chunks(250_000), headers=bearer())
    assert answer.status_code == 201
    assert answer.headers["location"].startswith("/api/v1/photos/")
    assert photos.seen[0].sha256 == hashlib.sha256(body).hexdigest()
    assert ("content-length" in photos.seen[0].headers) == announced


def test_path_and_query_keep_their_encoding(client: httpx.Client, photos: FakePhotos) -> None:
    client.get("/api/v1/photos/%C3%A4%20b?size=thumb&tag=a%26b&tag=%20c")
    client.get("/api/v1/photos?tag=a%26b&tag=%20c")
    assert photos.seen[0].path == "/api/v1/photos/%C3%A4%20b"
    assert photos.seen[0].query == "size=thumb&tag=a%26b&tag=%20c"
    assert photos.seen[1].query == "tag=a%26b&tag=%20c"


@pytest.mark.parametrize(
    "path", ["/api/v1/photos/..", "/api/v1/photos/../../internal/v1/identity", "/api/v1/photos/."]
)
def test_dot_segments_are_refused(client: httpx.Client, photos: FakePhotos, path: str) -> None:
    answer = raw(client, f"GET /api/v1{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 404")
    assert photos.seen == []


def test_internal_route_is_not_reachable(client: httpx.Client) -> None:
    answer = client.post("/internal/v1/identity", json={"token": TOKEN})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "name", [IDENTITY_HEADER, IDENTITY_HEADER.lower(), IDENTITY_HEADER.replace("-", "_")]
)
def test_client_cannot_send_an_identity(client: httpx.Client, photos: FakePhotos, name: str) -> None:
    admin = Identity(user_id="1", username="root", role="admin", scopes=("read", "write", "admin"))
    client.get("/api/v1/photos", headers={name: sign_identity(admin, KEY)})
    assert photos.seen[0].identity.user_id is None
    assert [key for key in photos.seen[0].headers if key.replace("_", "-") == IDENTITY_HEADER.lower()] == [
        IDENTITY_HEADER.lower()
    ]


def test_credentials_and_hop_by_hop_headers_are_not_forwarded(
    client: httpx.Client, photos: FakePhotos
) -> None:
    headers = {
        **bearer(),
        "Cookie": "session=other",
        "Connection": "keep-alive, X-Hop",
        "X-Hop": "1",
        "TE": "trailers",
        "X-Content-SHA256": "ab",
        "If-None-Match": '"tag"',
    }
    client.get("/api/v1/photos", headers=headers)
    arrived = photos.seen[0].headers
    assert not {"authorization", "cookie", "x-hop", "te"} & set(arrived)
    assert (arrived["x-content-sha256"], arrived["if-none-match"]) == ("ab", '"tag"')


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("path", ["/api/v1/photos", "/api/v1/predict"])
def test_upload_over_the_limit_returns_413(
    client: httpx.Client, photos: FakePhotos, path: str, *, announced: bool
) -> None:
    form = PART + b"x" * (LIMITS.upload_bytes + MULTIPART_ALLOWANCE)
    body = form if announced else iter([form[:100_000], form[100_000:]])
    headers = {**bearer(), "Content-Type": "multipart/form-data; boundary=b"}
    answer = client.post(path, content=body, headers=headers)
    assert problem(answer) == (413, "too_large")
    assert "KiB" in answer.json()["detail"]
    assert photos.seen == []


@pytest.mark.parametrize("announced", [True, False])
def test_other_bodies_have_a_smaller_limit(
    client: httpx.Client, photos: FakePhotos, *, announced: bool
) -> None:
    body = json.dumps({"login": "anna", "password": "p" * 3000}).encode()
    headers = {"Content-Type": "application/json"}
    answer = client.post("/api/v1/auth/login", content=body if announced else iter([body]), headers=headers)
    assert problem(answer) == (413, "too_large")
    assert photos.seen == []


def test_upload_at_the_limit_passes(client: httpx.Client) -> None:
    body = b"x" * (LIMITS.upload_bytes + MULTIPART_ALLOWANCE)
    assert client.post("/api/v1/photos", content=body, headers=bearer()).status_code == 201


def test_anonymous_upload_is_refused_before_it_is_read(client: httpx.Client, photos: FakePhotos) -> None:
    head = b"POST /api/v1/photos HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n"
    assert raw(client, head).startswith(b"HTTP/1.1 401")
    assert photos.seen == []


# --- what comes back ------------------------------------------------------------------------------


@pytest.fixture
def picture(photos: FakePhotos, tmp_path: Path) -> bytes:
    photos.file = tmp_path / "picture.jpg"
    photos.file.write_bytes(bytes(range(256)) * 1000)
    return photos.file.read_bytes()


def test_file_arrives_with_its_headers(client: httpx.Client, picture: bytes) -> None:
    answer = client.get(FILE)
    assert answer.content == picture
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(picture))
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["etag"]
    assert "set-cookie" not in answer.headers
    assert "photos" not in answer.headers.get_list("server")
    assert len(answer.headers.get_list("date")) == 1


def test_ranges_pass_through(client: httpx.Client, picture: bytes) -> None:
    answer = client.get(FILE, headers={"Range": "bytes=1000-1999"})
    assert (answer.status_code, answer.content) == (206, picture[1000:2000])
    assert answer.headers["content-range"] == f"bytes 1000-1999/{len(picture)}"
    beyond = client.get(FILE, headers={"Range": f"bytes={len(picture)}-"})
    assert beyond.status_code == 416


async def not_modified(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", b'"tag"')]})
    await send({"type": "http.response.body"})


def test_not_modified_passes_through() -> None:
    with serving_gateway(not_modified) as url:
        answer = httpx.get(url + FILE, headers={"If-None-Match": '"tag"'})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"tag"')


async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
    """A photos service whose disk is full: it answers without reading the upload."""
    if scope["path"] == "/api/v1/photos":
        body = {"code": "storage_full", "status": 507}
        await JSONResponse(body, 507, media_type="application/problem+json")(scope, receive, send)
    else:
        await FakePhotos()(scope, receive, send)


def test_refusal_during_an_upload_arrives() -> None:
    limits = LimitSettings(upload_bytes=20_000_000)
    with serving_gateway(refusing, limits=limits) as url:
        answer = httpx.post(f"{url}/api/v1/photos", content=chunks(10_000_000), headers=bearer())
        assert problem(answer) == (507, "storage_full")


# --- what breaks ----------------------------------------------------------------------------------


async def dying(scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"content-length", b"1000000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})


def test_truncated_response_is_detected() -> None:
    with serving_gateway(dying) as url, pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url + FILE)


def test_photos_outage_returns_503_with_retry_after() -> None:
    with serving_gateway(f"http://127.0.0.1:{free_port()}") as url:
        for path, headers in (("/api/v1/photos", {}), ("/api/v1/me", bearer())):
            answer = httpx.get(url + path, headers=headers)
            assert problem(answer) == (503, "service_unavailable")
            assert int(answer.headers["retry-after"]) > 0


def test_disconnect_during_upload_reaches_photos(client: httpx.Client, photos: FakePhotos) -> None:
    where = urlsplit(str(client.base_url))
    head = f"POST /api/v1/photos HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += "Content-Length: 100000\r\n\r\n"
    with socket.create_connection((where.hostname, where.port)) as connection:
        connection.sendall(head.encode() + b"x" * 50_000)
    assert photos.disconnected.wait(WAIT_S)
    assert photos.seen == []


def test_disconnect_before_the_response_reaches_photos(client: httpx.Client, photos: FakePhotos) -> None:
    where = urlsplit(str(client.base_url))
    with socket.create_connection((where.hostname, where.port)) as connection:
        connection.sendall(b"GET /api/v1/photos/slow HTTP/1.1\r\nHost: a\r\n\r\n")
        wait_until(lambda: bool(photos.seen), "the request's arrival at photos")
    assert photos.disconnected.wait(WAIT_S)


class EndlessPhotos:
    """Sends a file without end, until the reader leaves."""

    def __init__(self) -> None:
        self.left = threading.Event()

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        leaving = asyncio.ensure_future(receive())
        while not leaving.done():
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            await asyncio.sleep(0)
        self.left.set()


def test_disconnect_during_the_response_reaches_photos() -> None:
    endless = EndlessPhotos()
    with serving_gateway(endless) as url, httpx.stream("GET", url + FILE) as answer:
        assert next(answer.iter_raw())
        answer.close()
        assert endless.left.wait(WAIT_S)


def test_photos_over_a_unix_socket(tmp_path: Path) -> None:
    photos = FakePhotos()
    with serving(photos, uds=str(tmp_path / "photos.sock")) as address, serving_gateway(address) as url:
        assert httpx.get(f"{url}/api/v1/me", headers=bearer()).status_code == 200
    assert photos.seen[0].headers["host"] == "photos"
