"""From a trained head to a version in the registry."""

import hashlib
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trainer.config import TrainConfig
from trainer.train import Trained
from vignette_shared.registry import ModelManifest, Registry, file_hash
from vignette_shared.vision.head import HEAD_FILE


def publish(
    registry: Registry, trained: Trained, backbone: str, config: TrainConfig, **story: Any
) -> ModelManifest:
    """Write a version; no alias moves.

    Args:
        backbone: its fingerprint.
        story: further members of the manifest, such as `command` or `figures`.

    Raises:
        StorageError: the registry can't be written; nothing is published then.
    """
    thresholds = [float(value) for value in trained.head.thresholds]
    files: dict[str, bytes | Path] = {
        HEAD_FILE: trained.head.dump(),
        "labels.json": _json({"labels": trained.head.labels, "thresholds": thresholds}),
        "metrics.json": _json(trained.metrics),
    }
    hashes = {name: file_hash(body) for name, body in files.items()}
    now = datetime.now(UTC).replace(microsecond=0)
    manifest = ModelManifest(
        files=hashes,
        created_at=now,
        version=f"{now:%Y%m%dT%H%M%SZ}-{_identity(hashes)}",
        backbone=backbone,
        labels=list(trained.head.labels),
        thresholds=thresholds,
        sensitive=[label for label in config.sensitive if label in trained.head.labels],
        dataset=trained.dataset,
        parent=_parent(registry),
        config=config.as_json(),
        seed=config.seed,
        commit=current_commit(),
        **story,
    )
    registry.publish_model(manifest, files)
    return manifest


def current_commit() -> str | None:
    """Return the commit of the checkout that this code runs from, None outside of one."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _parent(registry: Registry) -> str | None:
    entry = registry.alias("production")
    return entry.version if entry else None


def _identity(hashes: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:8]


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()
