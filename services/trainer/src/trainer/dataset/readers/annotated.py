"""A folder of images with `annotations.json`: `[{"image": name, "annotation": [label, ...]}]`."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.dataset.dataset import Dataset, labels_among, target_matrix
from trainer.dataset.files import image_reader, inside, read_text
from trainer.errors import DatasetError
from trainer.support.atomic_file import write_atomically, write_error

ANNOTATIONS_JSON = "annotations.json"


def read_annotated(folder: Path, labels: tuple[str, ...] | None = None) -> Dataset:
    """Open a folder of images with `annotations.json`.

    Args:
        labels: the labels to read, in this order; others are ignored. None for all that occur, sorted.

    Raises:
        DatasetError: the file is missing, empty or malformed, names an image outside the folder, or names one
            twice with different labels.
    """
    path = folder / ANNOTATIONS_JSON
    present_by_image, relevant_by_image = _parse(path)
    chosen = labels if labels is not None else labels_among(present_by_image, path)
    return Dataset(
        tuple(present_by_image),
        chosen,
        target_matrix(present_by_image, chosen),
        image_reader(folder),
        relevant=target_matrix(relevant_by_image, chosen) if any(relevant_by_image.values()) else None,
        origin=ANNOTATIONS_JSON,
    )


def _parse(path: Path) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the labels of each image, and those of the stricter annotation."""
    text = read_text(path)
    labels_of: dict[str, set[str]] = {}
    relevant_of: dict[str, set[str]] = {}
    try:
        for entry in json.loads(text):
            name, present = str(entry["image"]), _words(entry["annotation"])
            relevant = _words(entry.get("relevant", []))
            _check(path, name, present, labels_of)
            labels_of[name], relevant_of[name] = present, relevant
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f'{path} is not a list of {{"image", "annotation"}}: {error}.') from error
    return labels_of, relevant_of


def _words(value: Any) -> set[str]:
    """Return a set of labels; a string is rejected, since iterating over it would yield letters."""
    if not isinstance(value, list):
        raise TypeError("annotation is not a list of labels")
    return {str(label) for label in value}


def _check(path: Path, name: str, present: set[str], labels_of: dict[str, set[str]]) -> None:
    if not inside(name):
        raise DatasetError(f"{path} names {name!r}: images must be inside the folder.")
    if labels_of.get(name, present) != present:
        raise DatasetError(f"{path} annotates {name!r} twice, with different labels: keep one of the two.")


def write_annotations(dataset: Dataset, path: Path) -> None:
    """Write `annotations.json` for `read_annotated`, atomically.

    The stricter annotation, if the dataset has one, is written as `relevant`.

    Raises:
        DatasetError, StorageFull: the file can't be written.
    """
    entries = []
    for row, name in enumerate(dataset.names):
        entry: dict[str, Any] = {"image": name, "annotation": _present(dataset.labels, dataset.targets[row])}
        if dataset.relevant is not None:
            entry["relevant"] = _present(dataset.labels, dataset.relevant[row])
        entries.append(entry)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, (json.dumps(entries, indent=0, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise write_error(path, error) from error


def _present(labels: tuple[str, ...], marks: NDArray[np.bool_]) -> list[str]:
    return [labels[i] for i in np.flatnonzero(marks)]
