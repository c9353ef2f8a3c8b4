"""Wire the tagger's worker from its settings."""

from dataclasses import dataclass

import redis
from celery import Celery

from tagger_worker.embedder import Embedder
from tagger_worker.model import ModelResolver, make_loader
from tagger_worker.settings import TaggerWorkerSettings
from tagger_worker.tagger import Tagger
from tagger_worker.tasks import register
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.heartbeat import Heartbeat
from vignette_shared.queue.publisher import CeleryPublisher
from vignette_shared.registry import Registry
from vignette_shared.storage import open_store
from vignette_shared.vision.loading import RuntimeOptions

SERVICE = "tagger-worker"


@dataclass(frozen=True, slots=True)
class Worker:
    """A wired worker that has not started."""

    app: Celery
    models: ModelResolver
    heartbeat: Heartbeat


def bootstrap(settings: TaggerWorkerSettings) -> Worker:
    """Wire the worker; raises `SettingsError` if a store can't be opened."""
    registry = Registry(open_store(settings.registry.url))
    options = RuntimeOptions(
        runtime=settings.tagger.runtime,
        precision=settings.tagger.precision,
        threads=settings.tagger.threads,
        cache_dir=settings.tagger.cache_dir,
    )
    models = ModelResolver(registry, make_loader(registry, options), settings.registry.poll_s)
    client = redis.Redis.from_url(
        settings.broker.url,
        socket_connect_timeout=settings.broker.connect_timeout_s,
        socket_timeout=settings.broker.connect_timeout_s,
    )
    app = make_celery(SERVICE, settings.broker)
    tagger = Tagger(models, open_store(settings.storage.url), settings.limits.pixels)
    embedder = Embedder(models, registry, options, settings.limits.pixels)
    register(app, tagger, embedder, CeleryPublisher(app), client)
    return Worker(app, models, Heartbeat(SERVICE, client, models.describe))
