"""Compression of JSON responses."""

import gzip
import json
from collections.abc import Iterator

import brotli
import pytest
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp
from tests.support.gateway.gateways import Site

from gateway.middleware.compression import LARGEST, Compression

PAGE = {"items": [{"title": f"Lake {number}"} for number in range(100)]}
PLAIN = json.dumps(PAGE, separators=(",", ":")).encode()


def ask(answer: ASGIApp, accepted: str, method: str = "GET") -> "dict[str, str | bytes]":
    """Return the headers as they were sent, and the raw body under ``."""
    site = Site(Compression(answer))
    with_raw = site.request(method, "/", headers={"Accept-Encoding": accepted})
    return {**with_raw.headers, "": with_raw.content}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("BR", "br"),
        ("", None),
        ("identity", None),
        ("br; q=0.000", None),
        ("brotli", None),
    ],
)
def test_json_uses_the_best_accepted_coding(accepted: str, coding: str | None) -> None:
    got = ask(JSONResponse(PAGE), accepted)
    assert got.get("content-encoding") == coding
    assert got["vary"] == "Accept-Encoding"
    # httpx has decoded it.
    assert got[""] == PLAIN
    assert (int(str(got["content-length"])) < len(PLAIN)) == (coding is not None)


def pieces(count: int) -> Iterator[bytes]:
    yield b"["
    for _ in range(count):
        yield b"1234567890," * 100
    yield b"0]"


def test_chunked_body_is_compressed_as_one() -> None:
    got = ask(StreamingResponse(pieces(20), media_type="application/json"), "br")
    assert got["content-encoding"] == "br"
    assert got[""] == b"".join(pieces(20))


def test_long_body_is_streamed_uncompressed() -> None:
    count = LARGEST // 1100 + 10
    got = ask(StreamingResponse(pieces(count), media_type="application/json"), "br")
    assert "content-encoding" not in got
    assert got[""] == b"".join(pieces(count))


@pytest.mark.parametrize(
    "answer",
    [
        JSONResponse({"small": True}),
        JSONResponse(PAGE, headers={"ETag": '"strong"'}),
        JSONResponse(PAGE, headers={"Content-Encoding": "gzip"}),
        Response(PLAIN, media_type="image/jpeg"),
        Response(PLAIN, media_type="text/event-stream"),
        Response(PLAIN, 206, {"Content-Range": "bytes 0-1/2"}, media_type="application/octet-stream"),
    ],
    ids=["small", "with its tag", "compressed", "picture", "events", "range"],
)
def test_response_is_left_uncompressed(answer: Response) -> None:
    sent = dict(answer.headers)
    if sent.get("content-encoding") == "gzip":
        answer.body = gzip.compress(PLAIN)
        answer.headers["content-length"] = sent["content-length"] = str(len(answer.body))
    got = ask(answer, "br, gzip")
    assert got["content-length"] == sent["content-length"]
    assert got.get("content-encoding") == sent.get("content-encoding")


def test_weak_etag_allows_compression() -> None:
    assert ask(JSONResponse(PAGE, headers={"ETag": 'W/"1"'}), "gzip")["content-encoding"] == "gzip"


def test_head_is_not_compressed() -> None:
    assert "content-encoding" not in ask(JSONResponse(PAGE), "br", "HEAD")


def test_compression_level_pays_off() -> None:
    assert len(brotli.compress(PLAIN, quality=4)) < len(PLAIN) / 5
