"""Train a head on a dataset: embed, fit, calibrate, set thresholds, evaluate."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.dataset import Dataset
from trainer.dataset.provenance import DatasetProvenance, dataset_fingerprint
from trainer.dataset.split import stratified_split
from trainer.embedding.bottlenecks import Embedded, embed_dataset
from trainer.errors import DatasetError
from trainer.evaluation.calibration import fit_temperature, tempered
from trainer.evaluation.evaluate import evaluate
from trainer.evaluation.thresholds import fit_thresholds
from trainer.head.config import TrainConfig
from trainer.head.fit import Epoch, Fitted, Samples, fit_head
from trainer.support.progress import PhaseCallback, no_progress, phase_counter
from vignette_shared.contracts.metrics import Metrics
from vignette_shared.contracts.trainings import TrainingPhase
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head

SoftLabels = NDArray[np.float32]
"""float32[images, labels] in 0..1: the scores of another network that wasn't trained on these images'
labels."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained head.

    Attributes:
        metrics: on the test split if the dataset has one, else on the validation split; `split` says which.
        dataset: the data that trained and validated the head.
        temperature: by which the logits are divided; 1 without calibration.
    """

    head: Head
    metrics: Metrics
    dataset: DatasetProvenance
    history: tuple[Epoch, ...] = ()
    temperature: float = 1.0


@dataclass(frozen=True, slots=True)
class EmbeddedSplits:
    """Embeddings with their labels, bool[images, labels], and the rows of each split."""

    embedded: Embedded
    truth: NDArray[np.bool_]
    rows: dict[str, Rows]

    def samples(self, soft_labels: SoftLabels | None, soft_share: float) -> tuple[Samples, Samples]:
        """Return the training and validation samples; `soft_labels` are those of the whole dataset."""
        train, validation = self.rows["train"], self.rows["validation"]
        targets = self.truth.astype(np.float32)
        if soft_labels is not None:
            targets += soft_share * (soft_labels[self.embedded.rows] - targets)
        embeddings = self.embedded.embeddings
        return (
            Samples(embeddings[train], targets[train]),
            # Validation measures against people's labels alone.
            Samples(embeddings[validation], self.truth[validation].astype(np.float32)),
        )


def train(
    dataset: Dataset,
    backbone: Backbone,
    config: TrainConfig,
    cache: Path,
    *,
    soft_labels: SoftLabels | None = None,
    report: PhaseCallback = no_progress,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
) -> Trained:
    """Train, calibrate and evaluate a head.

    Thresholds and temperature are fitted on the validation split; the test split is only measured.

    Args:
        cache: folder of the bottleneck cache.
        soft_labels: blended into the training targets by `config.soft_share` (Hinton et al. 2015).
        report: called with the phases `bottlenecks`, `train` and `evaluate`.
        on_epoch: called after each epoch of each member of the ensemble.

    Raises:
        DatasetError: no image can be read, or a split is empty.
        TrainingFailed: the loss became NaN.
    """
    splits = prepare(dataset, backbone, config, cache, report)
    samples, validation = splits.samples(soft_labels, config.soft_share)
    embedded, truth = splits.embedded, splits.truth
    images = len(samples.targets) * config.epochs * config.ensemble

    def on_progress(epoch: Epoch) -> None:
        # The members train each epoch in parallel and finish it in order.
        done = (epoch.number - 1 + (epoch.member + 1) / config.ensemble) / config.epochs
        report(TrainingPhase.TRAIN, done, images)
        on_epoch(epoch)

    report(TrainingPhase.TRAIN, 0.0, images)
    fitted = fit_head(samples, validation, config, on_progress)
    report(TrainingPhase.TRAIN, 1.0, images)  # early stopping skips the last epochs
    validation_truth = truth[splits.rows["validation"]]
    head, temperature = _calibrated(fitted, dataset.labels, validation.embeddings, validation_truth, config)
    report(TrainingPhase.EVALUATE, 0.0)
    split = "test" if len(splits.rows["test"]) else "validation"
    rows = splits.rows[split]
    metrics = evaluate(head, embedded.embeddings[rows], truth[rows]).model_copy(update={"split": split})
    report(TrainingPhase.EVALUATE, 1.0)
    return Trained(head, metrics, _provenance(dataset, embedded, splits.rows), fitted.history, temperature)


def prepare(
    dataset: Dataset, backbone: Backbone, config: TrainConfig, cache: Path, report: PhaseCallback
) -> EmbeddedSplits:
    """Embed a dataset and split it.

    Raises:
        DatasetError: no image can be read, a split is empty, or the backbone has other views than `config`.
    """
    if backbone.spec.views != config.views:
        raise DatasetError(
            f"The configuration has views={config.views}, but backbone {backbone.spec.fingerprint} has "
            f"views={backbone.spec.views}."
        )
    progress = phase_counter(report, TrainingPhase.BOTTLENECKS, len(dataset.names))
    embedded = _without_duplicates(embed_dataset(dataset, backbone, cache, progress))
    rows = split_rows(dataset, embedded, config)
    return EmbeddedSplits(embedded, dataset.targets[embedded.rows], rows)


def split_rows(dataset: Dataset, embedded: Embedded, config: TrainConfig) -> dict[str, Rows]:
    """Return the rows of `embedded` in each split: the dataset's own splits, or drawn by `config.seed`.

    Raises:
        DatasetError: the train or the validation split has no readable image.
    """
    if dataset.splits is None:
        train, validation = stratified_split(
            dataset.targets[embedded.rows], config.validation_share, config.seed
        )
        return {"train": train, "validation": validation, "test": np.empty(0, np.intp)}
    splits = np.array([dataset.splits[row] for row in embedded.rows])
    rows = {name: np.flatnonzero(splits == name) for name in ("train", "validation", "test")}
    if empty := [name for name in ("train", "validation") if not len(rows[name])]:
        raise DatasetError(f"The {empty[0]} split has no readable image: split the dataset again.")
    return rows


def _without_duplicates(embedded: Embedded) -> Embedded:
    """Keep each image once: the same bytes in two splits would inflate the metrics."""
    _, first = np.unique(np.array(embedded.sha256), return_index=True)
    # `unique` sorts by hash; the rows stay in the order of the dataset.
    kept = np.sort(first)
    return Embedded(embedded.rows[kept], embedded.embeddings[kept], tuple(embedded.sha256[i] for i in kept))


def _calibrated(
    fitted: Fitted,
    labels: tuple[str, ...],
    embeddings: NDArray[np.floating],
    truth: NDArray[np.bool_],
    config: TrainConfig,
) -> tuple[Head, float]:
    """Fit temperature and thresholds to the head as published, with its kernels rounded to float16."""
    never = np.zeros(len(labels), np.float32)
    # The round trip through the file format rounds the kernels: thresholds must fit the head that serves.
    head = _as_published(Head(fitted.layers, labels, never, fitted.to_unit))
    temperature = 1.0
    if config.calibration == "temperature":
        temperature = fit_temperature(truth, head.logits(embeddings))
        # Rounded again: the division leaves values that float16 can't hold.
        head = _as_published(tempered(head, temperature))
    # Last, because the temperature changes every score.
    thresholds = fit_thresholds(truth, head.scores(embeddings), config.precision)
    return dataclasses.replace(head, thresholds=thresholds), temperature


def _as_published(head: Head) -> Head:
    features = len(head.layers[0].kernel)
    return Head.parse(head.dump(), features=features, labels=head.labels, thresholds=[0.0] * len(head.labels))


def _provenance(dataset: Dataset, embedded: Embedded, split_rows: dict[str, Rows]) -> DatasetProvenance:
    # Wide enough for every split: NumPy would cut the names to the width of `train`.
    split_of = np.full(len(embedded.rows), "train", dtype="<U10")
    for name, rows in split_rows.items():
        split_of[rows] = name
    fingerprint = dataset_fingerprint(
        (sha256, [dataset.labels[i] for i in np.flatnonzero(dataset.targets[row])], str(split))
        for row, sha256, split in zip(embedded.rows, embedded.sha256, split_of, strict=True)
    )
    return DatasetProvenance.model_validate(
        {
            "images": len(embedded.rows),
            "skipped": len(dataset.names) - len(embedded.rows),
            **{name: len(rows) for name, rows in split_rows.items() if len(rows)},
            "sha256": fingerprint,
            **({} if dataset.splits is None else {"snapshot": dataset.origin}),
        }
    )
