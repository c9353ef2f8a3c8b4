"""Fakes for what the photos service reaches over the network, and its clock."""

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, TypeVar

from photos.decoding.jobs import Inspection, Rendering, hash_picture, inspect, render
from photos.decoding.stripping import Stripped, strip
from vignette_shared.contracts.tasks import ExplainPhoto, Payload, TaskSpec
from vignette_shared.errors import BrokerUnavailable, StorageFull
from vignette_shared.events import EventType
from vignette_shared.storage import BlobStore, ObstoreBlobs

PIXELS = 4_000_000
P = TypeVar("P", bound=Payload)


@dataclass
class Outbox:
    """A publisher that records its tasks; `down` simulates an unavailable broker."""

    sent: list[tuple[str, Payload]] = field(default_factory=list)
    down: bool = False

    def send(self, spec: TaskSpec[P], payload: P) -> None:
        if self.down:
            raise BrokerUnavailable("down")
        self.sent.append((spec.name, payload))

    def take(self, name: str) -> list[Any]:
        """Remove and return the payloads of one task."""
        found = [payload for task, payload in self.sent if task == name]
        self.sent = [(task, payload) for task, payload in self.sent if task != name]
        return found


@dataclass
class Events:
    emitted: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    down: bool = False

    def append(self, user_id: str, kind: EventType, data: dict[str, Any]) -> None:
        if self.down:
            raise BrokerUnavailable("down")
        self.emitted.append((user_id, kind, json.loads(json.dumps(data))))

    def kinds(self) -> list[str]:
        return [kind for _, kind, _ in self.emitted]


@dataclass
class Clock:
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class InlineDecoder:
    """The decoder's jobs without its processes; counts its calls."""

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
    """A tagger that draws the same explanation for all photos, or raises `error`."""

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
    """A backlog with fixed contents; None is a backlog too long to search."""

    queued: AbstractSet[str] | None = frozenset()
    down: bool = False

    def photo_ids(self) -> AbstractSet[str] | None:
        if self.down:
            raise BrokerUnavailable("down")
        return self.queued


class FullStore(ObstoreBlobs):
    """A store whose disk has no room left."""

    def put(self, key: str, data: bytes | IO[bytes] | Path, *, replace: bool = False) -> bool:
        raise StorageFull("The disk is full.")
