"""One training from a frozen snapshot to a run's folder, with its curves."""

import dataclasses
import hashlib
import json
import shutil
from pathlib import Path

from trainer.dataset import Dataset
from trainer.head.config import TrainConfig
from trainer.head.fit import Epoch
from trainer.head.train import Trained, train
from trainer.runs.storage import HISTORY_FILE, Run, write_run
from trainer.runs.tensorboard import ScalarLog
from trainer.support.atomic_file import unwritable, write_whole
from trainer.support.progress import Phases, silent
from vignette_shared.vision.backbone import Backbone, BackboneSpec

TENSORBOARD_FOLDER = "tensorboard"


def run_experiment(
    dataset: Dataset,
    backbone: Backbone,
    config: TrainConfig,
    cache: Path,
    out: Path,
    command: str = "",
    report: Phases = silent,
) -> tuple[Run, Trained]:
    """Train and write the run; its loss and average precisions appear under `tensorboard/` as it goes.

    Args:
        dataset: with the sides of its snapshot.
        cache: folder of the bottleneck cache.
        out: folder of the run; what an earlier training left there is gone then.
        command: as typed.

    Raises:
        DatasetError, TrainingFailed, StorageFull: as `train` and `write_run` say.
    """
    try:
        shutil.rmtree(out / TENSORBOARD_FOLDER, ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(out, error) from error
    scalars = ScalarLog(out / TENSORBOARD_FOLDER, dataset.labels, config.seed)
    history: list[Epoch] = []

    def heard(epoch: Epoch) -> None:
        history.append(epoch)
        scalars.write(epoch)
        try:
            write_whole(out / HISTORY_FILE, history_json(history))
        except OSError as error:
            raise unwritable(out, error) from error

    trained = train(dataset, backbone, config, cache, report=report, on_epoch=heard)
    run = write_run(
        out,
        trained.head,
        backbone.spec.fingerprint,
        dataset=trained.dataset,
        config=config.as_json(),
        seed=config.seed,
        sensitive=[label for label in config.sensitive if label in dataset.labels],
        command=command,
        temperature=trained.temperature,
    )
    return run, trained


def run_folder(work: Path, dataset: Dataset, spec: BackboneSpec, config: TrainConfig) -> Path:
    """Return where a run lies that nobody gave a place: named by its snapshot, backbone and configuration."""
    key = json.dumps([dataset.origin, spec.fingerprint, config.as_json()], sort_keys=True)
    return work / "runs" / hashlib.sha256(key.encode()).hexdigest()[:12]


def history_json(history: list[Epoch]) -> bytes:
    """Return the epochs as JSON; a label that does not occur on validation has null."""
    rows = []
    for epoch in sorted(history, key=lambda each: (each.member, each.number)):
        row = dataclasses.asdict(epoch)
        row["label_ap"] = [None if value != value else round(value, 4) for value in epoch.label_ap]  # noqa: PLR0124
        rows.append(row)
    return json.dumps(rows).encode() + b"\n"
