"""A published version's figures on photos that someone annotated; needs no TensorFlow."""

from pathlib import Path
from typing import Any

from trainer.dataset import read_annotated
from trainer.embedding.bottlenecks import embed_dataset
from trainer.evaluation.evaluate import evaluate
from vignette_shared.registry import Registry
from vignette_shared.storage import open_store
from vignette_shared.vision.loading import RuntimeOptions, load_backbone, load_head


def open_registry(address: str) -> Registry:
    """Open the registry at an address, or at a local path."""
    return Registry(open_store(address if "://" in address else Path(address).resolve().as_uri()))


def measure_version(registry: Registry, version: str, photos: Path, work: Path) -> dict[str, Any]:
    """Evaluate a version in float32, so that the figures are the same on every machine.

    Args:
        version: its name, or `production`.
        photos: folder of images with `annotations.json`.
        work: folder of the bottleneck cache.

    Raises:
        ModelError, DatasetError: the version or the photos can't be used.
    """
    manifest = registry.production() if version == "production" else registry.model(version)
    backbone = load_backbone(registry, manifest.backbone, RuntimeOptions(precision="float32"))
    head = load_head(registry, manifest)
    dataset = read_annotated(photos, tuple(manifest.labels))
    embedded = embed_dataset(dataset, backbone, work)
    return evaluate(head, embedded.embeddings, dataset.targets[embedded.rows])
