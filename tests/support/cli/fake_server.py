"""A fake server with the part of the API that the command line uses, in memory.

Served to an `httpx.MockTransport` by `transport()`, or on a socket by `listening()` for real processes.
"""

import base64
import hashlib
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from tests.support.patience import WAIT_S

TOKEN = "token-of-anna"
Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def answered(status: int, body: Json, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json", **named})


def refused(status: int, code: str, detail: str = "No.", **headers: str) -> Answer:
    body = {"type": "about:blank", "title": detail, "status": status, "detail": detail, "code": code}
    return answered(status, {**body, "request_id": "r"}, **headers)


@dataclass
class FakeSite:
    """`hook` gets every request first and may answer it; `seen` records all requests."""

    photos: dict[str, Json] = field(default_factory=dict)
    albums: dict[str, Json] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)
    uploads: dict[str, Json] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    seen: list[Asked] = field(default_factory=list)
    hook: Callable[[Asked], Answer | None] = lambda _: None
    tus: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def asked_for(self, method: str, path: str) -> list[Asked]:
        return [asked for asked in self.seen if asked.method == method and asked.path.startswith(path)]

    def answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.seen.append(asked)
        early = self.hook(asked)
        if early is not None:
            return early
        with self._lock:
            return self._route(asked)

    def _route(self, asked: Asked) -> Answer:
        if asked.path == "/auth/login":
            body = json.loads(asked.body)
            if body["password"] != "correct horse battery":
                return refused(401, "bad_credentials", "Username or password is wrong.")
            return answered(200, {"access_token": TOKEN, "user": {"username": body["login"]}})
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return refused(401, "authentication_required", "Sign in first.")
        head, *rest = asked.path.strip("/").split("/")
        handler = getattr(self, f"_{asked.method.lower()}_{head.replace('-', '_')}", None)
        return handler(asked, rest) if handler else refused(404, "not_found", "There is nothing here")

    def _get_me(self, asked: Asked, rest: list[str]) -> Answer:
        counts = {"photos": len(self.photos), "followers": 0, "following": 0, "likes": 0}
        return answered(200, {"username": "anna", "role": "user", "counts": counts})

    def _post_auth(self, asked: Asked, rest: list[str]) -> Answer:
        return Answer(204)

    def _get_photos(self, asked: Asked, rest: list[str]) -> Answer:
        if len(rest) == 2:
            return self._file(rest[0], asked)
        if rest:
            photo = self.photos.get(rest[0])
            return answered(200, photo) if photo else refused(404, "not_found")
        items = sorted(self.photos.values(), key=lambda photo: photo["id"], reverse=True)
        start, size = int(asked.query.get("cursor", ["0"])[0]), int(asked.query.get("limit", ["50"])[0])
        more = str(start + size) if start + size < len(items) else None
        return answered(200, {"items": items[start : start + size], "next_cursor": more})

    def _file(self, photo_id: str, asked: Asked) -> Answer:
        data = self.files[photo_id]
        etag = f'"{hashlib.sha256(data).hexdigest()}"'
        start = asked.headers.get("range", "").removeprefix("bytes=").removesuffix("-")
        if start and asked.headers.get("if-range") == etag:
            if int(start) >= len(data):
                return refused(416, "range_not_satisfiable")
            return Answer(206, data[int(start) :], {"Content-Type": "image/jpeg", "ETag": etag})
        return Answer(200, data, {"Content-Type": "image/jpeg", "ETag": etag})

    def _post_photos(self, asked: Asked, rest: list[str]) -> Answer:
        fields, data = read_form(asked)
        announced = asked.headers.get("x-content-sha256")
        if announced and announced != hashlib.sha256(data).hexdigest():
            return refused(422, "checksum_mismatch")
        photo, duplicate = self.store(data, fields)
        if photo is None:
            return refused(422, "not_an_image", "The file is not an image.")
        return answered(200 if duplicate else 201, {**photo, "duplicate": True} if duplicate else photo)

    def store(self, data: bytes, fields: Json) -> tuple[Json | None, bool]:
        """Store bytes as a photo or return the existing one; None if they begin with "broken"."""
        sha256 = hashlib.sha256(data).hexdigest()
        for photo in self.photos.values():
            if photo["sha256"] == sha256:
                return photo, True
        if b"broken" in data[:20]:
            return None, False
        photo = {
            "id": str(uuid.uuid4()),
            "owner": {"username": "anna"},
            "title": fields.get("title", ""),
            "description": fields.get("description", ""),
            "visibility": fields.get("visibility", "public"),
            "tags": [{"label": tag, "score": None} for tag in fields.get("tags", "").split(",") if tag],
            "sha256": sha256,
            "media_type": "image/jpeg",
            "taken_at": None,
            "created_at": "2026-11-23T12:00:00Z",
            "urls": {"original": "/x"},
        }
        self.photos[photo["id"]] = photo
        self.files[photo["id"]] = data
        return photo, False

    def _post_uploads(self, asked: Asked, rest: list[str]) -> Answer:
        if not self.tus:
            return refused(404, "not_found")
        upload_id = str(uuid.uuid4())
        pairs = [pair.split(" ") for pair in asked.headers["upload-metadata"].split(",")]
        fields = {name: base64.b64decode(value).decode() for name, value in pairs}
        length = int(asked.headers["upload-length"])
        self.uploads[upload_id] = {"length": length, "fields": fields, "data": bytearray(), "photo": None}
        return Answer(201, b"", {"Location": f"/api/v1/uploads/{upload_id}"})

    def _head_uploads(self, asked: Asked, rest: list[str]) -> Answer:
        upload = self.uploads.get(rest[0])
        if upload is None:
            return Answer(404)
        return Answer(200, b"", self._tus_headers(upload))

    def _patch_uploads(self, asked: Asked, rest: list[str]) -> Answer:
        upload = self.uploads[rest[0]]
        if int(asked.headers["upload-offset"]) != len(upload["data"]):
            return refused(409, "wrong_offset")
        digest = base64.b64encode(hashlib.sha256(asked.body).digest()).decode()
        if asked.headers["upload-checksum"] != f"sha256 {digest}":
            return refused(460, "chunk_mismatch")
        upload["data"] += asked.body
        if len(upload["data"]) == upload["length"]:
            photo, duplicate = self.store(bytes(upload["data"]), upload["fields"])
            if photo is None:
                return refused(422, "not_an_image", "The file is not an image.")
            upload["photo"], upload["duplicate"] = photo["id"], duplicate
        return Answer(204, b"", self._tus_headers(upload))

    def _tus_headers(self, upload: Json) -> dict[str, str]:
        headers = {"Upload-Offset": str(len(upload["data"])), "Upload-Length": str(upload["length"])}
        return headers | ({"Photo-Id": upload["photo"]} if upload["photo"] else {})

    def _get_albums(self, asked: Asked, rest: list[str]) -> Answer:
        if rest:
            album = self.albums.get(rest[0])
            return answered(200, album) if album else refused(404, "not_found", "There is no such album.")
        return answered(200, {"items": list(self.albums.values()), "next_cursor": None})

    def _post_albums(self, asked: Asked, rest: list[str]) -> Answer:
        body = json.loads(asked.body)
        album = {"id": str(uuid.uuid4()), "photo_count": 0, "visibility": "private", **body}
        self.albums[album["id"]] = album
        return answered(201, album)

    def _put_albums(self, asked: Asked, rest: list[str]) -> Answer:
        self.members.setdefault(rest[0], set()).add(rest[2])
        return Answer(204)

    def _post_predict(self, asked: Asked, rest: list[str]) -> Answer:
        if b"broken" in read_form(asked)[1]:
            return refused(422, "not_an_image", "The file is not an image.")
        tags = [{"label": "lake", "score": 0.9, "over_threshold": True}]
        return answered(200, {"tags": tags, "model_version": "m", "backbone": "b", "ms": 1.0})

    def transport(self) -> httpx.MockTransport:
        def handle(request: httpx.Request) -> httpx.Response:
            request.read()
            url = urlsplit(str(request.url))
            path = url.path.removeprefix("/api/v1")
            headers = {name.lower(): value for name, value in request.headers.items()}
            answer = self.answer(Asked(request.method, path, parse_qs(url.query), headers, request.content))
            return httpx.Response(answer.status, content=answer.body, headers=answer.headers)

        return httpx.MockTransport(handle)

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Serve on a free port of loopback; yields the address."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join(WAIT_S)


def _handler(site: FakeSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:  # a killed client
                self.close_connection = True

        def _serve(self) -> None:
            url = urlsplit(self.path)
            body = self._body()
            if body is None:
                self.close_connection = True
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = url.path.removeprefix("/api/v1")
            answer = site.answer(Asked(self.command, path, parse_qs(url.query), headers, body))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def _body(self) -> bytes | None:
            """None when the client went away before its end."""
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            return body if len(body) == length else None

        do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = do_DELETE = _serve  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def read_form(asked: Asked) -> tuple[Json, bytes]:
    """Return the fields and the file of a multipart form."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + asked.body)
    fields: Json = {}
    data = b""
    parts: list[Message] = message.get_payload()  # type: ignore[assignment]
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        if name == "file":
            data = payload
        else:
            fields[str(name)] = payload.decode()
    return fields, data
