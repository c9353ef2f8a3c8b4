"""From a trained head to a version in the registry."""

import hashlib
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer.errors import DatasetError
from trainer.head.config import TrainConfig
from trainer.runs.storage import METRICS_FILE, REPORT_FILE, Run
from vignette_shared.errors import ModelDamaged
from vignette_shared.registry import ModelManifest, Registry, file_hash
from vignette_shared.vision.head import HEAD_FILE

if TYPE_CHECKING:  # TensorFlow comes with it, and publishing needs none
    from trainer.head.train import Trained


def publish(
    registry: Registry, trained: "Trained", backbone: str, config: TrainConfig, **story: Any
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


def publish_run(registry: Registry, run: Run, *, by: str) -> ModelManifest:
    """Write a measured training as a version and let `candidate` point at it.

    A run that was published before is not written again: its version comes back.

    Raises:
        DatasetError: the run is not measured yet, or was measured as something else.
        ModelError: its backbone is not in the registry, or another than it was trained on.
        StorageError: the registry can't be written; nothing is published then.
    """
    facts = run.facts
    _check_backbone(registry, run)
    files = _files_of(run)
    hashes = {name: file_hash(body) for name, body in files.items()}
    if known := _same_version(registry, run, hashes):
        registry.set_alias("candidate", known.version, by=by, reason="published again")
        return known
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


def _same_version(registry: Registry, run: Run, hashes: dict[str, str]) -> ModelManifest | None:
    """Return the version that holds these very files and was made of the same data, if there is one."""
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
            f"{run.folder} was trained on {run.facts.features} features, and backbone {backbone.fingerprint} "
            f"gives {backbone.features}: train again over this backbone."
        )


def _files_of(run: Run) -> dict[str, bytes | Path]:
    try:
        metrics = (run.folder / METRICS_FILE).read_bytes()
        labels = [entry["label"] for entry in json.loads(metrics)["per_label"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"{run.folder} holds no {METRICS_FILE}: run `vignette-trainer evaluate {run.folder}` first."
        ) from error
    if labels != run.facts.labels:
        raise DatasetError(f"{run.folder / METRICS_FILE} is of other labels: evaluate the run again.")
    thresholds = run.facts.thresholds
    files: dict[str, bytes | Path] = {
        HEAD_FILE: (run.folder / HEAD_FILE).read_bytes(),
        "labels.json": _json({"labels": run.facts.labels, "thresholds": thresholds}),
        METRICS_FILE: metrics,
    }
    if (run.folder / REPORT_FILE).is_file():
        files[REPORT_FILE] = run.folder / REPORT_FILE
    return files


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
