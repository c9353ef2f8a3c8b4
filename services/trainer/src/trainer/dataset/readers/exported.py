"""A folder of images with a snapshot's `manifest.jsonl`, such as Vignette exports it."""

from pathlib import Path

from trainer.dataset.dataset import Dataset, labels_among, target_matrix
from trainer.dataset.files import image_reader, read_file
from trainer.dataset.manifest import parse_rows
from trainer.errors import DatasetError

MANIFEST = "manifest.jsonl"
_SURE = 0.5
"""A label of less weight than this is not on the picture."""


def read_exported(folder: Path) -> Dataset:
    """Open an exported snapshot; its split is kept.

    Raises:
        DatasetError: the manifest is missing, malformed, or names an image twice.
    """
    path = folder / MANIFEST
    rows = list(parse_rows(read_file(path), path))
    found = {row.image: {label for label, weight in row.labels.items() if weight >= _SURE} for row in rows}
    if len(found) < len(rows):
        raise DatasetError(f"{path} names an image twice: export the snapshot again.")
    labels = labels_among(found, path)
    stricter = {row.image: set(row.relevant) for row in rows}
    return Dataset(
        tuple(found),
        labels,
        target_matrix(found, labels),
        image_reader(folder),
        relevant=target_matrix(stricter, labels) if any(stricter.values()) else None,
        splits=tuple(row.split for row in rows),
        origin="vignette",
    )
