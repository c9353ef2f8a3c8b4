"""Publish a head as a version in the registry."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trainer.errors import DatasetError
from trainer.head.config import TrainConfig
from trainer.head.train import Trained
from trainer.runs.storage import METRICS_FILE, REPORT_FILE, Run
from trainer.support.commit import current_commit
from vignette_shared.contracts.metrics import Metrics
from vignette_shared.errors import ModelDamaged
from vignette_shared.registry import ModelManifest, Registry, file_hash
from vignette_shared.vision.head import HEAD_FILE


def publish(
    registry: Registry, trained: Trained, backbone: str, config: TrainConfig, **facts: Any
) -> ModelManifest:
    """Publish a version without changing an alias.

    Args:
        backbone: its fingerprint.
        facts: other members of the manifest, such as `command` or `figures`.

    Raises:
        StorageError: the registry can't be written; nothing is published.
    """
    thresholds = [float(value) for value in trained.head.thresholds]
    files: dict[str, bytes | Path] = {
        HEAD_FILE: trained.head.dump(),
        "labels.json": _json({"labels": trained.head.labels, "thresholds": thresholds}),
        "metrics.json": _json(trained.metrics.as_json()),
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
        dataset=trained.dataset.model_dump(mode="json"),
        parent=_parent(registry),
        config=config.as_json(),
        seed=config.seed,
        commit=current_commit(),
        **facts,
    )
    registry.publish_model(manifest, files)
    return manifest


def publish_run(registry: Registry, run: Run, *, by: str) -> ModelManifest:
    """Publish an evaluated training run as a version and point the alias `candidate` at it.

    A run that is published already returns its existing version.

    Raises:
        DatasetError: the run is not evaluated, or its metrics are of other labels.
        ModelError: the run's backbone is not in the registry, or has another width.
        StorageError: the registry can't be written; nothing is published.
    """
    facts = run.facts
    _check_backbone(registry, run)
    files = _files_of(run)
    hashes = {name: file_hash(body) for name, body in files.items()}
    # A repeated pipeline must return the same version, not publish a copy of it.
    if existing := _existing_version(registry, run, hashes):
        registry.set_alias("candidate", existing.version, by=by, reason="published again")
        return existing
    now = datetime.now(UTC).replace(microsecond=0)
    manifest = ModelManifest(
        files=hashes,
        created_at=now,
        version=f"{now:%Y%m%dT%H%M%SZ}-{_identity(hashes)}",
        parent=_parent(registry),
        commit=current_commit(),
        **facts.model_dump(mode="json", exclude={"head_sha256", "features", "created_at"}),
    )
    registry.publish_model(manifest, files)
    registry.set_alias("candidate", manifest.version, by=by, reason="published")
    return manifest


def _existing_version(registry: Registry, run: Run, hashes: dict[str, str]) -> ModelManifest | None:
    """Return the version with the same files and backbone, if there is one."""
    for version in registry.versions():
        if version.endswith(f"-{_identity(hashes)}"):
            manifest = registry.model(version)
            if (manifest.files, manifest.backbone) == (hashes, run.facts.backbone):
                return manifest
    return None


def _check_backbone(registry: Registry, run: Run) -> None:
    backbone = registry.backbone(run.facts.backbone)
    if backbone.features != run.facts.features:
        raise ModelDamaged(
            f"{run.folder} was trained on {run.facts.features} features, but backbone {backbone.fingerprint} "
            f"has {backbone.features}: train again over this backbone."
        )


def _files_of(run: Run) -> dict[str, bytes | Path]:
    try:
        metrics = (run.folder / METRICS_FILE).read_bytes()
        labels = [entry.label for entry in Metrics.parse(metrics).per_label]
    except (OSError, ModelDamaged) as error:
        raise DatasetError(
            f"{run.folder} has no valid {METRICS_FILE}: run `vignette-trainer evaluate {run.folder}` first."
        ) from error
    if labels != run.facts.labels:
        raise DatasetError(
            f"{run.folder / METRICS_FILE} does not have the head's labels: evaluate the run again."
        )
    thresholds = run.facts.thresholds
    files: dict[str, bytes | Path] = {
        HEAD_FILE: (run.folder / HEAD_FILE).read_bytes(),
        "labels.json": _json({"labels": run.facts.labels, "thresholds": thresholds}),
        METRICS_FILE: metrics,
    }
    if (run.folder / REPORT_FILE).is_file():
        files[REPORT_FILE] = run.folder / REPORT_FILE
    return files


def _parent(registry: Registry) -> str | None:
    entry = registry.alias("production")
    return entry.version if entry else None


def _identity(hashes: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()[:8]


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()
