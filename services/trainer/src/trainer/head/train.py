"""From annotated images to a head with thresholds and figures. Knows neither queue nor web."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.dataset import Dataset
from trainer.dataset.provenance import story_hash
from trainer.dataset.split import stratified_split
from trainer.embedding.bottlenecks import Embedded, embed_dataset
from trainer.errors import DatasetError
from trainer.evaluation.calibration import fit_temperature, tempered
from trainer.evaluation.evaluate import evaluate
from trainer.evaluation.thresholds import fit_thresholds
from trainer.head.config import TrainConfig
from trainer.head.fit import Epoch, Fitted, Samples, fit_head
from trainer.support.progress import Phases, counted, silent
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head

SoftLabels = NDArray[np.float32]
"""float32[images, labels] in 0..1: another network's opinion, made without having seen the image's labels."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Trained:
    """A head and its story.

    `metrics` are of the test split where the dataset brings one, of the validation split otherwise, and
    say which; `dataset` is what trained and validated it.
    """

    head: Head
    metrics: dict[str, Any]
    dataset: dict[str, Any]
    history: tuple[Epoch, ...] = ()
    temperature: float = 1.0


@dataclass(frozen=True, slots=True)
class Material:
    """What a head is fitted to: embeddings, bool[images, labels] and the rows of each side."""

    embedded: Embedded
    truth: NDArray[np.bool_]
    sides: dict[str, Rows]

    def samples(self, soft_labels: SoftLabels | None, soft_share: float) -> tuple[Samples, Samples]:
        """Return the samples that train and validate; `soft_labels` are of the whole dataset."""
        learn, check = self.sides["train"], self.sides["validation"]
        targets = self.truth.astype(np.float32)
        if soft_labels is not None:
            targets += soft_share * (soft_labels[self.embedded.rows] - targets)
        embeddings = self.embedded.embeddings
        return (
            Samples(embeddings[learn], targets[learn]),
            Samples(embeddings[check], self.truth[check].astype(np.float32)),
        )


def train(
    dataset: Dataset,
    backbone: Backbone,
    config: TrainConfig,
    cache: Path,
    *,
    soft_labels: SoftLabels | None = None,
    report: Phases = silent,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
) -> Trained:
    """Embed, split, fit, calibrate, set thresholds, evaluate.

    Thresholds and temperature are fitted on validation; the test split, where there is one, is only measured.

    Args:
        cache: folder of the bottleneck cache.
        soft_labels: mixed into the training targets by `config.soft_share` (Hinton et al. 2015).
        report: called with the phases `bottlenecks`, `train` and `evaluate`.
        on_epoch: called after each epoch of each member of the ensemble.

    Raises:
        DatasetError: nothing can be read or learnt from the images.
        TrainingFailed: the loss is not a number.
    """
    material = prepare(dataset, backbone, config, cache, report)
    learn, check = material.samples(soft_labels, config.soft_share)
    embedded, truth, sides = material.embedded, material.truth, material.sides

    images = len(learn.targets) * config.epochs * config.ensemble

    def heard(epoch: Epoch) -> None:
        # The members take each epoch together.
        done = (epoch.number - 1 + (epoch.member + 1) / config.ensemble) / config.epochs
        report("train", done, images)
        on_epoch(epoch)

    report("train", 0.0, images)
    fitted = fit_head(learn, check, config, heard)
    report("train", 1.0, images)  # early stopping ends before the last epoch
    head, temperature = _finished(
        fitted, dataset.labels, check.embeddings, truth[sides["validation"]], config
    )
    report("evaluate", 0.0)
    measured = "test" if len(sides["test"]) else "validation"
    rows = sides[measured]
    metrics = {**evaluate(head, embedded.embeddings[rows], truth[rows]), "split": measured}
    report("evaluate", 1.0)
    return Trained(head, metrics, _story(dataset, embedded, sides), fitted.history, temperature)


def prepare(
    dataset: Dataset, backbone: Backbone, config: TrainConfig, cache: Path, report: Phases
) -> Material:
    """Embed a dataset and share it out.

    Raises:
        DatasetError: nothing can be learnt from it, or the backbone has other views than the configuration.
    """
    if backbone.spec.views != config.views:
        raise DatasetError(
            f"The configuration has views={config.views} and backbone {backbone.spec.fingerprint} has "
            f"{backbone.spec.views}: give one of the same weights that has as many."
        )
    progress = counted(report, "bottlenecks", len(dataset.names))
    embedded = _without_duplicates(embed_dataset(dataset, backbone, cache, progress))
    sides = sides_of(dataset, embedded, config)
    return Material(embedded, dataset.targets[embedded.rows], sides)


def sides_of(dataset: Dataset, embedded: Embedded, config: TrainConfig) -> dict[str, Rows]:
    """Return the rows of `embedded` that train, validate and test: as the dataset says, or drawn.

    Raises:
        DatasetError: a side that is needed is empty, as far as its images can be read.
    """
    if dataset.splits is None:
        learn, check = stratified_split(dataset.targets[embedded.rows], config.validation_share, config.seed)
        return {"train": learn, "validation": check, "test": np.empty(0, np.intp)}
    splits = np.array([dataset.splits[row] for row in embedded.rows])
    sides = {name: np.flatnonzero(splits == name) for name in ("train", "validation", "test")}
    if empty := [name for name in ("train", "validation") if not len(sides[name])]:
        raise DatasetError(f"No readable image is on the {empty[0]} side: split the dataset again.")
    return sides


def _without_duplicates(embedded: Embedded) -> Embedded:
    """Keep each image once: the same bytes on both sides of the split would flatter the figures."""
    _, first = np.unique(np.array(embedded.sha256), return_index=True)
    kept = np.sort(first)
    return Embedded(embedded.rows[kept], embedded.embeddings[kept], tuple(embedded.sha256[i] for i in kept))


def _finished(
    fitted: Fitted,
    labels: tuple[str, ...],
    embeddings: NDArray[np.floating],
    truth: NDArray[np.bool_],
    config: TrainConfig,
) -> tuple[Head, float]:
    """Fit temperature and thresholds to the head as it is shipped, its kernels rounded to float16."""
    never = np.zeros(len(labels), np.float32)
    head = _as_shipped(Head(fitted.layers, labels, never, fitted.to_unit))
    temperature = 1.0
    if config.calibration == "temperature":
        temperature = fit_temperature(truth, head.logits(embeddings))
        head = _as_shipped(tempered(head, temperature))
    thresholds = fit_thresholds(truth, head.scores(embeddings), config.precision)
    return dataclasses.replace(head, thresholds=thresholds), temperature


def _as_shipped(head: Head) -> Head:
    features = len(head.layers[0].kernel)
    return Head.parse(head.dump(), features=features, labels=head.labels, thresholds=[0.0] * len(head.labels))


def _story(dataset: Dataset, embedded: Embedded, sides: dict[str, Rows]) -> dict[str, Any]:
    """Say what trained what: counts, and one hash over every image, its labels and its side."""
    side = np.full(len(embedded.rows), "train", dtype="<U10")
    for name, of_side in sides.items():
        side[of_side] = name
    rows = (
        (sha256, [dataset.labels[i] for i in np.flatnonzero(dataset.targets[row])], str(split))
        for row, sha256, split in zip(embedded.rows, embedded.sha256, side, strict=True)
    )
    return {
        "images": len(embedded.rows),
        "skipped": len(dataset.names) - len(embedded.rows),
        **{name: len(of_side) for name, of_side in sides.items() if len(of_side)},
        "sha256": story_hash(rows),
        **({} if dataset.splits is None else {"snapshot": dataset.origin}),
    }
