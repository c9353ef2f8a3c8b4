"""A training that was asked for by message: told of as it goes, ended when asked to. Knows no Celery."""

import threading
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

import redis
from redis.exceptions import RedisError

from trainer.errors import TrainingCancelled, TrainingHeld
from trainer.jobs.lease import lease
from trainer.jobs.pipeline_process import TrainingRunner
from vignette_shared.contracts.tasks import (
    MODEL_PUBLISHED,
    RECORD_TRAINING,
    ModelPublished,
    RecordTraining,
    TrainModel,
)
from vignette_shared.contracts.trainings import cancel_key
from vignette_shared.errors import BrokerUnavailable, VignetteError
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.publisher import Publisher

log = get_logger(__name__)

_DONE_S = 7 * 24 * 3600
"""How long a finished training is remembered, so that a redelivery trains nothing."""
_HELD_POLL_S = 2.0
_TOLD_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Trainings:
    """Runs trainings, one worker each, each once however often its message comes."""

    runner: TrainingRunner
    client: "redis.Redis"
    publisher: Publisher

    def run(self, job: TrainModel) -> None:
        """Train unless it was done already; the outcome, good or bad, is told and remembered.

        While another worker has it in hand this one waits: that one ends it, or dies and leaves it.

        Raises:
            BrokerUnavailable: the outcome could not be told; doing it again tells it, and trains nothing.
        """
        done = f"training:{job.training_id}:done"
        try:
            while not (outcome := self.client.get(done)):
                try:
                    with lease(self.client, f"training:{job.training_id}") as lost:
                        record = self._train(job, lost)
                        self.client.set(done, record.model_dump_json(), ex=_DONE_S)
                except TrainingHeld:
                    sleep(_HELD_POLL_S)
        except RedisError as error:
            raise BrokerUnavailable("Redis does not answer: the training is told of later.") from error
        self._tell(RecordTraining.model_validate_json(outcome))

    def _tell(self, record: RecordTraining) -> None:
        self.publisher.send(RECORD_TRAINING, record)
        log.info("training_ended", **record.model_dump(mode="json", exclude={"metrics"}))

    def _train(self, job: TrainModel, lost: threading.Event) -> RecordTraining:
        """Return the outcome; raises `TrainingHeld` when the lease was lost."""
        teller = _Teller(self.publisher, job.training_id)

        def stop() -> VignetteError | None:
            if lost.is_set():
                return TrainingHeld("The lease was lost, so the training was ended.")
            try:
                if self.client.exists(cancel_key(job.training_id)):
                    return TrainingCancelled("The training was cancelled.")
            except RedisError as error:  # a training outlives a restart of Redis; it is asked again soon
                log.warning("cancel_not_asked", training_id=job.training_id, reason=str(error))
            return None

        try:
            if reason := stop():
                raise reason
            result = self.runner.run(job.config, stop, teller)
        except TrainingHeld:
            raise
        except TrainingCancelled:
            return teller.ended("cancelled")
        except VignetteError as error:
            return teller.ended("failed", error={"code": error.code, "detail": error.detail})
        if result["promoted"]:
            published = ModelPublished(model_version=result["version"], previous=result["replaced"])
            self.publisher.send(MODEL_PUBLISHED, published)
        chosen = {name: result[name] for name in ("version", "metrics", "gate")}
        return teller.ended("succeeded", **chosen)


@dataclass
class _Teller:
    """Tells of progress: each new phase, and within one at most once a second."""

    publisher: Publisher
    training_id: str
    _phase: str | None = None
    _progress: float = 0.0
    _told_at: float = field(default=-_TOLD_EVERY_S)

    def __call__(self, phase: str, progress: float) -> None:
        is_new = phase != self._phase
        self._phase, self._progress = phase, progress
        if not is_new and monotonic() - self._told_at < _TOLD_EVERY_S:
            return
        self._told_at = monotonic()
        try:
            self.publisher.send(RECORD_TRAINING, self._record("running"))
        except BrokerUnavailable as error:  # the next one tells as much; the training goes on
            log.warning("progress_not_told", training_id=self.training_id, reason=error.detail)

    def ended(self, status: str, **members: Any) -> RecordTraining:
        return self._record(status, **members)

    def _record(self, status: str, **members: Any) -> RecordTraining:
        progress = 1.0 if status == "succeeded" else self._progress
        return RecordTraining(
            training_id=self.training_id, status=status, phase=self._phase, progress=progress, **members
        )
