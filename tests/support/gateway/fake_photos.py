"""A fake photos service that answers from a dictionary and records requests."""

import hashlib
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from vignette_shared.contracts.api.examples import PHOTO, READINESS, USER
from vignette_shared.contracts.identity import IDENTITY_HEADER, Identity, verify_identity

KEY = "k" * 43
TOKEN = "token-of-anna"
READ_ONLY = "token-that-only-reads"
ANNA = Identity(
    user_id="019ab1f0-0000-7000-8000-000000000001",
    username="anna",
    session_id="019ab1f0-0000-7000-8000-000000000011",
    scopes=("read", "write"),
)


@dataclass
class Seen:
    """A request as it reached photos; `sha256` and `bytes` describe its body."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    identity: Identity
    sha256: str
    bytes: int


@dataclass
class FakePhotos:
    """Answers like photos from a dictionary; records requests, except identity look-ups."""

    sessions: dict[str, Identity] = field(
        default_factory=lambda: {
            TOKEN: ANNA,
            READ_ONLY: ANNA.model_copy(update={"scopes": ("read",), "session_id": None}),
        }
    )
    seen: list[Seen] = field(default_factory=list)
    readiness: dict[str, Any] = field(default_factory=lambda: dict(READINESS))
    file: Path | None = None
    disconnected: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope, receive)
            response = await self._answer(request)
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        if path == "/readyz":
            return JSONResponse(self.readiness, 200 if self.readiness["status"] == "ready" else 503)
        identity = verify_identity(request.headers.get(IDENTITY_HEADER), KEY)
        if path == "/internal/v1/identity":
            found = self.sessions.get((await request.json())["token"])
            return JSONResponse(found.model_dump(mode="json") if found else {}, 200 if found else 401)
        try:
            self.seen.append(await _read(request, identity))
        except ClientDisconnect:
            self.disconnected.set()
            raise
        return await self._route(request)

    async def _route(self, request: Request) -> Response:
        match request.method, request.url.path.removeprefix("/api/v1"):
            case "POST", "/auth/login":
                session = {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600, "user": USER}
                return JSONResponse(session)
            case ("POST", "/auth/logout") | ("DELETE", _):
                if request.method == "POST":
                    self.sessions.pop(TOKEN)
                return Response(status_code=204)
            case "POST", "/photos":
                return JSONResponse(PHOTO, 201, {"Location": f"/api/v1/photos/{PHOTO['id']}"})
            case "GET", "/photos/slow":
                while (await request.receive())["type"] != "http.disconnect":
                    pass
                self.disconnected.set()
                return Response()
            case "GET", path if path.endswith("/file") and self.file is not None:
                headers = {"Cache-Control": "private, no-store", "Set-Cookie": "x=y", "Server": "photos"}
                return FileResponse(self.file, media_type="image/jpeg", headers=headers)
        return JSONResponse({"items": [], "next_cursor": None})


async def _read(request: Request, identity: Identity) -> Seen:
    digest, length = hashlib.sha256(), 0
    async for chunk in request.stream():
        digest.update(chunk)
        length += len(chunk)
    return Seen(
        request.method,
        request.scope["raw_path"].decode(),
        request.url.query,
        dict(request.headers),
        identity,
        digest.hexdigest(),
        length,
    )
