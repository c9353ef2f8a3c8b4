"""Small heads in a registry, with given metrics."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from trainer.runs.storage import METRICS_FILE, Run, write_run
from vignette_shared.registry import BackboneManifest, Registry
from vignette_shared.vision.head import Dense, Head

BACKBONE = "ab" * 8
FEATURES = 3
LABELS = ("sea", "sky")
SNAPSHOT = "20260101T000000Z-0000abcd"


def figures(sea: float = 0.5, sky: float = 0.7, ece: float = 0.02, **changed: Any) -> dict[str, Any]:
    """Metrics in the shape of api.md; each interval reaches 0.05 to both sides."""
    per_label = [
        {"label": label, "ap": ap, "ap_low": ap - 0.05, "ap_high": ap + 0.05, "support": 40, "ece": ece}
        for label, ap in zip(LABELS, (sea, sky), strict=True)
    ]
    mean = (sea + sky) / 2
    whole = {"mean_ap": mean, "mean_ap_low": mean - 0.02, "mean_ap_high": mean + 0.02, "ece": ece}
    return {"images": 300, "split": "test", "per_label": per_label, **whole, **changed}


def measured_run(folder: Path, metrics: dict[str, Any], bias: float = 0.0, **story: Any) -> Run:
    """Write a run whose head differs by `bias`, with its metrics."""
    head = Head(
        (Dense(np.eye(FEATURES, len(LABELS), dtype=np.float32), np.full(len(LABELS), bias, np.float32)),),
        LABELS,
        np.full(len(LABELS), 0.5, np.float32),
    )
    run = write_run(folder, head, BACKBONE, **{"dataset": {"snapshot": SNAPSHOT}, "seed": 0, **story})
    (folder / METRICS_FILE).write_text(json.dumps(metrics))
    return run


def publish_backbone(registry: Registry) -> None:
    """Publish a backbone manifest of `FEATURES` features without weights."""
    weights = b"weights"
    manifest = BackboneManifest(
        fingerprint=BACKBONE,
        architecture="inception_v3",
        input_side=96,
        geometry="centre_square",
        features=FEATURES,
        files={"weights.safetensors": hashlib.sha256(weights).hexdigest()},
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    registry.publish_backbone(manifest, {"weights.safetensors": weights})
