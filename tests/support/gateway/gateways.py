"""A photos service that is none, and gateways over it: in memory for most tests, on sockets for streams."""

import asyncio
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import uvicorn
from prometheus_client import CollectorRegistry
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.conftest import free_port

from gateway.access.dependencies import Parts
from gateway.access.sessions import Sessions, normal_origins
from gateway.app import make_gateway
from gateway.documentation.overview import PHOTO, READY, USER
from gateway.events.event_streams import EventStreams
from gateway.forwarding.photos_client import PhotosClient, open_transport
from gateway.health.metrics import Metrics
from gateway.health.readiness import ReadinessProbe
from gateway.limits.rate_limits import RateLimits
from gateway.main import Server, server_config
from gateway.pages.first_page import FirstPage
from gateway.pages.webapp import WebApp
from gateway.prediction.predictions import Predictions
from vignette_shared.contracts.identity import IDENTITY_HEADER, Identity, verify_identity
from vignette_shared.contracts.tasks import Payload, TaskSpec
from vignette_shared.queue.connection import connect_async
from vignette_shared.settings import BrokerSettings, GatewaySettings, LimitSettings
from vignette_shared.storage import BlobStore, open_store

KEY = "k" * 43
TOKEN = "token-of-anna"
READ_ONLY = "token-that-only-reads"
ANNA = Identity(user_id="019ab1f0-0000-7000-8000-000000000001", username="anna", scopes=("read", "write"))
NOWHERE = "redis://127.0.0.1:1/0"
"""an address where no Redis answers"""


@dataclass
class Seen:
    """One request as it reached photos; `sha256` and `bytes` are of its body."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    identity: Identity
    sha256: str
    bytes: int


@dataclass
class FakePhotos:
    """Answers as photos does, from a dictionary; remembers what it was asked, but for identities."""

    sessions: dict[str, Identity] = field(
        default_factory=lambda: {TOKEN: ANNA, READ_ONLY: ANNA.model_copy(update={"scopes": ("read",)})}
    )
    seen: list[Seen] = field(default_factory=list)
    readiness: dict[str, Any] = field(default_factory=lambda: dict(READY))
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


@dataclass
class FakePublisher:
    sent: list[tuple[str, Payload]] = field(default_factory=list)

    def send(self, spec: TaskSpec[Any], payload: Payload) -> None:
        self.sent.append((spec.name, payload))


def parts_over(
    photos: httpx.AsyncBaseTransport,
    base: httpx.URL,
    *,
    redis_url: str = NOWHERE,
    storage_url: str = "memory://",
    store: BlobStore | None = None,
    publisher: Any = None,
    limits: LimitSettings | None = None,
    origins: tuple[str, ...] = (),
    secure: bool = False,
    networks: tuple[str, ...] = (),
    heartbeat_s: float = 15.0,
    recheck_s: float = 60.0,
    registry: CollectorRegistry | None = None,
    key: str = KEY,
) -> Parts:
    """Wire a gateway's parts as `bootstrap` does, over a given transport to photos."""
    limits = limits or LimitSettings()
    broker = BrokerSettings(url=redis_url, connect_timeout_s=1.0)
    client = PhotosClient(photos, base, key)
    sessions = Sessions(client, normal_origins(origins), secure=secure)
    probing = connect_async(broker)
    streams = EventStreams(
        connect_async(broker, longest_block_s=heartbeat_s, max_connections=limits.event_streams + 2),
        sessions,
        limit=limits.event_streams,
        limit_per_user=limits.event_streams_per_user,
        heartbeat_s=heartbeat_s,
        recheck_s=recheck_s,
    )
    predictions = Predictions(
        store or open_store(storage_url),
        publisher or FakePublisher(),
        connect_async(broker, longest_block_s=limits.predict_timeout_s),
        limit=limits.predict_in_flight,
        timeout_s=limits.predict_timeout_s,
    )
    metrics = Metrics(
        registry or CollectorRegistry(),
        probing,
        networks=networks,
        proxied=False,
        open_streams=lambda: streams.open_now,
    )
    readiness = ReadinessProbe(client, probing)
    rates = RateLimits(connect_async(broker), limits)
    return Parts(client, sessions, streams, predictions, readiness, metrics, rates, limits.upload_bytes)


@dataclass(frozen=True)
class Site:
    """An app in memory, asked one request at a time; a bug in it is an answer of 500."""

    app: ASGIApp

    def request(self, method: str, url: str, *, peer: str = "127.0.0.1", **options: Any) -> httpx.Response:
        return asyncio.run(self._request(method, url, peer, options))

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self.request("POST", url, **options)

    async def _request(self, method: str, url: str, peer: str, options: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(peer, 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://vignette.test") as client:
            return await client.request(method, url, **options)


def gateway_over(
    photos: ASGIApp,
    *,
    web_dir: Path | None = None,
    first_page: bool = False,
    limits: LimitSettings | None = None,
    **options: Any,
) -> Site:
    """Return a gateway over a photos service in memory; `options` go to `parts_over`."""
    registry = CollectorRegistry()
    limits = limits or LimitSettings()
    upstream = httpx.ASGITransport(photos)
    parts = parts_over(upstream, httpx.URL("http://photos"), limits=limits, registry=registry, **options)
    embed = FirstPage(parts).embed if first_page else None
    return Site(make_gateway(parts, WebApp(web_dir, embed), limits, registry))


@contextmanager
def serving(
    app: ASGIApp, *, uds: str | None = None, make: Callable[[int], uvicorn.Server] | None = None
) -> Iterator[str]:
    """Serve an app in a thread, on a free port of loopback or a Unix socket; gives its address.

    `make` makes a server of one's own for a port.
    """
    port = free_port()
    plain = uvicorn.Config(app, port=port, uds=uds, log_config=None, timeout_graceful_shutdown=5)
    server = make(port) if make else uvicorn.Server(plain)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started, "the server's start")
    try:
        yield f"unix:{uds}" if uds else f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "the server did not stop"


@contextmanager
def serving_gateway(photos: ASGIApp | str, **options: Any) -> Iterator[str]:
    """Serve a gateway over a photos service, both on sockets; gives the gateway's address.

    `photos` may be an address, and nobody there; `options` are as of `gateway_over`.
    """
    if isinstance(photos, str):
        with _serving_gateway_at(photos, **options) as url:
            yield url
    else:
        with serving(photos) as address, _serving_gateway_at(address, **options) as url:
            yield url


@contextmanager
def _serving_gateway_at(
    address: str,
    *,
    web_dir: Path | None = None,
    limits: LimitSettings | None = None,
    proxies: tuple[str, ...] = (),
    **options: Any,
) -> Iterator[str]:
    registry = CollectorRegistry()
    limits = limits or LimitSettings()
    parts = parts_over(*open_transport(address), limits=limits, registry=registry, **options)
    app = make_gateway(parts, WebApp(web_dir), limits, registry)

    def make(port: int) -> Server:
        settings = GatewaySettings(photos_url=address, port=port, trusted_proxies=proxies)
        return Server(server_config(app, settings, limits, port=port), parts.events)

    with serving(app, make=make) as url:
        yield url


def wait_until(happened: Callable[[], bool], what: str) -> None:
    """Return once `happened` says so; fails after 10 s."""
    deadline = monotonic() + 10
    while not happened():
        assert monotonic() < deadline, f"{what} did not happen"
        sleep(0.01)


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
