"""A published model, complete but without weights."""

import json
from datetime import UTC, datetime

from vignette_shared.registry import BackboneManifest, ModelManifest, Registry, file_hash

VERSION = "20260101T000000Z-0000abcd"
BACKBONE = "b" * 16
LABELS = ("clouds", "female", "lake", "sky")


def publish_model(registry: Registry, version: str = VERSION, input_side: int = 128) -> None:
    """Publish a model without weights and put it into production."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    metrics = json.dumps({"mean_ap": 0.7, "per_label": []}).encode()
    registry.publish_backbone(
        BackboneManifest(
            files={},
            created_at=now,
            fingerprint=BACKBONE,
            architecture="inception_v3",
            input_side=input_side,
            geometry="centre_square",
            features=2048,
        ),
        {},
    )
    registry.publish_model(
        ModelManifest(
            files={"metrics.json": file_hash(metrics)},
            created_at=now,
            version=version,
            backbone=BACKBONE,
            labels=list(LABELS),
            thresholds=[0.5] * len(LABELS),
            sensitive=["female"],
        ),
        {"metrics.json": metrics},
    )
    registry.set_alias("production", version)
