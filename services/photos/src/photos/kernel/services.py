"""The wired services: the first argument of every use case."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import redis

from photos.decoding.pool import Decoder
from photos.kernel.clock import Clock
from photos.kernel.passwords import Passwords
from photos.kernel.ports import Backlog, Explainer, NearestPhotos, QueueGauge
from photos.kernel.production_model import ProductionModel
from photos.kernel.unit_of_work import Database
from vignette_shared.registry import Registry
from vignette_shared.settings import LimitSettings
from vignette_shared.storage import BlobStore


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that is wired once, at the start of a process.

    A function that opens a transaction takes `services` first; a function that runs inside one takes
    `db: Repositories` or `uow: UnitOfWork` first (docs/decisions/0031).
    """

    database: Database
    store: BlobStore
    registry: Registry
    model: ProductionModel
    decoder: Decoder
    passwords: Passwords
    clock: Clock
    redis: "redis.Redis"
    limits: LimitSettings
    staging: Path
    nearest: NearestPhotos
    explainer: Explainer
    backlog: Backlog
    queue_gauge: QueueGauge
    min_free_bytes: int
    internal_key: str
    session_lifetime: timedelta
