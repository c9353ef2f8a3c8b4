"""Clients that hold a connection by being slow, over real sockets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import httpx
import pytest
from tests.support.gateway.fake_photos import TOKEN, FakePhotos
from tests.support.gateway.serving import serving_gateway
from tests.support.waiting import wait_until

from vignette_shared.settings import LimitSettings

pytestmark = pytest.mark.integration

PATIENCE_S = 0.3
LIMITS = LimitSettings(header_timeout_s=PATIENCE_S, body_idle_s=PATIENCE_S, body_bytes_per_s=10_000)
LONG_S = 8.0
"""seconds after which a test gives up; far beyond any patience above"""


@pytest.fixture
def photos() -> FakePhotos:
    return FakePhotos()


@pytest.fixture
def url(photos: FakePhotos) -> Iterator[str]:
    with serving_gateway(photos, limits=LIMITS) as url:
        yield url


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    where = urlsplit(url)
    with socket.create_connection((where.hostname, where.port), timeout=LONG_S) as connection:
        yield connection


def upload_head(length: int = 100_000) -> bytes:
    return (
        f"POST /api/v1/photos HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def everything(connection: socket.socket) -> bytes:
    """Return what comes until the other side closes; a reset is a close too."""
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def test_a_connection_that_says_nothing_is_closed(url: str) -> None:
    with connected(url) as connection:
        assert everything(connection) == b""


def test_a_head_that_stops_is_given_up(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        assert everything(connection).startswith(b"HTTP/1.1 408 ")


def test_a_head_that_trickles_is_given_up(url: str) -> None:
    with connected(url) as connection:
        connection.settimeout(PATIENCE_S / 10)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n")
        began, answer = monotonic(), b""
        while not answer and monotonic() - began < LONG_S:
            connection.sendall(b"X-A: b\r\n")
            try:
                answer = connection.recv(1000)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408 ")


def test_the_second_head_on_a_connection_has_the_same_time(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"\r\n")
        assert b"200" not in everything(connection)


def test_a_head_without_end_is_too_large(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n" + b"X-A: " + b"a" * 100_000)
        assert everything(connection).startswith(b"HTTP/1.1 431 ")


def test_a_large_body_is_no_large_head(url: str, photos: FakePhotos) -> None:
    with connected(url) as connection:
        connection.sendall(upload_head() + b"x" * 100_000)
        assert connection.recv(1000).startswith(b"HTTP/1.1 201 ")
    assert photos.seen[0].bytes == 100_000


def test_a_body_that_stops_is_given_up(url: str, photos: FakePhotos) -> None:
    with connected(url) as connection:
        connection.sendall(upload_head() + b"x" * 1000)
        answer = everything(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"request_timeout"' in answer
    assert b"connection: close" in answer.lower()
    assert photos.seen == []


def test_a_body_that_trickles_is_given_up(url: str) -> None:
    with connected(url) as connection:
        connection.settimeout(PATIENCE_S / 10)
        connection.sendall(upload_head())
        began, answer = monotonic(), b""
        while not answer and monotonic() - began < LONG_S:
            connection.sendall(b"x")
            try:
                answer = connection.recv(1000)
            except TimeoutError:
                continue
        assert answer.startswith(b"HTTP/1.1 408 ")


def test_json_that_stops_is_given_up(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(
            b"POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b'Content-Length: 60\r\n\r\n{"login'
        )
        assert everything(connection).startswith(b"HTTP/1.1 408 ")


def test_a_client_that_takes_no_answer_is_given_up(url: str, photos: FakePhotos, tmp_path: Path) -> None:
    photos.file = tmp_path / "picture.jpg"
    photos.file.write_bytes(b"x" * 30_000_000)
    with connected(url) as connection:
        connection.sendall(b"GET /api/v1/photos/1/file HTTP/1.1\r\nHost: a\r\n\r\n")
        # The pipe between us is full long before the picture's end, and nobody reads.
        ended = 'route="/photos/{photo_id}/file"'
        wait_until(lambda: ended in httpx.get(f"{url}/metrics").text, "the end of the request")
        assert len(everything(connection)) < 30_000_000
