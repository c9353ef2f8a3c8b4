"""A folder of images with a snapshot's `manifest.jsonl`, as Vignette exports it."""

from pathlib import Path

from trainer.dataset.dataset import Dataset, labels_among, target_matrix
from trainer.dataset.files import image_reader, read_file
from trainer.dataset.manifest import parse_rows
from trainer.errors import DatasetError

MANIFEST = "manifest.jsonl"
# A label with a lower weight counts as absent.
_SURE = 0.5


def read_exported(folder: Path) -> Dataset:
    """Open an exported snapshot, including its splits.

    Raises:
        DatasetError: the manifest is missing, malformed, or names an image twice.
    """
    path = folder / MANIFEST
    rows = list(parse_rows(read_file(path), path))
    present = {row.image: {label for label, weight in row.labels.items() if weight >= _SURE} for row in rows}
    if len(present) < len(rows):
        raise DatasetError(f"{path} names an image twice: export the snapshot again.")
    labels = labels_among(present, path)
    relevant = {row.image: set(row.relevant) for row in rows}
    return Dataset(
        tuple(present),
        labels,
        target_matrix(present, labels),
        image_reader(folder),
        relevant=target_matrix(relevant, labels) if any(relevant.values()) else None,
        splits=tuple(row.split for row in rows),
        origin="vignette",
    )
