"""A new head for the site: over the backbone in production, published as the candidate."""

from pathlib import Path
from typing import Any

from trainer.backbones import with_views
from trainer.config import TrainConfig
from trainer.dataset import read_mirflickr
from trainer.measure import open_registry
from trainer.publish import publish
from trainer.train import Report, train
from vignette_shared.registry import ModelManifest
from vignette_shared.vision.loading import RuntimeOptions, load_backbone


def train_candidate(
    data: Path, work: Path, registry: str, config: TrainConfig, report: Report
) -> tuple[ModelManifest, dict[str, Any]]:
    """Train on MIRFLICKR's archives in `data` and let the alias `candidate` point at the result.

    Returns:
        The version's manifest and its metrics on the validation split.

    Raises:
        ModelError: there is no good backbone in production.
        DatasetError, TrainingFailed, StorageError: as `train` and the registry say.
    """
    models = open_registry(registry)
    fingerprint = with_views(models, models.production().backbone, config.views)
    backbone = load_backbone(models, fingerprint, RuntimeOptions())
    trained = train(read_mirflickr(data), backbone, config, work, report=report)
    manifest = publish(models, trained, fingerprint, config)
    models.point("candidate", manifest.version, by="trainer", reason="trained")
    return manifest, trained.metrics
