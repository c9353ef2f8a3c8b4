"""Queue consumers of the trainer."""

from celery import Celery

from trainer.jobs.training_job import TrainingJobs
from vignette_shared.contracts.tasks import TRAIN_MODEL
from vignette_shared.queue.app import consume

QUEUES = (TRAIN_MODEL.queue,)


def register(app: Celery, jobs: TrainingJobs) -> None:
    """Register the trainer's consumers with `app`."""
    consume(app, TRAIN_MODEL, jobs.run)
