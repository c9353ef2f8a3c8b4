"""Build the starter model that ships with Vignette: a small backbone, and a head trained on MIRFLICKR."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from trainer.dataset import Dataset, image_number, read_annotated, read_mirflickr
from trainer.embedding.bottlenecks import embed_dataset
from trainer.errors import DatasetError
from trainer.evaluation.evaluate import evaluate
from trainer.head.config import TrainConfig
from trainer.head.train import SoftLabels, train
from trainer.release.publish import publish
from trainer.support.progress import PhaseCallback, no_progress
from vignette_shared.registry import PRODUCTION, BackboneManifest, ModelManifest, Registry
from vignette_shared.storage import open_store
from vignette_shared.vision import inception_v3
from vignette_shared.vision.backbone import WEIGHTS_FILE
from vignette_shared.vision.loading import RuntimeOptions, fingerprint_of, load_backbone
from vignette_shared.vision.weights import InceptionWeights

# Pixels that the starter was trained for; 88 loses 0.04 mean AP, 112 loses 0.07.
INPUT_SIDE = 96

SOURCE = (
    "Keras' Inception-v3 architecture trained by this project from random weights: MIRFLICKR images "
    "1001-20000 at 128 px, 43 minutes on two CPU cores, targets from a MobileNetV2 and the 24 tags."
)
_FIGURES = ("images", "labels_occurring", "mean_ap", "mean_ap_low", "mean_ap_high", "shown")
OPTIMISM = (
    "The backbone was trained on images 1001-20000, so the validation split is easier than new photos, "
    "although no head was trained on it. Neither backbone nor head was trained on `unseen_photos`."
)


@dataclass(frozen=True, slots=True)
class StarterInputs:
    """The inputs: folders of the dataset and of annotated photos, the weights, and soft labels."""

    data: Path
    weights: Path
    photos: Path
    targets: Path | None
    work: Path


def build_starter(
    inputs: StarterInputs,
    out: Path,
    config: TrainConfig,
    command: str,
    report: PhaseCallback = no_progress,
) -> ModelManifest:
    """Write a complete registry to `out`: the backbone, a head over it, and the alias `production`.

    Embeds in float32, which gives the same result on every processor. An existing backbone isn't changed.

    Args:
        command: as the user typed it, for the manifest.

    Raises:
        DatasetError, ModelDamaged, StorageError: an input can't be read or `out` can't be written.
    """
    registry = Registry(open_store(out.resolve().as_uri()))
    dataset = read_mirflickr(inputs.data)
    fingerprint = import_weights(registry, inputs.weights)
    backbone = load_backbone(registry, fingerprint, RuntimeOptions(precision="float32"))
    soft = read_soft_labels(inputs.targets, dataset) if inputs.targets else None
    trained = train(dataset, backbone, config, inputs.work, soft_labels=soft, report=report)
    photos = read_annotated(inputs.photos, dataset.labels)
    unseen = embed_dataset(photos, backbone, inputs.work)
    photo_metrics = evaluate(trained.head, unseen.embeddings, photos.targets[unseen.rows])
    trained = dataclasses.replace(
        trained,
        metrics=trained.metrics.model_copy(
            update={"split": "validation", "note": OPTIMISM, "unseen_photos": photo_metrics.as_json()}
        ),
        dataset=trained.dataset.model_copy(update={"source": "MIRFLICKR-25K images 1001-16000 at 128 px"}),
    )
    manifest = publish(
        registry,
        trained,
        fingerprint,
        config,
        command=command,
        figures={
            "validation": trained.metrics.summary(*_FIGURES),
            "unseen_photos": photo_metrics.summary(*_FIGURES),
            "note": OPTIMISM,
        },
    )
    registry.set_alias(PRODUCTION, manifest.version, by="vignette-trainer starter", reason="shipped")
    return manifest


def import_weights(registry: Registry, weights: Path) -> str:
    """Publish a weights file as the starter backbone and return its fingerprint.

    Raises:
        DatasetError: the file can't be read.
        ModelDamaged: it is not an Inception-v3 weights file.
    """
    try:
        data = weights.read_bytes()
    except OSError as error:
        raise DatasetError(f"{weights} can't be read: {error.strerror}.") from error
    InceptionWeights.parse(data)
    sha256 = hashlib.sha256(data).hexdigest()
    fingerprint = fingerprint_of(sha256, INPUT_SIDE, "centre_square")
    if registry.store.size(f"backbones/{fingerprint}/manifest.json") is not None:
        return fingerprint
    manifest = BackboneManifest.model_validate(
        {
            "files": {WEIGHTS_FILE: sha256},
            "created_at": datetime.now(UTC).replace(microsecond=0),
            "fingerprint": fingerprint,
            "architecture": inception_v3.ARCHITECTURE,
            "input_side": INPUT_SIDE,
            "geometry": "centre_square",
            "features": inception_v3.FEATURES,
            "source": SOURCE,
            "name": "starter",
            "scaling": "[-1, 1], inside the graph",
            "weights_dtype": "float16",
            "graph_version": inception_v3.GRAPH_VERSION,
        }
    )
    registry.publish_backbone(manifest, {WEIGHTS_FILE: data})
    return fingerprint


def read_soft_labels(path: Path, dataset: Dataset) -> SoftLabels:
    """Read soft labels and reorder them to the dataset's images and labels.

    Raises:
        DatasetError: the file can't be read, or lacks an image or a label.
    """
    try:
        tensors = load_file(path)
        with safe_open(path, "numpy") as file:
            columns: list[str] = json.loads(file.metadata()["labels"])
        row_of = {int(number): row for row, number in enumerate(tensors["image_number"])}
        rows = [row_of[image_number(name) or 0] for name in dataset.names]
        order = [columns.index(label) for label in dataset.labels]
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise DatasetError(f"{path} does not hold soft labels for this dataset: {error}.") from error
    soft: SoftLabels = tensors["soft_labels"].astype(np.float32)[rows][:, order]
    return soft
