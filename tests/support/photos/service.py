"""A photos service over real SQLite and images; broker, clock and decoder processes are stand-ins."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import redis
from argon2 import PasswordHasher
from fastapi import FastAPI
from tests.support.photos.fakes import Clock, Drawings, Events, InlineDecoder, Outbox, Queues
from tests.support.photos.published import BACKBONE, LABELS, VERSION, publish_model

from photos import migrations
from photos.accounts.accounts import identify, log_in, register
from photos.app import build_app
from photos.bootstrap import open_nearest
from photos.kernel.database import open_engine
from photos.kernel.passwords import Passwords
from photos.kernel.production_model import ProductionModel
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Database
from photos.operations.kombu import KombuGauge
from photos.operations.metrics import make_registry
from photos.operations.reconcile import Reconciler
from photos.pipeline.rendering import render_photo
from photos.pipeline.tagging import record_tags
from vignette_shared.contracts.api import RegisterRequest
from vignette_shared.contracts.blobs import embedding_key
from vignette_shared.contracts.identity import ANONYMOUS, IDENTITY_HEADER, Identity, sign_identity
from vignette_shared.contracts.tasks import RecordTags
from vignette_shared.registry import Registry
from vignette_shared.settings import DatabaseSettings, LimitSettings
from vignette_shared.storage import open_store

KEY = "k" * 64
NOWHERE = "redis://127.0.0.1:1/0"
"""an address where no Redis listens"""
PASSWORD = "a walk along the lake"


class InProcess(httpx.BaseTransport):
    """Calls the app in this process; an unhandled error becomes the 500 that a client would get."""

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        request.stream = httpx.ByteStream(request.read())
        answer = await self._inner.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


@dataclass
class PhotosService:
    """The photos service wired with fakes, and the steps that many tests share."""

    services: Services
    outbox: Outbox
    events: Events
    clock: Clock
    decoder: InlineDecoder
    queues: Queues

    def with_limits(self, **limits: int) -> "PhotosService":
        return replace(self, services=replace(self.services, limits=LimitSettings(**limits)))

    def __post_init__(self) -> None:
        self._app = build_app(self.services, make_registry(self.services.database))
        # FastAPI makes a route ready at its first request, on one event loop; here each thread has its own.
        self._app.openapi()

    def client(self, caller: Identity = ANONYMOUS) -> httpx.Client:
        """Return a client that calls the app as the gateway does."""
        headers = {IDENTITY_HEADER: sign_identity(caller, KEY)}
        return httpx.Client(transport=InProcess(self._app), base_url="http://photos", headers=headers)

    def join(self, name: str) -> Identity:
        """Register and sign in."""
        asked = RegisterRequest(username=name, email=f"{name}@example.org", password=PASSWORD)
        register(self.services, asked)
        token = log_in(self.services, name, PASSWORD).access_token
        return identify(self.services, token)

    def post(self, caller: Identity, data: bytes, name: str = "lake.jpg", **fields: str) -> dict[str, Any]:
        """Upload and return the photo; each upload is a second later than the previous one."""
        self.clock.forward(seconds=1)
        with self.client(caller) as client:
            answer = client.post("/api/v1/photos", files={"file": (name, data)}, data=fields)
        assert answer.status_code in (200, 201), answer.text
        photo: dict[str, Any] = answer.json()
        return photo

    def get(self, caller: Identity, photo_id: str, **query: str) -> dict[str, Any]:
        with self.client(caller) as client:
            answer = client.get(f"/api/v1/photos/{photo_id}", params=query)
        assert answer.status_code == 200, answer.text
        photo: dict[str, Any] = answer.json()
        return photo

    def render(self, photo_id: str) -> None:
        render_photo(self.services, photo_id)

    def tag(self, photo_id: str, version: str = VERSION, **scores: float) -> RecordTags:
        """Record a tagging result: scores of at least 0.5 are over their thresholds."""
        message = self.found(photo_id, version, **scores)
        record_tags(self.services, message)
        return message

    def found(self, photo_id: str, version: str = VERSION, **scores: float) -> RecordTags:
        vector = hashlib.sha512(photo_id.encode()).digest() * 64
        key = embedding_key(photo_id, BACKBONE)
        self.services.store.put(key, vector, replace=True)
        return RecordTags(
            photo_id=photo_id,
            model_version=version,
            backbone=BACKBONE,
            embedding_key=key,
            embedding_sha256=hashlib.sha256(vector).hexdigest(),
            scores={label: scores.get(label, 0.01) for label in LABELS},
            over_threshold=[label for label, score in scores.items() if score >= 0.5],
            sensitive=["female"],
        )

    def publish(
        self, caller: Identity, data: bytes, fields: dict[str, str] | None = None, **scores: float
    ) -> str:
        """Upload, render and tag; returns the photo's id."""
        photo_id: str = self.post(caller, data, **(fields or {}))["id"]
        self.render(photo_id)
        self.tag(photo_id, VERSION, **scores)
        return photo_id

    def reconciler(self, patience_s: float = 60, max_attempts: int = 3) -> Reconciler:
        return Reconciler(
            self.services,
            patience=timedelta(seconds=patience_s),
            max_attempts=max_attempts,
            trash_kept=timedelta(days=30),
        )

    def reconcile(self, patience_s: float = 60, max_attempts: int = 3) -> int:
        """Make one pass; return how many photos were requeued or failed."""
        return self.reconciler(patience_s, max_attempts).make_pass()


def services_over(database: Database, folder: Path) -> Services:
    """Wire the stand-ins of `build_service` over another database, for tests that need nothing else."""
    return replace(build_service(folder).services, database=database)


def build_service(folder: Path, database_url: str | None = None) -> PhotosService:
    """Wire a service with its state in `folder`, with a published model."""
    outbox, events, clock, decoder, queues = Outbox(), Events(), Clock(), InlineDecoder(), Queues()
    engine = open_engine(DatabaseSettings(url=database_url or f"sqlite:///{folder / 'vignette.db'}"))
    migrations.upgrade(engine)
    staging = folder / "staging"
    staging.mkdir()
    registry = Registry(open_store("memory://"))
    publish_model(registry)
    store = open_store("memory://")
    client = redis.Redis.from_url(NOWHERE)
    services = Services(
        database=Database(engine, outbox, events),
        store=store,
        registry=registry,
        model=ProductionModel(registry, poll_s=0),
        decoder=decoder,
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
        clock=clock,
        redis=client,
        limits=LimitSettings(),
        staging=staging,
        nearest=open_nearest(engine, staging),
        explainer=Drawings(store=store),
        backlog=queues,
        queue_gauge=KombuGauge(client),
        min_free_bytes=0,
        internal_key=KEY,
        session_lifetime=timedelta(days=30),
    )
    return PhotosService(services, outbox, events, clock, decoder, queues)
