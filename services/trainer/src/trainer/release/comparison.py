"""A version's figures and those of production on the same images, neither of which has trained on them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trainer.dataset import Dataset
from trainer.dataset.manifest import Row
from trainer.dataset.provenance import story_hash
from trainer.dataset.snapshot import Snapshot, read
from trainer.dataset.split import stratified_split
from trainer.embedding.bottlenecks import embed_dataset
from trainer.errors import DatasetError
from trainer.evaluation.evaluate import evaluate
from trainer.support.progress import Count, Phases, counted, silent
from vignette_shared.errors import ModelMissing
from vignette_shared.registry import PRODUCTION, Alias, ModelManifest, Registry
from vignette_shared.vision.loading import RuntimeOptions, load_backbone, load_head

ALIASES: tuple[Alias, ...] = ("production", "candidate", "previous")
MIN_IMAGES = 200
"""Fewer say too little to decide by."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures for the gate; `against` is the version in production, `note` what is to be known of them."""

    candidate: dict[str, Any]
    production: dict[str, Any] | None
    against: str | None
    note: str = ""


def compare_with_production(
    registry: Registry,
    version: str,
    source: Dataset | None = None,
    work: Path | None = None,
    report: Phases = silent,
) -> Comparison:
    """Measure a version and the one in production on the test split of the version's snapshot.

    Figures that both have published for that split are taken as they are. Otherwise both heads are measured
    here, on the images of the split that production did not train on.

    Args:
        source: holds the images of the snapshot.
        work: folder of the bottleneck cache.
        report: called with the phase `gate`.

    Raises:
        DatasetError: there are no common figures, and no images (or too few) to measure on.
        ModelError: one of the versions is damaged.
    """
    manifest = registry.model(version)
    figures = stored_metrics(registry, version)
    entry = registry.alias(PRODUCTION)
    if entry is None:
        return Comparison(figures, None, None)
    production = registry.model(entry.version)
    if _snapshot_of(manifest) and _snapshot_of(manifest) == _snapshot_of(production):
        published = stored_metrics(registry, production.version)
        if figures.get("split") == published.get("split") == "test":
            return Comparison(figures, published, production.version)
    if source is None or work is None:
        raise DatasetError(
            f"{production.version} in production was not measured on the test split of {version}: "
            "give its images with --data, so that both are."
        )
    snapshot = read(registry, _snapshot_of(manifest) or "latest")
    rows, note = _unseen(registry, production, snapshot)
    if len(rows) < MIN_IMAGES:
        raise DatasetError(
            f"{production.version} in production was trained on all but {len(rows)} of the test images: "
            f"too few to compare on. Promote it by `vignette-trainer promote {version} --force --reason ...`."
        )
    names = tuple(row.image for row in rows)
    progress = counted(report, "gate", 2 * len(names))
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
    progress: Count = lambda _: None,
) -> dict[str, Any]:
    """Return a version's figures on some images of a snapshot; labels unknown to it are passed over."""
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


def stored_metrics(registry: Registry, version: str) -> dict[str, Any]:
    """Return the figures that a version was published with; raises `ModelMissing`, `ModelDamaged`."""
    found: dict[str, Any] = json.loads(registry.model_file(version, "metrics.json"))
    return found


def resolve(registry: Registry, name: str) -> str:
    """Return the version that an alias points at, or the name itself; raises `ModelMissing`."""
    alias = next((each for each in ALIASES if each == name), None)
    if alias is None:
        return registry.model(name).version
    entry = registry.alias(alias)
    if entry is None:
        raise ModelMissing(f"The alias {name} points at no version yet: publish one.")
    return entry.version


def _snapshot_of(manifest: ModelManifest) -> str | None:
    return (manifest.dataset or {}).get("snapshot")


def _unseen(registry: Registry, production: ModelManifest, snapshot: Snapshot) -> tuple[tuple[Row, ...], str]:
    """Return the test rows that production was not trained on, as far as that is known, and a note."""
    test = snapshot.rows_of("test")
    if name := _snapshot_of(production):
        taught = {row.sha256 for row in read(registry, name).rows if row.split != "test"}
        rows = tuple(row for row in test if row.sha256 not in taught)
        return rows, f"{len(test) - len(rows)} test images that production was trained on are left out."
    held_back = _held_back(production, snapshot)
    if held_back is None:
        return test, "What production was trained on is not known: its figures may flatter it."
    rows = tuple(row for row in test if row.sha256 in held_back)
    left_out = f": {len(test) - len(rows)} others are left out" if len(rows) < len(test) else ""
    return rows, f"Production held back the same images when it was trained{left_out}."


def _held_back(production: ModelManifest, snapshot: Snapshot) -> set[str] | None:
    """Return the hashes of what a version without a snapshot was not trained on; None where it isn't known.

    Such a version drew its own split, by its seed alone. Drawn once more, it is the same if the story is.
    """
    seed, share = (production.config.get(key) for key in ("seed", "validation_share"))
    if not isinstance(seed, int) or not isinstance(share, float):
        return None
    targets = np.array([[label in row.labels for label in production.labels] for row in snapshot.rows], bool)
    sides = np.full(len(snapshot.rows), "train", object)
    sides[stratified_split(targets, share, seed)[1]] = "validation"
    rows = list(zip(snapshot.rows, sides.tolist(), strict=True))
    story = story_hash((row.sha256, sorted(row.labels), side) for row, side in rows)
    if story != (production.dataset or {}).get("sha256"):
        return None
    return {row.sha256 for row, side in rows if side == "validation"}
