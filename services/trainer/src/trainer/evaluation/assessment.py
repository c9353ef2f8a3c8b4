"""A head looked at from all sides on the frozen test split: `metrics.json` and what the report shows."""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.dataset import Dataset
from trainer.embedding.bottlenecks import Embedded, embed_dataset
from trainer.errors import DatasetError
from trainer.evaluation.calibration import fit_temperature, isotonic_scores, tempered_scores
from trainer.evaluation.evaluate import difference, evaluate
from trainer.evaluation.metrics import mean_calibration_error, reliability_curve
from trainer.evaluation.mistakes import Mistake, confusion_pairs, probable_label_errors, worst_errors
from trainer.evaluation.robustness import PASSES, measure_robustness
from trainer.support.progress import Phases, counted, silent
from vignette_shared.errors import ImageError
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head
from vignette_shared.vision.preprocess import load_pixels


@dataclass(frozen=True, slots=True)
class Rival:
    """Another head, over whichever backbone."""

    name: str
    head: Head
    backbone: Backbone


@dataclass(frozen=True, slots=True)
class Assessment:
    """`metrics` is JSON; `pixels` holds the images that its mistakes name, uint8[side, side, 3] by name."""

    metrics: dict[str, Any]
    pixels: dict[str, NDArray[np.uint8]] = field(default_factory=dict)


def assess(
    head: Head,
    dataset: Dataset,
    backbone: Backbone,
    cache: Path,
    *,
    against: Rival | None = None,
    distorted_images: int = 300,
    seed: int = 0,
    report: Phases = silent,
) -> Assessment:
    """Measure on the test split; the calibrations are fitted on the validation split.

    Args:
        dataset: with the sides of its snapshot, its labels those of the head.
        cache: folder of the bottleneck cache.
        against: another head of the same labels, to state the difference from.
        distorted_images: of the test split, drawn by `seed`, on which robustness is measured; 0 for none.

    Raises:
        DatasetError: a head's labels are not the dataset's, or a test image can't be read.
    """
    if dataset.splits is None:
        raise DatasetError("The dataset has no frozen split: run `vignette-trainer dataset split`.")
    if dataset.labels != head.labels:
        missing = sorted(set(head.labels) ^ set(dataset.labels))
        raise DatasetError(f"The head and the dataset differ in labels, such as {missing[0]!r}.")
    if against and against.head.labels != head.labels:
        raise DatasetError(f"{against.name} has other labels: the two can't be compared.")
    test = _embed(dataset, "test", backbone, cache, report)
    check = _embed(dataset, "validation", backbone, cache, report)
    truth, known = dataset.targets[test.rows], dataset.targets[check.rows]
    scores = head.scores(test.embeddings)
    found: dict[str, Any] = evaluate(head, test.embeddings, truth)
    errors, labels_wrong = probable_label_errors(truth, scores, head.labels)
    worst = worst_errors(truth, scores, head.labels)
    names = [dataset.names[row] for row in test.rows]
    found.update(
        split="test",
        calibration=_calibrations(head, test.embeddings, truth, check.embeddings, known),
        confusions=[
            dataclasses.asdict(pair)
            for pair in confusion_pairs(truth, head.over_threshold(scores), head.labels)
        ],
        worst_errors=[_named(each, names) for each in worst],
        label_errors={"count": errors, "likeliest": [_named(each, names) for each in labels_wrong]},
        snapshot=dataset.origin,
    )
    if against:
        others = _scores_of(against, dataset, test, cache, report)
        found["against"] = {"name": against.name, **difference(scores, others, truth)}
    if distorted_images:
        found["robustness"] = _robustness(
            head, backbone, dataset.take(test.rows), distorted_images, seed, report
        )
    shown = {names[each.row] for each in (*worst, *labels_wrong)}
    return Assessment(found, {name: load_pixels(dataset.read(name), backbone.spec) for name in shown})


def _embed(dataset: Dataset, side: str, backbone: Backbone, cache: Path, report: Phases) -> Embedded:
    """Embed one side; `rows` are the dataset's."""
    rows = np.array([i for i, split in enumerate(dataset.splits or ()) if split == side], np.intp)
    if not rows.size:
        raise DatasetError(f"No image is on the {side} side: split the dataset again.")
    progress = counted(report, f"bottlenecks ({side})", len(rows))
    embedded = embed_dataset(dataset.take(rows), backbone, cache, progress)
    return dataclasses.replace(embedded, rows=rows[embedded.rows])


def _scores_of(
    rival: Rival, dataset: Dataset, test: Embedded, cache: Path, report: Phases
) -> NDArray[np.float32]:
    """Return what the other head makes of the same test images; raises `DatasetError`."""
    found = _embed(dataset, "test", rival.backbone, cache, report)
    if not np.array_equal(found.rows, test.rows):
        raise DatasetError(f"Not every test image could be read for {rival.name}: evaluate again.")
    return rival.head.scores(found.embeddings)


def _calibrations(
    head: Head,
    embeddings: NDArray[np.float16],
    truth: NDArray[np.bool_],
    check_embeddings: NDArray[np.float16],
    check_truth: NDArray[np.bool_],
) -> dict[str, Any]:
    """Return ECE and reliability on test: as shipped, over a temperature, and isotonic."""
    logits, check = head.logits(embeddings), head.logits(check_embeddings)
    temperature = fit_temperature(check_truth, check)
    variants: dict[str, NDArray[np.floating]] = {
        "as_shipped": tempered_scores(logits, 1.0),
        "temperature": tempered_scores(logits, temperature),
        "isotonic": isotonic_scores(check_truth, tempered_scores(check, 1.0), tempered_scores(logits, 1.0)),
    }
    return {
        "fitted_temperature": round(temperature, 4),
        **{
            name: {
                "ece": round(mean_calibration_error(truth, scores), 4),
                "curve": reliability_curve(truth, scores),
            }
            for name, scores in variants.items()
        },
    }


def _robustness(
    head: Head, backbone: Backbone, test: Dataset, most: int, seed: int, report: Phases
) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.permutation(len(test.names))[:most])
    pixels, rows = [], []
    for row in drawn:
        try:
            pixels.append(load_pixels(test.read(test.names[row]), backbone.spec))
        except (ImageError, DatasetError):  # its embedding came from the cache, the file is gone since
            continue
        rows.append(row)
    if not rows:
        raise DatasetError("Not one test image could be read again for the distortions.")
    progress = counted(report, "distortions", PASSES * len(rows))
    levels = measure_robustness(head, backbone, np.stack(pixels), test.targets[rows], progress)
    return {"images": len(rows), "levels": [dataclasses.asdict(level) for level in levels]}


def _named(mistake: Mistake, names: list[str]) -> dict[str, Any]:
    return {
        "image": names[mistake.row],
        "label": mistake.label,
        "present": mistake.present,
        "score": mistake.score,
    }
