"""Queue consumers: parse, call, publish."""

from celery import Celery

from trainer.jobs.training_job import Trainings
from vignette_shared.contracts.tasks import TRAIN_MODEL
from vignette_shared.queue.app import consume

QUEUES = (TRAIN_MODEL.queue,)


def register(app: Celery, trainings: Trainings) -> None:
    """Register the trainer's consumers with `app`."""
    consume(app, TRAIN_MODEL, trainings.run)
