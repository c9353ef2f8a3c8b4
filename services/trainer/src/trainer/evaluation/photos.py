"""Evaluate a published version on a folder of annotated photos."""

from pathlib import Path

from trainer.dataset import read_annotated
from trainer.embedding.bottlenecks import embed_dataset
from trainer.evaluation.evaluate import evaluate
from vignette_shared.contracts.metrics import Metrics
from vignette_shared.registry import Registry
from vignette_shared.vision.loading import RuntimeOptions, load_backbone, load_head


def evaluate_on_photos(registry: Registry, version: str, photos: Path, work: Path) -> Metrics:
    """Evaluate a version in float32, which gives the same metrics on every machine.

    Args:
        version: a version, or `production`.
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
