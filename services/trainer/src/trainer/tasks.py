"""Queue consumers: parse, call, publish."""

import redis
from celery import Celery

from trainer.lease import lease
from trainer.runner import TrainingRunner
from vignette_shared.contracts.tasks import TRAIN_MODEL, TrainModel
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.app import consume

log = get_logger(__name__)

QUEUES = (TRAIN_MODEL.queue,)
_DONE_S = 7 * 24 * 3600
"""How long a finished training is remembered, so that a redelivery does nothing."""


def register(app: Celery, runner: TrainingRunner, client: "redis.Redis") -> None:
    """Register the trainer's consumers with `app`."""

    def train_model(job: TrainModel) -> None:
        done = f"training:{job.training_id}:done"
        if client.exists(done):
            return
        with lease(client, f"training:{job.training_id}") as lost:
            result = runner.run(job.config, lost)
        client.set(done, result["version"], ex=_DONE_S)
        log.info("training_finished", training_id=job.training_id, **result)

    consume(app, TRAIN_MODEL, train_model)
