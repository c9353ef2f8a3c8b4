"""Run a training that an admin started: report its progress, cancel it on request. Knows no Celery."""

import threading
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

import redis
from redis.exceptions import RedisError

from trainer.errors import TrainingCancelled, TrainingHeld
from trainer.jobs.lease import lease
from trainer.jobs.pipeline_process import PipelineProcess
from vignette_shared.contracts.tasks import (
    MODEL_PUBLISHED,
    RECORD_TRAINING,
    ModelPublished,
    RecordTraining,
    TrainModel,
)
from vignette_shared.contracts.trainings import TrainingStatus, cancel_key
from vignette_shared.errors import BrokerUnavailable, VignetteError
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.publisher import Publisher

log = get_logger(__name__)

# How long the outcome of a training is kept, to keep a redelivered message from training again.
_OUTCOME_S = 7 * 24 * 3600
_HELD_POLL_S = 2.0
_REPORT_INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class TrainingJobs:
    """Runs each training once, on one worker, however often its message is delivered."""

    pipeline: PipelineProcess
    client: "redis.Redis"
    publisher: Publisher

    def run(self, job: TrainModel) -> None:
        """Train unless the training has an outcome; store the outcome and publish it.

        If another worker holds the lease, wait until it finishes or dies.

        Raises:
            BrokerUnavailable: the outcome could not be published. A retry publishes it without training
                again.
        """
        key = f"training:{job.training_id}:done"
        try:
            # Checked before every attempt: another worker may have finished the training meanwhile.
            while not (outcome := self.client.get(key)):
                try:
                    with lease(self.client, f"training:{job.training_id}") as lost:
                        record = self._train(job, lost)
                        # Within the lease: the next worker to hold it must find the outcome.
                        self.client.set(key, record.model_dump_json(), ex=_OUTCOME_S)
                except TrainingHeld:
                    sleep(_HELD_POLL_S)
        except RedisError as error:
            raise BrokerUnavailable(
                "Redis does not answer: the training's outcome will be reported later."
            ) from error
        self._publish(RecordTraining.model_validate_json(outcome))

    def _publish(self, record: RecordTraining) -> None:
        self.publisher.send(RECORD_TRAINING, record)
        log.info("training_ended", **record.model_dump(mode="json", exclude={"metrics"}))

    def _train(self, job: TrainModel, lost: threading.Event) -> RecordTraining:
        """Return the outcome; raises `TrainingHeld` if the lease is lost."""
        reporter = _ProgressReporter(self.publisher, job.training_id)

        def stop_reason() -> VignetteError | None:
            if lost.is_set():
                return TrainingHeld("The training was stopped because its lease was lost.")
            try:
                if self.client.exists(cancel_key(job.training_id)):
                    return TrainingCancelled("The training was cancelled.")
            except RedisError as error:  # a training outlives a restart of Redis; the next check is soon
                log.warning("cancellation_not_checked", training_id=job.training_id, reason=str(error))
            return None

        try:
            if reason := stop_reason():
                raise reason
            result = self.pipeline.run(job.config, stop_reason, reporter)
        except TrainingHeld:
            raise
        except TrainingCancelled:
            return reporter.outcome(TrainingStatus.CANCELLED)
        except VignetteError as error:
            failure = {"code": error.code, "detail": error.detail}
            return reporter.outcome(TrainingStatus.FAILED, error=failure)
        # Sent before the outcome is stored: after a crash in between, the retry sends it again.
        if result.promoted:
            published = ModelPublished(model_version=result.version, previous=result.replaced)
            self.publisher.send(MODEL_PUBLISHED, published)
        return reporter.outcome(
            TrainingStatus.SUCCEEDED,
            version=result.version,
            metrics=result.metrics,
            gate=result.gate.model_dump(mode="json"),
        )


@dataclass
class _ProgressReporter:
    """Publishes progress: every new phase at once, and within a phase at most once per second."""

    publisher: Publisher
    training_id: str
    _phase: str | None = None
    _progress: float = 0.0
    _reported_at: float = field(default=-_REPORT_INTERVAL_S)

    def __call__(self, phase: str, progress: float) -> None:
        is_new = phase != self._phase
        self._phase, self._progress = phase, progress
        if not is_new and monotonic() - self._reported_at < _REPORT_INTERVAL_S:
            return
        self._reported_at = monotonic()
        try:
            self.publisher.send(RECORD_TRAINING, self._record(TrainingStatus.RUNNING, self._progress))
        except BrokerUnavailable as error:  # the next report replaces this one; the training continues
            log.warning("progress_not_reported", training_id=self.training_id, reason=error.detail)

    def outcome(self, status: TrainingStatus, **members: Any) -> RecordTraining:
        progress = 1.0 if status is TrainingStatus.SUCCEEDED else self._progress
        return self._record(status, progress, **members)

    def _record(self, status: TrainingStatus, progress: float, **members: Any) -> RecordTraining:
        return RecordTraining(
            training_id=self.training_id,
            status=status.value,
            phase=self._phase,
            progress=progress,
            **members,
        )
