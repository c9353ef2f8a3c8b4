"""Wires the services from the settings; the entrypoints build nothing themselves."""

from datetime import timedelta
from pathlib import Path

from celery import Celery
from sqlalchemy import Engine

from photos import migrations
from photos.decoding.pool import DecoderPool
from photos.kernel.clock import system_clock
from photos.kernel.database import open_engine
from photos.kernel.passwords import Passwords
from photos.kernel.ports import Explainer, NearestPhotos
from photos.kernel.production_model import ProductionModel
from photos.kernel.services import Services
from photos.kernel.staging import open_folder
from photos.kernel.unit_of_work import Database
from photos.operations.kombu import KombuBacklog, KombuGauge
from photos.pipeline.tagger_client import TaggerClient
from photos.settings import PhotosServiceSettings
from photos.similarity.repository.vectors import prepare_vectors
from photos.similarity.similar import ExactScan, PgVector
from vignette_shared.events import RedisEvents
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.connection import connect
from vignette_shared.queue.publisher import CeleryPublisher, Publisher
from vignette_shared.registry import Registry
from vignette_shared.settings import read_secret
from vignette_shared.storage import open_store


def open_nearest(engine: Engine, staging: Path) -> NearestPhotos:
    """Return pgvector if Postgres has it, else an exact scan of a file.

    The file is in the folder of the SQLite database, or in the staging folder for a remote database.
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
    """Build the services. Redis may be down; the database must be reachable and migrated.

    Raises:
        SettingsError: a setting can't be used; the message says what to do.
    """
    engine = open_engine(settings.database)
    # Refuse to start on an old schema: the first query would fail with a less helpful error.
    migrations.require_newest(engine)
    open_folder(settings.storage.staging, system_clock())
    celery = make_celery("photos", settings.broker)
    client = connect(settings.broker)
    # A separate store: the registry is shared with the trainer, blobs are not.
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
        # A separate connection: it blocks for the reply, longer than the other one's timeout.
        explainer=_open_explainer(CeleryPublisher(celery), settings),
        backlog=KombuBacklog(client),
        queue_gauge=KombuGauge(client),
        min_free_bytes=settings.storage.min_free_bytes,
        internal_key=read_secret(settings.security.internal_key_file),
        session_lifetime=timedelta(days=settings.security.session_days),
    )
    return services, celery, pool
