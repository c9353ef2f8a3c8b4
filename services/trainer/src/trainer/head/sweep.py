"""Train a grid of configurations in parallel and rank them by the validation split."""

import dataclasses
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trainer.errors import DatasetError
from trainer.evaluation.metrics import mean_average_precision
from trainer.head.config import TrainConfig
from trainer.head.fit import Samples, fit_head
from trainer.head.train import EmbeddedSplits
from trainer.support.atomic_file import write_atomically, write_error
from trainer.support.process_pool import process_pool
from vignette_shared.vision.head import Head

RESULTS_FILE = "sweep.json"
_SAMPLES_FILE = "material.npz"
_MAX_CONFIGURATIONS = 10_000


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One configuration's best epoch: its training loss and its mean AP on validation."""

    config: dict[str, Any]
    mean_ap: float
    epoch: int
    loss: float

    @property
    def key(self) -> str:
        return _key(self.config)

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def expand(base: TrainConfig, grid: Mapping[str, Any]) -> list[TrainConfig]:
    """Return every combination of the grid's values over `base`.

    Raises:
        DatasetError: a setting is unknown or changes the embeddings, a value is invalid, or the grid is empty
            or too large.
    """
    if not grid or not all(isinstance(values, list) and values for values in grid.values()):
        raise DatasetError('--grid is not a JSON object of lists, such as {"dropout": [0.3, 0.5]}.')
    if "views" in grid:
        raise DatasetError(
            "--grid can't vary views, which change the embeddings. Sweep each value separately."
        )
    if (count := int(np.prod([len(values) for values in grid.values()]))) > _MAX_CONFIGURATIONS:
        raise DatasetError(f"--grid has {count} combinations; the maximum is {_MAX_CONFIGURATIONS}.")
    combinations = itertools.product(*grid.values())
    return [base.changed(**dict(zip(grid, values, strict=True))) for values in combinations]


def sweep(
    splits: EmbeddedSplits,
    configs: list[TrainConfig],
    out: Path,
    jobs: int,
    progress: Callable[[int], None] = lambda _: None,
) -> list[SweepRow]:
    """Train every configuration in one thread each; return the rows, best first.

    Rows are saved to `out/sweep.json` as they finish, and an interrupted sweep resumes from there.

    Args:
        out: folder for the sweeps of these splits.
        jobs: number of processes.
        progress: called with the number of configurations finished.

    Raises:
        DatasetError: `out` can't be written or holds a sweep of other splits.
        TrainingFailed: a training failed; the finished rows are kept.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        # A file, because an argument would be pickled for every configuration.
        _save_samples(splits, out / _SAMPLES_FILE)
    except OSError as error:
        raise write_error(out, error) from error
    identity = _identity(splits)
    rows = {row.key: row for row in _read_rows(out, identity)}
    wanted = {_key(config.as_json()): config for config in configs}
    missing = [config for key, config in wanted.items() if key not in rows]
    progress(len(wanted) - len(missing))
    if not missing:
        return _ranked(rows[key] for key in wanted)
    # One thread each: small matrix products gain less from threads than from parallel trainings.
    with process_pool(jobs, _use_one_thread) as pool:
        pending = [pool.submit(_train_one, out / _SAMPLES_FILE, each.as_json()) for each in missing]
        try:
            for done in as_completed(pending):
                row = done.result()
                rows[row.key] = row
                body = {"material": identity, "rows": [each.as_json() for each in rows.values()]}
                write_atomically(out / RESULTS_FILE, json.dumps(body, indent=1).encode())
                progress(1)
        except BaseException:  # Ctrl-C, too, must cancel the pending trainings
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return _ranked(rows[key] for key in wanted)


def _key(config: dict[str, Any]) -> str:
    return json.dumps(config, sort_keys=True)


def _ranked(rows: Iterable[SweepRow]) -> list[SweepRow]:
    return sorted(rows, key=lambda row: -row.mean_ap)


def _use_one_thread() -> None:
    for name in (
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    ):
        os.environ[name] = "1"


def _train_one(path: Path, values: dict[str, Any]) -> SweepRow:
    config = TrainConfig.parse(values)
    with np.load(path) as file:
        arrays = dict(file)
    train = Samples(arrays["learn"], arrays["learn_targets"])
    validation = Samples(arrays["check"], arrays["check_targets"])
    fitted = fit_head(train, validation, config)
    labels = tuple(map(str, range(validation.targets.shape[1])))
    head = Head(fitted.layers, labels, np.zeros(len(labels), np.float32), fitted.to_unit)
    best = max(fitted.history, key=lambda epoch: epoch.mean_ap)
    # Of the merged head, which would be published, rather than of its best member.
    mean_ap = mean_average_precision(validation.targets > 0.5, head.logits(validation.embeddings))
    return SweepRow(config.as_json(), round(mean_ap, 4), best.number, round(best.loss, 4))


def _save_samples(splits: EmbeddedSplits, path: Path) -> None:
    train, validation = splits.samples(None, 0.0)
    arrays: dict[str, Any] = {
        "learn": train.embeddings,
        "learn_targets": train.targets,
        "check": validation.embeddings,
        "check_targets": validation.targets,
    }
    temporary = path.with_name(f".{path.name}.{os.getpid()}.npz")
    np.savez(temporary, **arrays)
    temporary.replace(path)


def _identity(splits: EmbeddedSplits) -> str:
    """Hash what comparable rows share: the embeddings, the labels and the validation split."""
    digest = hashlib.sha256()
    for part in (splits.embedded.embeddings, splits.truth, splits.rows["validation"]):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _read_rows(out: Path, identity: str) -> Iterator[SweepRow]:
    try:
        body = json.loads((out / RESULTS_FILE).read_bytes())
    except OSError:
        return
    except ValueError as error:
        raise DatasetError(f"{out / RESULTS_FILE} is damaged: remove it.") from error
    if body["material"] != identity:
        raise DatasetError(f"{out} holds a sweep of another split: give another folder with --out.")
    yield from (SweepRow(**row) for row in body["rows"])
