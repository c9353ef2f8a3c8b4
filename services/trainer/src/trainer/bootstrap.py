"""Wire the trainer's worker from its settings."""

from dataclasses import dataclass

import redis
from celery import Celery

from trainer.jobs.pipeline_process import PipelineProcess
from trainer.jobs.training_job import TrainingJobs
from trainer.settings import TrainerWorkerSettings
from trainer.tasks import register
from vignette_shared.errors import SettingsError
from vignette_shared.queue.app import make_celery
from vignette_shared.queue.heartbeat import Heartbeat
from vignette_shared.queue.publisher import CeleryPublisher

SERVICE = "trainer-worker"


@dataclass(frozen=True, slots=True)
class Worker:
    """A wired worker that has not started."""

    app: Celery
    heartbeat: Heartbeat


def bootstrap(settings: TrainerWorkerSettings) -> Worker:
    """Wire the worker; raises `SettingsError` if its folder can't be created."""
    work_dir = settings.trainer.work_dir
    try:
        work_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"The folder {work_dir} can't be created: {error.strerror}.") from error
    client = redis.Redis.from_url(
        settings.broker.url,
        socket_connect_timeout=settings.broker.connect_timeout_s,
        socket_timeout=settings.broker.connect_timeout_s,
    )
    app = make_celery(SERVICE, settings.broker)
    pipeline = PipelineProcess(work_dir, settings.registry.url)
    register(app, TrainingJobs(pipeline, client, CeleryPublisher(app)))
    return Worker(app, Heartbeat(SERVICE, client))
