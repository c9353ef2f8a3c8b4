"""A training run: a head in a folder, to be evaluated before it is published.

Layout::

    head.safetensors   the head as it would be served
    metrics.json       metrics on the snapshot's test split, once evaluated
    report.html        the evaluation report
    history.json       loss and average precisions by epoch
    run.json           how the head was made; written last, so its presence means that the head is complete
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trainer.dataset.provenance import DatasetProvenance
from trainer.errors import DatasetError
from trainer.support.atomic_file import write_atomically, write_error
from vignette_shared.registry import file_hash
from vignette_shared.vision.head import HEAD_FILE, Head

RUN_FILE = "run.json"
METRICS_FILE = "metrics.json"
REPORT_FILE = "report.html"
HISTORY_FILE = "history.json"


class RunFacts(BaseModel):
    """How a head was made: `run.json`, and later part of its version's manifest. Unknown members are kept.

    Attributes:
        head_sha256: of `head.safetensors`, in hex.
        backbone: its fingerprint.
        thresholds: in the order of `labels`.
        command: as the user typed it.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    head_sha256: str
    backbone: str
    features: int
    labels: list[str]
    thresholds: list[float]
    sensitive: list[str] = []
    dataset: DatasetProvenance = DatasetProvenance()
    config: dict[str, Any] = {}
    seed: int | None = None
    command: str = ""
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))


@dataclass(frozen=True, slots=True)
class Run:
    folder: Path
    facts: RunFacts
    head: Head


def write_run(folder: Path, head: Head, backbone: str, **facts: Any) -> Run:
    """Write a trained head; the results of an earlier run in the folder are deleted.

    Args:
        backbone: its fingerprint.
        facts: other members of `RunFacts`.

    Raises:
        DatasetError, StorageFull: the folder can't be written.
    """
    body = head.dump()
    run_facts = RunFacts(
        head_sha256=file_hash(body),
        backbone=backbone,
        features=len(head.layers[0].kernel),
        labels=list(head.labels),
        thresholds=[float(value) for value in head.thresholds],
        **facts,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # `run.json` first: without it, what an interrupted write leaves doesn't count as a run.
        for stale in (RUN_FILE, METRICS_FILE, REPORT_FILE):
            (folder / stale).unlink(missing_ok=True)
        write_atomically(folder / HEAD_FILE, body)
        write_atomically(folder / RUN_FILE, run_facts.model_dump_json(indent=1).encode() + b"\n")
    except OSError as error:
        raise write_error(folder, error) from error
    return read_run(folder)


def read_run(folder: Path) -> Run:
    """Read a training run.

    Raises:
        DatasetError: the folder has no run, or the run is incomplete or was changed.
        ModelDamaged: the head can't be parsed.
    """
    try:
        facts = RunFacts.model_validate_json((folder / RUN_FILE).read_bytes())
        body = (folder / HEAD_FILE).read_bytes()
    except OSError as error:
        raise DatasetError(
            f"{folder} holds no finished training run ({error.strerror}): run `vignette-trainer train` again."
        ) from error
    except ValidationError as error:
        raise DatasetError(f"{folder / RUN_FILE} is damaged: run `vignette-trainer train` again.") from error
    if file_hash(body) != facts.head_sha256:
        raise DatasetError(f"{folder / HEAD_FILE} was changed: run `vignette-trainer train` again.")
    head = Head.parse(body, features=facts.features, labels=facts.labels, thresholds=facts.thresholds)
    return Run(folder, facts, head)
