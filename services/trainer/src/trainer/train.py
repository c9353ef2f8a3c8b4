"""From annotated images to a head with thresholds and figures. Knows neither queue nor web."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.bottlenecks import Embedded, embed_dataset
from trainer.config import TrainConfig
from trainer.dataset import Dataset
from trainer.evaluate import evaluate
from trainer.fit import Samples, fit_head
from trainer.split import stratified_split
from trainer.thresholds import fit_thresholds
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Dense, Head

Report = Callable[[str, float], None]
"""Called with the phase (`bottlenecks`, `train`, `evaluate`) and how much of it is done, 0..1."""

SoftLabels = NDArray[np.float32]
"""float32[images, labels] in 0..1: another network's opinion, made without having seen the image's labels."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A head and its story: `metrics` on the validation split, `dataset` what trained and validated it."""

    head: Head
    metrics: dict[str, Any]
    dataset: dict[str, Any]


def train(
    dataset: Dataset,
    backbone: Backbone,
    config: TrainConfig,
    cache: Path,
    *,
    soft_labels: SoftLabels | None = None,
    report: Report = lambda _phase, _done: None,
) -> Trained:
    """Embed, split, fit, set thresholds, evaluate.

    Args:
        cache: folder of the bottleneck cache.
        soft_labels: mixed into the training targets by `config.soft_share` (Hinton et al. 2015).

    Raises:
        DatasetError: nothing can be read or learnt from the images.
        TrainingFailed: the loss is not a number.
    """
    done = 0

    def embedded_one(count: int) -> None:
        nonlocal done
        done += count
        report("bottlenecks", done / len(dataset.names))

    embedded = _without_duplicates(embed_dataset(dataset, backbone, cache, embedded_one))
    truth = dataset.targets[embedded.rows]
    learn, check = stratified_split(truth, config.validation_share, config.seed)
    targets = truth.astype(np.float32)
    if soft_labels is not None:
        targets += config.soft_share * (soft_labels[embedded.rows] - targets)
    layers = fit_head(
        Samples(embedded.embeddings[learn], targets[learn]),
        Samples(embedded.embeddings[check], truth[check].astype(np.float32)),
        config,
        lambda epoch, _mean_ap: report("train", epoch / config.epochs),
    )
    head = _with_thresholds(layers, dataset.labels, embedded.embeddings[check], truth[check], config)
    report("evaluate", 0.0)
    metrics = evaluate(head, embedded.embeddings[check], truth[check])
    report("evaluate", 1.0)
    return Trained(head, metrics, _story(dataset, embedded, learn, check))


def _without_duplicates(embedded: Embedded) -> Embedded:
    """Keep each image once: the same bytes on both sides of the split would flatter the figures."""
    _, first = np.unique(np.array(embedded.sha256), return_index=True)
    kept = np.sort(first)
    return Embedded(embedded.rows[kept], embedded.embeddings[kept], tuple(embedded.sha256[i] for i in kept))


def _with_thresholds(
    layers: tuple[Dense, ...],
    labels: tuple[str, ...],
    embeddings: NDArray[np.float16],
    truth: NDArray[np.bool_],
    config: TrainConfig,
) -> Head:
    """Fit the thresholds to the head as it is shipped, its kernels rounded to float16."""
    open_head = Head(layers, labels, np.zeros(len(labels), np.float32))
    shipped = Head.parse(
        open_head.dump(), features=embeddings.shape[1], labels=labels, thresholds=[0.0] * len(labels)
    )
    thresholds = fit_thresholds(truth, shipped.scores(embeddings), config.precision)
    return Head(shipped.layers, labels, thresholds)


def _story(
    dataset: Dataset, embedded: Embedded, learn: NDArray[np.intp], check: NDArray[np.intp]
) -> dict[str, Any]:
    """Say what trained what: counts, and one hash over every image, its labels and its side."""
    side = np.full(len(embedded.rows), "train", dtype="<U10")
    side[check] = "validation"
    digest = hashlib.sha256()
    for row, sha256, split in zip(embedded.rows, embedded.sha256, side, strict=True):
        labels = [dataset.labels[i] for i in np.flatnonzero(dataset.targets[row])]
        digest.update(json.dumps([sha256, labels, str(split)]).encode())
    return {
        "images": len(embedded.rows),
        "skipped": len(dataset.names) - len(embedded.rows),
        "train": len(learn),
        "validation": len(check),
        "sha256": digest.hexdigest(),
    }
