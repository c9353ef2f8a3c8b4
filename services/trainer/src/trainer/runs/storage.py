"""A training's result in a folder of its own: measured and looked at before it becomes a version.

Layout::

    head.safetensors   the head as it would be served
    metrics.json       figures on the snapshot's test split, once evaluated
    report.html        the same, for people
    history.json       loss and average precisions by epoch
    run.json           what made it; written last, so that its presence means that the head is complete
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trainer.errors import DatasetError
from trainer.support.atomic_file import unwritable, write_whole
from vignette_shared.registry import file_hash
from vignette_shared.vision.head import HEAD_FILE, Head

RUN_FILE = "run.json"
METRICS_FILE = "metrics.json"
REPORT_FILE = "report.html"
HISTORY_FILE = "history.json"


class RunFacts(BaseModel):
    """What a version's manifest will say of its making; further members are kept.

    Attributes:
        head_sha256: of `head.safetensors`, in hex.
        backbone: its fingerprint.
        thresholds: in the order of `labels`.
        dataset: `{"snapshot": name, ...}` and counts.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    head_sha256: str
    backbone: str
    features: int
    labels: list[str]
    thresholds: list[float]
    sensitive: list[str] = []
    dataset: dict[str, Any] = {}
    config: dict[str, Any] = {}
    seed: int | None = None
    command: str = ""
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))


@dataclass(frozen=True, slots=True)
class Run:
    folder: Path
    facts: RunFacts
    head: Head


def write_run(folder: Path, head: Head, backbone: str, **story: Any) -> Run:
    """Write a trained head; what an earlier training left in the folder is gone then.

    Args:
        backbone: its fingerprint.
        story: further members of `RunFacts`.

    Raises:
        DatasetError, StorageFull: the folder can't be written.
    """
    body = head.dump()
    facts = RunFacts(
        head_sha256=file_hash(body),
        backbone=backbone,
        features=len(head.layers[0].kernel),
        labels=list(head.labels),
        thresholds=[float(value) for value in head.thresholds],
        **story,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stale in (RUN_FILE, METRICS_FILE, REPORT_FILE):
            (folder / stale).unlink(missing_ok=True)
        write_whole(folder / HEAD_FILE, body)
        write_whole(folder / RUN_FILE, facts.model_dump_json(indent=1).encode() + b"\n")
    except OSError as error:
        raise unwritable(folder, error) from error
    return read_run(folder)


def read_run(folder: Path) -> Run:
    """Read a training's result.

    Raises:
        DatasetError: there is none, or it is not complete.
        ModelDamaged: the head is not what `run.json` says.
    """
    try:
        facts = RunFacts.model_validate_json((folder / RUN_FILE).read_bytes())
        body = (folder / HEAD_FILE).read_bytes()
    except OSError as error:
        raise DatasetError(
            f"{folder} holds no finished training ({error.strerror}): run `vignette-trainer train` again."
        ) from error
    except ValidationError as error:
        raise DatasetError(f"{folder / RUN_FILE} is damaged: run `vignette-trainer train` again.") from error
    if file_hash(body) != facts.head_sha256:
        raise DatasetError(f"{folder / HEAD_FILE} was changed: run `vignette-trainer train` again.")
    head = Head.parse(body, features=facts.features, labels=facts.labels, thresholds=facts.thresholds)
    return Run(folder, facts, head)
