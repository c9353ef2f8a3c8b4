"""From a dataset and a start to a backbone in the registry."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.backbone.artifacts import BackboneFacts, publish_backbone
from trainer.backbone.lookup import find_backbone
from trainer.backbone.pretraining.backend import require_backend
from trainer.backbone.pretraining.config import PretrainConfig
from trainer.backbone.pretraining.pretrain import pretrain
from trainer.dataset import open_dataset
from trainer.dataset.snapshot import read
from trainer.evaluation.measure import open_registry
from trainer.release.publish import current_commit
from trainer.support.progress import Phases
from vignette_shared.registry import BackboneManifest
from vignette_shared.vision.backbone import WEIGHTS_FILE
from vignette_shared.vision.loading import verify_fingerprint


@dataclass(frozen=True, slots=True)
class BackboneOrder:
    """What was asked for.

    Attributes:
        start: a backbone's fingerprint or name; empty for random weights.
        snapshot: of the registry, or `latest`; empty to draw a split.
        name: of the backbone, for lists.
        command: as typed, for the manifest.
    """

    data: Path
    work: Path
    start: str
    targets: Path | None
    snapshot: str
    name: str
    command: str


def train_backbone(
    address: str, order: BackboneOrder, values: dict[str, Any], report: Phases
) -> tuple[BackboneManifest, bool, dict[str, Any]]:
    """Train and publish; returns the manifest, whether it is new, and the training's story.

    Input side and geometry are the start's unless `values` say otherwise. Nothing is published when no epoch
    was better than the start: its own manifest comes back then.

    Args:
        report: called with the phases of `pretrain`, then `publish`.

    Raises:
        DatasetError, ModelError, TrainingFailed, StorageError: as the steps say; nothing is read before
            Keras' backend is known to be there.
    """
    require_backend()
    registry = open_registry(address)
    start, parent = None, None
    if order.start:
        parent = registry.backbone(find_backbone(registry, order.start))
        verify_fingerprint(parent)
        values = {"input_side": parent.input_side, "geometry": parent.geometry, **values}
        start = registry.backbone_file(parent.fingerprint, WEIGHTS_FILE)
    config = PretrainConfig.parse(values)
    dataset = open_dataset(order.data)
    if order.snapshot:
        dataset = read(registry, order.snapshot).dataset(dataset)
    trained = pretrain(
        dataset, config, order.work / "pretrain", start=start, targets=order.targets, report=report
    )
    if parent is not None and trained.story["best"] <= trained.story.get("before", -1.0):
        return parent, False, {"start": parent.fingerprint, **trained.story}
    facts = BackboneFacts(
        order.name,
        f"trained on {trained.story['train']} images of {dataset.origin}",
        config.input_side,
        config.geometry,
        {
            "parent": parent.fingerprint if parent else None,
            "config": config.model_dump(mode="json"),
            "training": trained.story,
            "command": order.command,
            "commit": current_commit(),
        },
    )
    report("publish", 0.0)  # two runtimes are loaded to be compared
    manifest, is_new = publish_backbone(registry, trained.weights.dump(), facts)
    report("publish", 1.0)
    return manifest, is_new, trained.story
