"""Reads the settings' values and wires the real parts; the entrypoints build nothing themselves."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import redis
from celery import Celery
from sqlalchemy import Engine

from photos import migrations
from photos.accounts.accounts import AccountParts
from photos.accounts.deletion import DeletionParts
from photos.albums.share_tokens import ShareKeys
from photos.albums.sharing import SharingParts
from photos.decoding.pool import Decoder, DecoderPool
from photos.intake.resumable import ResumableParts
from photos.intake.uploads import UploadParts
from photos.kernel.clock import Clock, system_clock
from photos.kernel.database import open_engine
from photos.kernel.passwords import Passwords
from photos.kernel.staging import open_folder
from photos.kernel.unit_of_work import Database
from photos.library.downloads import DownloadParts
from photos.library.files import FileParts
from photos.operations.dead_letters import QueueGauge
from photos.operations.queues import KombuBacklog, KombuGauge
from photos.operations.reconcile import ReconcileParts
from photos.operations.sweeping import Sweeper
from photos.pipeline.explaining import Explainer, ExplainParts
from photos.pipeline.models import ProductionModel
from photos.pipeline.rendering import RenderParts
from photos.pipeline.tagger_client import TaggerClient
from photos.settings import PhotosServiceSettings
from photos.similarity.near_duplicates import HashParts
from photos.similarity.repository.vectors import prepare_vectors
from photos.similarity.similar import ExactScan, NearestPhotos, PgVector
from vignette_shared.events import RedisEvents
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.connection import connect
from vignette_shared.queue.publisher import CeleryPublisher, Publisher
from vignette_shared.registry import Registry
from vignette_shared.settings import LimitSettings, read_secret
from vignette_shared.storage import BlobStore, open_store


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that routes and tasks pass to use cases; a test builds it from fakes."""

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
    min_free_bytes: int
    internal_key: str
    session_lifetime: timedelta

    @property
    def accounts(self) -> AccountParts:
        return AccountParts(
            self.database, self.passwords, self.clock, self.session_lifetime, self.limits.quota_bytes
        )

    @property
    def deletion(self) -> DeletionParts:
        return DeletionParts(self.database, self.store, self.passwords, self.clock, self.staging)

    @property
    def gauge(self) -> QueueGauge:
        return KombuGauge(self.redis)

    @property
    def sharing(self) -> SharingParts:
        return SharingParts(self.database, self.passwords, ShareKeys(self.internal_key), self.clock)

    @property
    def files(self) -> FileParts:
        downloads = DownloadParts(self.store, self.decoder, self.staging)
        return FileParts(self.database, downloads, ShareKeys(self.internal_key), self.clock)

    @property
    def uploads(self) -> UploadParts:
        return UploadParts(
            self.database, self.store, self.decoder, self.clock, self.model, self.limits.quota_bytes
        )

    @property
    def resumable(self) -> ResumableParts:
        return ResumableParts(self.uploads, self.staging, self.limits.upload_bytes, self.min_free_bytes)

    @property
    def explaining(self) -> ExplainParts:
        return ExplainParts(self.database, self.store, self.registry, self.explainer)

    @property
    def rendering(self) -> RenderParts:
        return RenderParts(self.database, self.store, self.decoder, self.model, self.staging, self.clock)

    def reconciling(self, patience_s: float, max_attempts: int, trash_days: float = 30) -> ReconcileParts:
        return ReconcileParts(
            database=self.database,
            store=self.store,
            backlog=KombuBacklog(self.redis),
            model=self.model,
            clock=self.clock,
            patience=timedelta(seconds=patience_s),
            max_attempts=max_attempts,
            trash_kept=timedelta(days=trash_days),
            sweeper=Sweeper(self.database, self.store, self.staging, self.clock),
            hashing=HashParts(self.database, self.store, self.decoder, self.staging),
            nearest=self.nearest,
        )


def open_nearest(engine: Engine, staging: Path) -> NearestPhotos:
    """Return what finds similar photos: pgvector where Postgres has it, else a scan of a file.

    The file lies beside SQLite's own, or, with a database elsewhere, in the staging folder.
    """
    if prepare_vectors(engine):
        return PgVector()
    database = engine.url.database
    beside = Path(database).parent if engine.dialect.name == "sqlite" and database else staging
    return ExactScan(beside / "similar")


def _open_explainer(publisher: Publisher, settings: PhotosServiceSettings) -> Explainer:
    limits = settings.limits
    return TaggerClient(
        publisher,
        connect(settings.broker, longest_block_s=limits.predict_timeout_s),
        limit=limits.predict_in_flight,
        timeout_s=limits.predict_timeout_s,
    )


def wire(settings: PhotosServiceSettings) -> tuple[Services, Celery, DecoderPool]:
    """Build the real parts. Redis may be down; the database must be there and up to date.

    Raises:
        SettingsError: what can't be used, and what to do about it.
    """
    engine = open_engine(settings.database)
    migrations.require_newest(engine)
    open_folder(settings.storage.staging, system_clock())
    celery = make_celery("photos", settings.broker)
    client = connect(settings.broker)
    registry = Registry(open_store(settings.registry.url))
    pool = DecoderPool(settings.decoder, settings.limits.pixels)
    services = Services(
        database=Database(engine, CeleryPublisher(celery), RedisEvents(client)),
        store=open_store(settings.storage.url),
        registry=registry,
        model=ProductionModel(registry, settings.registry.poll_s),
        decoder=pool,
        passwords=Passwords(),
        clock=system_clock,
        redis=client,
        limits=settings.limits,
        staging=settings.storage.staging,
        nearest=open_nearest(engine, settings.storage.staging),
        explainer=_open_explainer(CeleryPublisher(celery), settings),
        min_free_bytes=settings.storage.min_free_bytes,
        internal_key=read_secret(settings.security.internal_key_file),
        session_lifetime=timedelta(days=settings.security.session_days),
    )
    return services, celery, pool
