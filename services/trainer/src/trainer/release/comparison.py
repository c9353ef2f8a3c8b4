"""Compare a version with the one in production, on images that neither was trained on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trainer.dataset import Dataset
from trainer.dataset.manifest import Row
from trainer.dataset.provenance import dataset_fingerprint, provenance_of
from trainer.dataset.snapshot import Snapshot, read_snapshot
from trainer.dataset.split import stratified_split
from trainer.embedding.bottlenecks import embed_dataset
from trainer.errors import DatasetError
from trainer.evaluation.evaluate import evaluate
from trainer.release.versions import stored_metrics
from trainer.support.progress import CountCallback, PhaseCallback, no_progress, phase_counter
from vignette_shared.contracts.metrics import Metrics
from vignette_shared.contracts.trainings import TrainingPhase
from vignette_shared.registry import PRODUCTION, ModelManifest, Registry
from vignette_shared.vision.loading import RuntimeOptions, load_backbone, load_head

# Fewer test images don't decide a comparison.
MIN_IMAGES = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """Metrics for the gate.

    Attributes:
        against: the version in production.
        note: limits of the comparison, as a sentence.
    """

    candidate: Metrics
    production: Metrics | None
    against: str | None
    note: str = ""


def compare_with_production(
    registry: Registry,
    version: str,
    source: Dataset | None = None,
    work: Path | None = None,
    report: PhaseCallback = no_progress,
) -> Comparison:
    """Return the metrics of a version and of production on the test split of the version's snapshot.

    If both versions published metrics of that split, these are used. Otherwise both heads are measured on the
    test images that production was not trained on.

    Args:
        source: the images of the snapshot.
        work: folder of the bottleneck cache.
        report: called with the phase `gate`.

    Raises:
        DatasetError: there are no common metrics, and no images or too few to measure on.
        ModelError: one of the versions is damaged.
    """
    manifest = registry.model(version)
    metrics = stored_metrics(registry, version)
    entry = registry.alias(PRODUCTION)
    if entry is None:
        return Comparison(metrics, None, None)
    production = registry.model(entry.version)
    snapshot_name = provenance_of(manifest).snapshot
    if snapshot_name and snapshot_name == provenance_of(production).snapshot:
        published = stored_metrics(registry, production.version)
        if metrics.split == published.split == "test":
            return Comparison(metrics, published, production.version)
    # The published metrics are of different images, so both heads must be measured again.
    if source is None or work is None:
        raise DatasetError(
            f"{production.version} in production was not measured on the test split of {version}. "
            "Give the images with --data to measure both."
        )
    snapshot = read_snapshot(registry, snapshot_name or "latest")
    rows, note = _unseen_rows(registry, production, snapshot)
    if len(rows) < MIN_IMAGES:
        raise DatasetError(
            f"{production.version} in production was trained on all but {len(rows)} of the test images, too "
            f"few for a comparison. To skip it: `vignette-trainer promote {version} --force --reason ...`."
        )
    names = tuple(row.image for row in rows)
    progress = phase_counter(report, TrainingPhase.GATE, 2 * len(names))
    new, old = (
        measure_on(registry, each, snapshot, names, source, work, progress) for each in (manifest, production)
    )
    return Comparison(new, old, production.version, note)


def measure_on(
    registry: Registry,
    manifest: ModelManifest,
    snapshot: Snapshot,
    names: tuple[str, ...],
    source: Dataset,
    work: Path,
    progress: CountCallback = lambda _: None,
) -> Metrics:
    """Return a version's metrics on some images of a snapshot; labels unknown to the version are ignored."""
    backbone = load_backbone(registry, manifest.backbone, RuntimeOptions())
    frozen = snapshot.dataset(source)
    row_of = {name: row for row, name in enumerate(frozen.names)}
    chosen = frozen.take(np.array([row_of[name] for name in names], np.intp))
    embedded = embed_dataset(chosen, backbone, work, progress)
    truth = np.zeros((len(embedded.rows), len(manifest.labels)), np.bool_)
    for column, label in enumerate(manifest.labels):
        if label in chosen.labels:
            truth[:, column] = chosen.targets[embedded.rows, chosen.labels.index(label)]
    return evaluate(load_head(registry, manifest), embedded.embeddings, truth)


def _unseen_rows(
    registry: Registry, production: ModelManifest, snapshot: Snapshot
) -> tuple[tuple[Row, ...], str]:
    """Return the test rows that production was not trained on, as far as is known, and a note."""
    test = snapshot.rows_of("test")
    if name := provenance_of(production).snapshot:
        trained_on = {row.sha256 for row in read_snapshot(registry, name).rows if row.split != "test"}
        rows = tuple(row for row in test if row.sha256 not in trained_on)
        return rows, f"{len(test) - len(rows)} test images that production was trained on are excluded."
    held_back = _held_back(production, snapshot)
    if held_back is None:
        return test, "Production's training images are unknown, so its metrics may be too good."
    rows = tuple(row for row in test if row.sha256 in held_back)
    excluded = f"; {len(test) - len(rows)} others are excluded" if len(rows) < len(test) else ""
    return rows, f"Production was not trained on these test images{excluded}."


def _held_back(production: ModelManifest, snapshot: Snapshot) -> set[str] | None:
    """Return the hashes of the images that a version without a snapshot validated on; None if unknown.

    Such a version drew its split by its seed. The draw is repeated here, and the fingerprint of the result
    shows whether it is the same.
    """
    seed, share = (production.config.get(key) for key in ("seed", "validation_share"))
    if not isinstance(seed, int) or not isinstance(share, float):
        return None
    targets = np.array([[label in row.labels for label in production.labels] for row in snapshot.rows], bool)
    splits = np.full(len(snapshot.rows), "train", object)
    splits[stratified_split(targets, share, seed)[1]] = "validation"
    rows = list(zip(snapshot.rows, splits.tolist(), strict=True))
    fingerprint = dataset_fingerprint((row.sha256, sorted(row.labels), split) for row, split in rows)
    if fingerprint != provenance_of(production).sha256:
        return None
    return {row.sha256 for row, split in rows if split == "validation"}
