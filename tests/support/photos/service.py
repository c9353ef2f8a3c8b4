"""A photos service over real SQLite and images; broker, clock and decoder processes are stand-ins."""

import asyncio
import hashlib
import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import redis
from argon2 import PasswordHasher
from fastapi import FastAPI

from photos import migrations
from photos.bootstrap import Services, open_nearest
from photos.database import open_engine
from photos.decoding.jobs import Inspection, Rendering, hash_picture, inspect, render
from photos.decoding.stripping import Stripped, strip
from photos.metrics import make_registry
from photos.routes.app import build_app
from photos.service.accounts import identify, log_in, register
from photos.service.models import ProductionModel
from photos.service.passwords import Passwords
from photos.service.reconcile import ReconcileParts
from photos.service.rendering import render_photo
from photos.service.tagging import record_tags
from photos.unit_of_work import Database
from vignette_shared.contracts.api import RegisterRequest
from vignette_shared.contracts.identity import ANONYMOUS, IDENTITY_HEADER, Identity, sign_identity
from vignette_shared.contracts.tasks import ExplainPhoto, Payload, RecordTags, TaskSpec
from vignette_shared.errors import BrokerUnavailable
from vignette_shared.events import EventType
from vignette_shared.registry import BackboneManifest, ModelManifest, Registry, file_hash
from vignette_shared.settings import DatabaseSettings, LimitSettings
from vignette_shared.storage import BlobStore, open_store

KEY = "k" * 64
NOWHERE = "redis://127.0.0.1:1/0"
"""an address where no Redis answers"""
PASSWORD = "a walk along the lake"
PIXELS = 4_000_000
VERSION = "20260101T000000Z-0000abcd"
BACKBONE = "b" * 16
LABELS = ("clouds", "female", "lake", "sky")

P = TypeVar("P", bound=Payload)


@dataclass
class Outbox:
    """A publisher that keeps what it is given; `down` makes it the broker that does not answer."""

    sent: list[tuple[str, Payload]] = field(default_factory=list)
    down: bool = False

    def send(self, spec: TaskSpec[P], payload: P) -> None:
        if self.down:
            raise BrokerUnavailable("down")
        self.sent.append((spec.name, payload))

    def take(self, name: str) -> list[Any]:
        """Return the payloads of one task, and forget them."""
        found = [payload for task, payload in self.sent if task == name]
        self.sent = [(task, payload) for task, payload in self.sent if task != name]
        return found


@dataclass
class Events:
    told: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    down: bool = False

    def append(self, user_id: str, kind: EventType, data: dict[str, Any]) -> None:
        if self.down:
            raise BrokerUnavailable("down")
        self.told.append((user_id, kind, json.loads(json.dumps(data))))

    def kinds(self) -> list[str]:
        return [kind for _, kind, _ in self.told]


@dataclass
class Clock:
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class InlineDecoder:
    """The decoder's own jobs, without its processes; counts what it was asked."""

    max_pixels: int = PIXELS
    inspected: int = 0
    rendered: int = 0
    stripped: int = 0

    def inspect(self, path: Path) -> Inspection:
        self.inspected += 1
        return inspect(str(path), self.max_pixels)

    def render(self, path: Path, folder: Path) -> Rendering:
        self.rendered += 1
        return render(str(path), str(folder), self.max_pixels)

    def strip(self, path: Path, folder: Path) -> Stripped:
        self.stripped += 1
        return strip(str(path), str(folder), self.max_pixels)

    def hash_picture(self, path: Path) -> int:
        return hash_picture(str(path), self.max_pixels)


@dataclass
class Drawings:
    """A tagger that draws the same picture for all, when it does not raise `error`."""

    asked: list[ExplainPhoto] = field(default_factory=list)
    error: Exception | None = None
    store: BlobStore | None = None

    def draw(self, job: ExplainPhoto) -> None:
        self.asked.append(job)
        if self.error is not None:
            raise self.error
        if self.store is not None:
            self.store.put(job.explanation_key, f"png of {job.label}".encode(), replace=True)


@dataclass
class Queues:
    """A backlog that is told what it holds; None is one too long to search."""

    under_way: AbstractSet[str] | None = frozenset()
    down: bool = False

    def photo_ids(self) -> AbstractSet[str] | None:
        if self.down:
            raise BrokerUnavailable("down")
        return self.under_way


