"""Train a backbone and publish it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.backbone.artifacts import BackboneFacts, publish_backbone
from trainer.backbone.lookup import find_backbone
from trainer.backbone.pretraining.backend import require_backend
from trainer.backbone.pretraining.config import PretrainConfig
from trainer.backbone.pretraining.pretrain import pretrain
from trainer.dataset import open_dataset
from trainer.dataset.snapshot import read_snapshot
from trainer.support.commit import current_commit
from trainer.support.progress import PhaseCallback
from trainer.support.registry import open_registry
from vignette_shared.registry import BackboneManifest
from vignette_shared.vision.backbone import WEIGHTS_FILE
from vignette_shared.vision.loading import verify_fingerprint


@dataclass(frozen=True, slots=True)
class BackboneOrder:
    """The inputs of a backbone's training.

    Attributes:
        start: a backbone's name or fingerprint; empty for random weights.
        snapshot: in the registry, or `latest`; empty to draw a random split.
        name: of the new backbone.
        command: as the user typed it, for the manifest.
    """

    data: Path
    work: Path
    start: str
    targets: Path | None
    snapshot: str
    name: str
    command: str


@dataclass(frozen=True, slots=True)
class BackboneResult:
    """The published backbone, or the start if no epoch was better.

    Attributes:
        is_new: whether this training published it.
        summary: of `pretrain`.
    """

    manifest: BackboneManifest
    is_new: bool
    summary: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"fingerprint": self.manifest.fingerprint, "new": self.is_new, **self.summary}

    def sentence(self, name: str) -> str:
        """Return the result as a sentence; `name` is the new backbone's."""
        best, before = self.summary["best"], self.summary.get("before")
        fingerprint = self.manifest.fingerprint
        probe = f"of a linear probe on {self.summary['validation']} validation images"
        if not self.is_new and fingerprint == self.summary.get("start"):
            return (
                f"Nothing is published: no epoch was better than the start, {fingerprint}, with a mean AP of "
                f"{best} {probe}."
            )
        state = "is published" if self.is_new else "was already published"
        change = "" if before is None else f" ({before} before)"
        return f"{fingerprint} {state} as {name!r}: mean AP {best}{change} {probe}."


def train_backbone(
    address: str, order: BackboneOrder, settings: dict[str, Any], report: PhaseCallback
) -> BackboneResult:
    """Train a backbone and publish it if an epoch was better than the start.

    Args:
        address: of the registry.
        settings: of `PretrainConfig`; input side and geometry default to the start's.
        report: called with the phases of `pretrain`, then `publish`.

    Raises:
        DatasetError, ModelError, TrainingFailed, StorageError: from the steps.
    """
    # First of all: a missing backend would otherwise fail after minutes of decoding.
    require_backend()
    registry = open_registry(address)
    start, parent = None, None
    if order.start:
        parent = registry.backbone(find_backbone(registry, order.start))
        verify_fingerprint(parent)
        settings = {"input_side": parent.input_side, "geometry": parent.geometry, **settings}
        start = registry.backbone_file(parent.fingerprint, WEIGHTS_FILE)
    config = PretrainConfig.parse(settings)
    dataset = open_dataset(order.data)
    if order.snapshot:
        dataset = read_snapshot(registry, order.snapshot).dataset(dataset)
    trained = pretrain(
        dataset, config, order.work / "pretrain", start=start, targets=order.targets, report=report
    )
    if parent is not None and trained.summary["best"] <= trained.summary.get("before", -1.0):
        return BackboneResult(parent, False, {"start": parent.fingerprint, **trained.summary})
    facts = BackboneFacts(
        order.name,
        f"trained on {trained.summary['train']} images of {dataset.origin}",
        config.input_side,
        config.geometry,
        {
            "parent": parent.fingerprint if parent else None,
            "config": config.model_dump(mode="json"),
            "training": trained.summary,
            "command": order.command,
            "commit": current_commit(),
        },
    )
    report("publish", 0.0)  # takes seconds: two runtimes are loaded and compared
    manifest, is_new = publish_backbone(registry, trained.weights.dump(), facts)
    report("publish", 1.0)
    return BackboneResult(manifest, is_new, trained.summary)
