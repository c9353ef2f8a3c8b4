"""A grid of configurations, in parallel, compared on the validation split; the test split stays unseen."""

import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import as_completed
from pathlib import Path
from typing import Any

import numpy as np

from trainer.errors import DatasetError
from trainer.head.config import TrainConfig
from trainer.head.train import Material
from trainer.support.atomic_file import unwritable, write_whole
from trainer.support.process_pool import process_pool

RESULTS_FILE = "sweep.json"
_MATERIAL_FILE = "material.npz"
_MOST = 10_000


def expand(base: TrainConfig, grid: Mapping[str, Any]) -> list[TrainConfig]:
    """Return every combination of the grid's values over `base`.

    Raises:
        DatasetError: a key is unknown or changes the embeddings, a value is wrong, or the grid is empty or
            absurdly large.
    """
    if not grid or not all(isinstance(values, list) and values for values in grid.values()):
        raise DatasetError('--grid is not a JSON object of lists, such as {"dropout": [0.3, 0.5]}.')
    if "views" in grid:
        raise DatasetError("--grid can't vary views: they are other embeddings. Make a sweep of each.")
    if (count := int(np.prod([len(values) for values in grid.values()]))) > _MOST:
        raise DatasetError(f"--grid has {count} combinations: {_MOST} are the most.")
    combinations = itertools.product(*grid.values())
    return [base.changed(**dict(zip(grid, values, strict=True))) for values in combinations]


def sweep(
    material: Material,
    configs: list[TrainConfig],
    out: Path,
    jobs: int,
    progress: Callable[[int], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Train every configuration, one thread each; returns rows `{config, mean_ap, epoch, loss}`, best first.

    Rows are kept in `out/sweep.json` as they come: what an interrupted sweep had done is not done again.

    Args:
        out: folder of this material's sweeps.
        jobs: processes at a time.
        progress: called with the number of configurations done.

    Raises:
        DatasetError: `out` can't be written.
        TrainingFailed: one of the trainings failed; the others' rows are kept.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        _save(material, out / _MATERIAL_FILE)
    except OSError as error:
        raise unwritable(out, error) from error
    mark = _mark(material)
    rows = {json.dumps(row["config"], sort_keys=True): row for row in _read_rows(out, mark)}
    wanted = {json.dumps(config.as_json(), sort_keys=True): config for config in configs}
    missing = [config for key, config in wanted.items() if key not in rows]
    progress(len(wanted) - len(missing))
    if not missing:
        return _sorted(rows[key] for key in wanted)
    with process_pool(jobs, _one_thread) as pool:
        pending = [pool.submit(_train_one, out / _MATERIAL_FILE, each.as_json()) for each in missing]
        try:
            for done in as_completed(pending):
                row = done.result()
                rows[json.dumps(row["config"], sort_keys=True)] = row
                body = {"material": mark, "rows": list(rows.values())}
                write_whole(out / RESULTS_FILE, json.dumps(body, indent=1).encode())
                progress(1)
        except BaseException:  # Ctrl-C too: what waits must not begin
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return _sorted(rows[key] for key in wanted)


def _sorted(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: -row["mean_ap"])


def _one_thread() -> None:
    for name in (
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    ):
        os.environ[name] = "1"


def _train_one(path: Path, values: dict[str, Any]) -> dict[str, Any]:
    from trainer.evaluation.metrics import mean_average_precision  # noqa: PLC0415
    from trainer.head.fit import Samples, fit_head  # noqa: PLC0415  # TensorFlow, in this process alone
    from vignette_shared.vision.head import Head  # noqa: PLC0415

    config = TrainConfig.parse(values)
    with np.load(path) as file:
        arrays = dict(file)
    learn = Samples(arrays["learn"], arrays["learn_targets"])
    check = Samples(arrays["check"], arrays["check_targets"])
    fitted = fit_head(learn, check, config)
    labels = tuple(map(str, range(check.targets.shape[1])))
    head = Head(fitted.layers, labels, np.zeros(len(labels), np.float32), fitted.to_unit)
    best = max(fitted.history, key=lambda epoch: epoch.mean_ap)
    mean_ap = mean_average_precision(check.targets > 0.5, head.logits(check.embeddings))
    return {
        "config": config.as_json(),
        "mean_ap": round(mean_ap, 4),
        "epoch": best.number,
        "loss": round(best.loss, 4),
    }


def _save(material: Material, path: Path) -> None:
    learn, check = material.samples(None, 0.0)
    arrays: dict[str, Any] = {
        "learn": learn.embeddings,
        "learn_targets": learn.targets,
        "check": check.embeddings,
        "check_targets": check.targets,
    }
    temporary = path.with_name(f".{path.name}.{os.getpid()}.npz")
    np.savez(temporary, **arrays)
    temporary.replace(path)


def _mark(material: Material) -> str:
    """What rows must share to be compared: the embeddings, the labels, and who validates."""
    digest = hashlib.sha256()
    for part in (material.embedded.embeddings, material.truth, material.sides["validation"]):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _read_rows(out: Path, mark: str) -> Iterator[dict[str, Any]]:
    try:
        body = json.loads((out / RESULTS_FILE).read_bytes())
    except OSError:
        return
    except ValueError as error:
        raise DatasetError(f"{out / RESULTS_FILE} is damaged: remove it.") from error
    if body["material"] != mark:
        raise DatasetError(f"{out} holds a sweep over another split: give another folder.")
    yield from body["rows"]