class InProcess(httpx.BaseTransport):
    """Answers requests by calling the app; what it can't handle comes out as the 500 that it would send."""

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        request.stream = httpx.ByteStream(request.read())
        answer = await self._inner.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


@dataclass
class House:
    """The wired service and its stand-ins, with the moves that many tests make."""

    services: Services
    outbox: Outbox
    events: Events
    clock: Clock
    decoder: InlineDecoder
    queues: Queues

    def with_limits(self, **limits: int) -> "House":
        return replace(self, services=replace(self.services, limits=LimitSettings(**limits)))

    def __post_init__(self) -> None:
        self._app = build_app(self.services, make_registry(self.services.database))
        # FastAPI makes a route ready at its first request, on one event loop; here each thread has its own.
        self._app.openapi()

    def client(self, caller: Identity = ANONYMOUS) -> httpx.Client:
        """A client of the whole app, as the gateway is one."""
        headers = {IDENTITY_HEADER: sign_identity(caller, KEY)}
        return httpx.Client(transport=InProcess(self._app), base_url="http://photos", headers=headers)

    def join(self, name: str) -> Identity:
        """Register and sign in."""
        asked = RegisterRequest(username=name, email=f"{name}@example.org", password=PASSWORD)
        register(self.services.accounts, asked)
        token = log_in(self.services.accounts, name, PASSWORD).access_token
        return identify(self.services.accounts, token)

    def post(self, caller: Identity, data: bytes, name: str = "lake.jpg", **fields: str) -> dict[str, Any]:
        """Upload and return the answer's photo; each upload is a second younger than the one before."""
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
        render_photo(self.services.rendering, photo_id)

    def tag(self, photo_id: str, version: str = VERSION, **scores: float) -> RecordTags:
        """Record what a tagger would have found: labels of at least 0.5 are over their thresholds."""
        message = self.found(photo_id, version, **scores)
        record_tags(self.services.database, self.services.store, self.clock, message)
        return message

    def found(self, photo_id: str, version: str = VERSION, **scores: float) -> RecordTags:
        vector = hashlib.sha512(photo_id.encode()).digest() * 64
        key = f"transient/embeddings/{photo_id}-{BACKBONE}.f16"
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

    def reconciling(self, patience_s: float = 60, max_attempts: int = 3) -> ReconcileParts:
        parts = self.services.reconciling(patience_s, max_attempts)
        return replace(parts, backlog=self.queues)


def build_house(folder: Path, database_url: str | None = None) -> House:
    """Wire a service whose state lies in `folder`, with a published model."""
    outbox, events, clock, decoder = Outbox(), Events(), Clock(), InlineDecoder()
    engine = open_engine(DatabaseSettings(url=database_url or f"sqlite:///{folder / 'vignette.db'}"))
    migrations.upgrade(engine)
    staging = folder / "staging"
    staging.mkdir()
    registry = Registry(open_store("memory://"))
    publish_model(registry)
    store = open_store("memory://")
    services = Services(
        database=Database(engine, outbox, events),
        store=store,
        registry=registry,
        model=ProductionModel(registry, poll_s=0),
        decoder=decoder,
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
        clock=clock,
        redis=redis.Redis.from_url(NOWHERE),
        limits=LimitSettings(),
        staging=staging,
        nearest=open_nearest(engine, staging),
        explainer=Drawings(store=store),
        min_free_bytes=0,
        internal_key=KEY,
        session_lifetime=timedelta(days=30),
    )
    return House(services, outbox, events, clock, decoder, Queues())


def publish_model(registry: Registry, version: str = VERSION, input_side: int = 128) -> None:
    """Put a complete, useless model into production."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    metrics = json.dumps({"mean_ap": 0.7, "per_label": []}).encode()
    registry.publish_backbone(
        BackboneManifest(
            files={},
            created_at=now,
            fingerprint=BACKBONE,
            architecture="inception_v3",
            input_side=input_side,
            geometry="centre_square",
            features=2048,
        ),
        {},
    )
    registry.publish_model(
        ModelManifest(
            files={"metrics.json": file_hash(metrics)},
            created_at=now,
            version=version,
            backbone=BACKBONE,
            labels=list(LABELS),
            thresholds=[0.5] * len(LABELS),
            sensitive=["female"],
        ),
        {"metrics.json": metrics},
    )
    registry.point("production", version)
