"""Clients that send a body too slowly, over real sockets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from urllib.parse import urlsplit

import pytest
from tests.support.gateway.fake_photos import TOKEN, FakePhotos
from tests.support.gateway.serving import serving_gateway

from vignette_shared.settings import LimitSettings

pytestmark = pytest.mark.integration

PATIENCE_S = 0.3
LIMITS = LimitSettings(body_idle_s=PATIENCE_S, body_bytes_per_s=10_000)
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


def test_large_body_is_accepted(url: str, photos: FakePhotos) -> None:
    with connected(url) as connection:
        connection.sendall(upload_head() + b"x" * 100_000)
        assert connection.recv(1000).startswith(b"HTTP/1.1 201 ")
    assert photos.seen[0].bytes == 100_000


def test_stalled_body_returns_408(url: str, photos: FakePhotos) -> None:
    with connected(url) as connection:
        connection.sendall(upload_head() + b"x" * 1000)
        answer = everything(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"request_timeout"' in answer
    assert b"connection: close" in answer.lower()
    assert photos.seen == []


def test_trickling_body_returns_408(url: str) -> None:
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


def test_stalled_json_returns_408(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(
            b"POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b'Content-Length: 60\r\n\r\n{"login'
        )
        assert everything(connection).startswith(b"HTTP/1.1 408 ")
