"""Assess a head on the test split.

Metrics, calibration, mistakes, robustness, comparison with another head.
"""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.dataset import Dataset
from trainer.embedding.bottlenecks import Embedded, embed_dataset
from trainer.errors import DatasetError
from trainer.evaluation.calibration import fit_temperature, isotonic_scores, tempered_scores
from trainer.evaluation.evaluate import difference, evaluate
from trainer.evaluation.metrics import mean_calibration_error, reliability_curve
from trainer.evaluation.mistakes import confusion_pairs, probable_label_errors, worst_errors
from trainer.evaluation.robustness import PASSES, measure_robustness
from trainer.support.progress import PhaseCallback, no_progress, phase_counter
from vignette_shared.contracts.metrics import (
    Calibration,
    Difference,
    LabelErrors,
    Metrics,
    Reliability,
    Robustness,
)
from vignette_shared.errors import ImageError
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head
from vignette_shared.vision.preprocess import load_pixels


@dataclass(frozen=True, slots=True)
class OtherHead:
    """A head to compare with, over any backbone."""

    name: str
    head: Head
    backbone: Backbone


@dataclass(frozen=True, slots=True)
class Assessment:
    """The metrics, and the images that their mistakes name: uint8[side, side, 3] by name."""

    metrics: Metrics
    pixels: dict[str, NDArray[np.uint8]] = field(default_factory=dict)


def assess(
    head: Head,
    dataset: Dataset,
    backbone: Backbone,
    cache: Path,
    *,
    against: OtherHead | None = None,
    distorted_images: int = 300,
    seed: int = 0,
    report: PhaseCallback = no_progress,
) -> Assessment:
    """Measure a head on the test split; fit the calibrations on the validation split.

    Args:
        dataset: with the splits of its snapshot and the head's labels.
        cache: folder of the bottleneck cache.
        against: a head with the same labels to compare with.
        distorted_images: the number of test images to measure robustness on, drawn by `seed`; 0 to skip.

    Raises:
        DatasetError: the labels of a head and the dataset differ, or a test image can't be read.
    """
    _check_labels(head, dataset, against)
    test = _embed(dataset, "test", backbone, cache, report)
    validation = _embed(dataset, "validation", backbone, cache, report)
    truth = dataset.targets[test.rows]
    scores = head.scores(test.embeddings)
    # cleanlab needs scores of images that the head was not trained on, which the test split has.
    error_count, likeliest = probable_label_errors(truth, scores, head.labels)
    worst = worst_errors(truth, scores, head.labels)
    names = [dataset.names[row] for row in test.rows]
    metrics = evaluate(head, test.embeddings, truth).model_copy(
        update={
            "split": "test",
            "snapshot": dataset.origin,
            "calibration": _calibration(
                head, test.embeddings, truth, validation.embeddings, dataset.targets[validation.rows]
            ),
            "confusions": tuple(confusion_pairs(truth, head.over_threshold(scores), head.labels)),
            "worst_errors": tuple(mistake.named(names) for mistake in worst),
            "label_errors": LabelErrors(
                count=error_count, likeliest=tuple(mistake.named(names) for mistake in likeliest)
            ),
        }
    )
    if against:
        compared = _compare(against, scores, dataset, test, cache, report)
        metrics = metrics.model_copy(update={"against": compared})
    if distorted_images:
        robustness = _robustness(head, backbone, dataset.take(test.rows), distorted_images, seed, report)
        metrics = metrics.model_copy(update={"robustness": robustness})
    shown = {names[mistake.row] for mistake in (*worst, *likeliest)}
    return Assessment(metrics, {name: load_pixels(dataset.read(name), backbone.spec) for name in shown})


def _check_labels(head: Head, dataset: Dataset, against: OtherHead | None) -> None:
    if dataset.splits is None:
        raise DatasetError(
            "The dataset has no splits: make a snapshot with `vignette-trainer dataset split`."
        )
    if dataset.labels != head.labels:
        different = sorted(set(head.labels) ^ set(dataset.labels))
        raise DatasetError(f"The labels of the head and the dataset differ, for example in {different[0]!r}.")
    if against and against.head.labels != head.labels:
        raise DatasetError(f"{against.name} has different labels, so the two can't be compared.")


def _embed(dataset: Dataset, split: str, backbone: Backbone, cache: Path, report: PhaseCallback) -> Embedded:
    """Embed one split; `rows` count the whole dataset."""
    rows = np.array([i for i, name in enumerate(dataset.splits or ()) if name == split], np.intp)
    if not rows.size:
        raise DatasetError(f"The {split} split is empty: split the dataset again.")
    progress = phase_counter(report, f"bottlenecks ({split})", len(rows))
    embedded = embed_dataset(dataset.take(rows), backbone, cache, progress)
    return dataclasses.replace(embedded, rows=rows[embedded.rows])


def _compare(
    against: OtherHead,
    scores: NDArray[np.float32],
    dataset: Dataset,
    test: Embedded,
    cache: Path,
    report: PhaseCallback,
) -> Difference:
    """Compare with another head on the same test images; raises `DatasetError`."""
    embedded = _embed(dataset, "test", against.backbone, cache, report)
    if not np.array_equal(embedded.rows, test.rows):
        raise DatasetError(f"{against.name} could not read every test image: run the evaluation again.")
    return difference(
        against.name, scores, against.head.scores(embedded.embeddings), dataset.targets[test.rows]
    )


def _calibration(
    head: Head,
    embeddings: NDArray[np.float16],
    truth: NDArray[np.bool_],
    validation_embeddings: NDArray[np.float16],
    validation_truth: NDArray[np.bool_],
) -> Calibration:
    """Measure reliability on test, for scores as shipped and for two scalings fitted on validation."""
    logits, validation = head.logits(embeddings), head.logits(validation_embeddings)
    temperature = fit_temperature(validation_truth, validation)
    as_shipped = tempered_scores(logits, 1.0)
    isotonic = isotonic_scores(validation_truth, tempered_scores(validation, 1.0), as_shipped)
    return Calibration(
        fitted_temperature=round(temperature, 4),
        as_shipped=_reliability(truth, as_shipped),
        temperature=_reliability(truth, tempered_scores(logits, temperature)),
        isotonic=_reliability(truth, isotonic),
    )


def _reliability(truth: NDArray[np.bool_], scores: NDArray[np.floating]) -> Reliability:
    return Reliability(
        ece=round(mean_calibration_error(truth, scores), 4), curve=tuple(reliability_curve(truth, scores))
    )


def _robustness(
    head: Head, backbone: Backbone, test: Dataset, most: int, seed: int, report: PhaseCallback
) -> Robustness:
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.permutation(len(test.names))[:most])
    pixels, rows = [], []
    for row in drawn:
        try:
            pixels.append(load_pixels(test.read(test.names[row]), backbone.spec))
        except (ImageError, DatasetError):  # its embedding came from the cache, but the file is gone
            continue
        rows.append(row)
    if not rows:
        raise DatasetError("No test image can be read to measure robustness.")
    progress = phase_counter(report, "distortions", PASSES * len(rows))
    levels = measure_robustness(head, backbone, np.stack(pixels), test.targets[rows], progress)
    return Robustness(images=len(rows), levels=tuple(levels))
