"""The real gateway over the real photos service in one process: SQLite, a real Redis, no sockets in between.

Every answer is held against the OpenAPI document: its status, its media type, its schema.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import redis
from anyio.from_thread import BlockingPortal, start_blocking_portal
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.support.contract.document import Document
from tests.support.gateway.gateways import parts_over
from tests.support.photos.service import KEY, PhotosService

from gateway.app import make_gateway
from gateway.pages.webapp import WebApp
from gateway.services import Services
from photos.app import build_app
from photos.operations.metrics import make_registry
from vignette_shared.contracts.tasks import Payload, PredictImage, TaskSpec
from vignette_shared.queue.replies import send_reply
from vignette_shared.settings import LimitSettings
from vignette_shared.storage import BlobStore

ORIGIN = "http://vignette.test"
UNLIMITED = LimitSettings(
    uploads_per_minute=0,
    writes_per_minute=0,
    reads_per_minute=0,
    transfers_per_minute=0,
    logins_per_minute=0,
    logins_per_account=0,
    registrations_per_minute=0,
)
PREDICTED = {
    "scores": {"lake": 0.9},
    "thresholds": {"lake": 0.5},
    "model_version": "20260101T000000Z-0000abcd",
    "backbone": "b" * 16,
    "ms": 12.5,
}


@dataclass
class AnsweringTagger:
    """A publisher whose tagger replies immediately with `answer`."""

    client: "redis.Redis"
    answer: dict[str, Any] = field(default_factory=lambda: dict(PREDICTED))

    def send(self, spec: TaskSpec[Any], payload: Payload) -> None:
        assert isinstance(payload, PredictImage)
        send_reply(self.client, payload.reply_key, self.answer)


class NobodyThere:
    """A photos service that refuses connections."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise httpx.ConnectError("refused")


@dataclass
class JointSite:
    """One gateway over a photos service; it runs on its own event loop and is called from one thread."""

    gateway: ASGIApp
    portal: BlockingPortal
    document: Document
    tagger: AnsweringTagger
    seen: set[tuple[str, int]] = field(default_factory=set)

    def ask(self, method: str, path: str, *, token: str | None = None, **options: Any) -> httpx.Response:
        """Request `path`, below /api/v1 unless absolute; fail if the response is not as documented."""
        where = path if path.startswith("/api/") or not path.startswith("/") else f"/api/v1{path}"
        if path in ("/healthz", "/readyz", "/metrics"):
            where = path
        headers = dict(options.pop("headers", None) or {})
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        response: httpx.Response = self.portal.call(self._send, method, where, headers, options)
        name = self.document.operation_of(method, response.request.url.path)
        if name is not None:
            self.seen.add((name, response.status_code))
            complaint = self.document.complaint(name, response)
            assert complaint is None, complaint
        return response

    async def send(self, method: str, path: str, token: str) -> httpx.Response:
        """Request without checking the response; for the site's own event loop."""
        return await self._send(method, f"/api/v1{path}", {"Authorization": f"Bearer {token}"}, {})

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str], options: dict[str, Any]
    ) -> httpx.Response:
        peer = options.pop("peer", "127.0.0.1")
        transport = httpx.ASGITransport(self.gateway, raise_app_exceptions=False, client=(peer, 5))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            async with asyncio.timeout(30):
                return await client.request(method, path, headers=headers, **options)


@dataclass
class SiteBuilder:
    """Builds gateways over one photos service, or over a fake."""

    service: PhotosService
    redis_url: str
    portal: BlockingPortal
    document: Document = field(default_factory=Document)
    _opened: list[Services] = field(default_factory=list)

    def close(self) -> None:
        for parts in self._opened:
            self.portal.call(parts.aclose)

    def streams(self) -> int:
        """Return the number of open event streams."""
        return sum(parts.events.open_now for parts in self._opened)

    def site(
        self,
        limits: LimitSettings = UNLIMITED,
        *,
        photos: ASGIApp | None = None,
        store: BlobStore | None = None,
    ) -> JointSite:
        """Build a gateway; `photos` replaces the real service, `store` holds transient blobs."""
        if photos is None:
            photos = build_app(self.service.services, make_registry(self.service.services.database))
            photos.openapi()
        registry = CollectorRegistry()
        tagger = AnsweringTagger(redis.Redis.from_url(self.redis_url))
        upstream = httpx.ASGITransport(photos, raise_app_exceptions=isinstance(photos, NobodyThere))

        def wire() -> ASGIApp:
            parts = parts_over(
                upstream,
                httpx.URL("http://photos"),
                redis_url=self.redis_url,
                publisher=tagger,
                store=store,
                limits=limits,
                heartbeat_s=0.1,
                recheck_s=0.1,
                registry=registry,
                key=KEY,
            )
            self._opened.append(parts)
            return make_gateway(parts, WebApp(None), limits, registry)

        # Made where it will run: what waits in it belongs to that loop.
        return JointSite(self.portal.call(_async(wire)), self.portal, self.document, tagger)


def _async(make: Any) -> Any:
    async def run() -> Any:
        return make()

    return run


@contextmanager
def building_sites(service: PhotosService, redis_url: str) -> Iterator[SiteBuilder]:
    with start_blocking_portal() as portal:
        builder = SiteBuilder(service, redis_url, portal)
        try:
            yield builder
        finally:
            builder.close()
