"""Run an experiment: train a head on a snapshot and write the training run, with its curves."""

import dataclasses
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from trainer.dataset import Dataset
from trainer.head.config import TrainConfig
from trainer.head.fit import Epoch
from trainer.head.train import Trained, train
from trainer.runs.storage import HISTORY_FILE, Run, write_run
from trainer.support.atomic_file import write_atomically, write_error
from trainer.support.progress import PhaseCallback, no_progress
from vignette_shared.vision.backbone import Backbone, BackboneSpec

TENSORBOARD_FOLDER = "tensorboard"


def run_experiment(
    dataset: Dataset,
    backbone: Backbone,
    config: TrainConfig,
    cache: Path,
    out: Path,
    command: str = "",
    report: PhaseCallback = no_progress,
) -> tuple[Run, Trained]:
    """Train a head and write its run; loss and average precisions go to `tensorboard/` after each epoch.

    Args:
        dataset: with the splits of its snapshot.
        cache: folder of the bottleneck cache.
        out: folder of the run; the results of an earlier run there are deleted.
        command: as the user typed it.

    Raises:
        DatasetError, TrainingFailed, StorageFull: see `train` and `write_run`.
    """
    # TensorFlow takes seconds to import: commands must print their help and errors without it.
    from trainer.runs.tensorboard import ScalarLog  # noqa: PLC0415

    try:
        # TensorBoard would draw the curves of an earlier run together with the new ones.
        shutil.rmtree(out / TENSORBOARD_FOLDER, ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(out, error) from error
    scalars = ScalarLog(out / TENSORBOARD_FOLDER, dataset.labels, config.seed)
    history: list[Epoch] = []

    def on_epoch(epoch: Epoch) -> None:
        history.append(epoch)
        scalars.write(epoch)
        try:
            write_atomically(out / HISTORY_FILE, history_json(history))
        except OSError as error:
            raise write_error(out, error) from error

    trained = train(dataset, backbone, config, cache, report=report, on_epoch=on_epoch)
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


def default_run_folder(work: Path, dataset: Dataset, spec: BackboneSpec, config: TrainConfig) -> Path:
    """Return the run's folder if the user gives none, named by its snapshot, backbone and configuration."""
    key = json.dumps([dataset.origin, spec.fingerprint, config.as_json()], sort_keys=True)
    return work / "runs" / hashlib.sha256(key.encode()).hexdigest()[:12]


def history_json(history: list[Epoch]) -> bytes:
    """Return the epochs as JSON; the AP of a label that doesn't occur in validation is null."""
    rows: list[dict[str, Any]] = []
    for epoch in sorted(history, key=lambda each: (each.member, each.number)):
        row = dataclasses.asdict(epoch)
        # JSON has no NaN.
        row["label_ap"] = [None if value != value else round(value, 4) for value in epoch.label_ap]  # noqa: PLR0124 - NaN
        rows.append(row)
    return json.dumps(rows).encode() + b"\n"


def read_history(folder: Path | None) -> tuple[Epoch, ...]:
    """Return a run's epochs; none for a published version, or a run that predates `history.json`."""
    path = folder / HISTORY_FILE if folder else None
    if path is None or not path.exists():
        return ()
    rows: list[dict[str, Any]] = json.loads(path.read_bytes())
    return tuple(
        Epoch(**{**row, "label_ap": tuple(float("nan") if ap is None else ap for ap in row["label_ap"])})
        for row in rows
    )
