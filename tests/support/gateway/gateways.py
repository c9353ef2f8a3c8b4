"""Gateways over a fake photos service, called in this process."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp
from tests.support.gateway.fake_photos import KEY, TOKEN

from gateway.app import make_gateway
from gateway.events.event_streams import EventStreams
from gateway.health.metrics import Metrics
from gateway.health.readiness import ReadinessProbe
from gateway.limits.rate_limits import RateLimits
from gateway.pages.first_page import FirstPage
from gateway.pages.webapp import WebApp
from gateway.photos_client import PhotosClient
from gateway.prediction.predictions import Predictions
from gateway.services import Services
from gateway.sessions import Sessions, normal_origins
from vignette_shared.contracts.tasks import Payload, TaskSpec
from vignette_shared.queue.connection import connect_async
from vignette_shared.settings import BrokerSettings, LimitSettings
from vignette_shared.storage import BlobStore, open_store

NOWHERE = "redis://127.0.0.1:1/0"
"""an address where no Redis listens"""


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
) -> Services:
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
    return Services(client, sessions, streams, predictions, readiness, metrics, rates, limits.upload_bytes)


@dataclass(frozen=True)
class Site:
    """An app called in this process, one request at a time; an unhandled error is a 500."""

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


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
