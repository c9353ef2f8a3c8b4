"""Trainings as photos and the trainer both see them: status, phases, result, cancellation."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from vignette_shared.contracts.gate import GateVerdict


class TrainingStatus(StrEnum):
    """A training that the trainer hasn't reported on yet is `queued`."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TrainingPhase(StrEnum):
    """The phases of a training, in order."""

    SNAPSHOT = "snapshot"
    BOTTLENECKS = "bottlenecks"
    TRAIN = "train"
    EVALUATE = "evaluate"
    PUBLISH = "publish"
    GATE = "gate"


class TrainingResult(BaseModel):
    """The result of a training.

    Attributes:
        promoted: whether `version` is in production now; if not, `gate` has the reasons.
        replaced: the version that was in production before.
        run: folder of the training run.
        metrics: the main metrics on the test split.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    promoted: bool
    replaced: str | None = None
    gate: GateVerdict
    snapshot: str = ""
    run: str = ""
    metrics: dict[str, int | float | None]


def cancel_key(training_id: str) -> str:
    """Return the Redis key whose presence asks the trainer to cancel a training."""
    return f"training:{training_id}:cancel"
