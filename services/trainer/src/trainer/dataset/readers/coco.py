"""COCO instances JSON (Lin et al. 2014): an image has the labels of the objects it shows."""

import json
from pathlib import Path
from typing import Any

from trainer.dataset.dataset import Dataset, labels_among, target_matrix
from trainer.dataset.files import image_reader, inside, read_text
from trainer.errors import DatasetError


def read_coco(path: Path) -> Dataset:
    """Open a COCO file next to its images; boxes and outlines are ignored.

    Raises:
        DatasetError: the file is malformed, names an unknown image or category, or gives an id twice.
    """
    try:
        document = json.loads(read_text(path))
        names = _by_id(document["images"], "file_name", path)
        categories = _by_id(document["categories"], "name", path)
        labels_of: dict[str, set[str]] = {name: set() for name in names.values()}
        for entry in document["annotations"]:
            labels_of[names[entry["image_id"]]].add(categories[entry["category_id"]])
    except KeyError as error:
        raise DatasetError(
            f"{path}: {error} is missing, or an annotation refers to it but it is not listed."
        ) from error
    except (ValueError, TypeError) as error:
        raise DatasetError(f"{path} is not COCO instances: {error}.") from error
    labels = labels_among(labels_of, path)
    return Dataset(
        tuple(labels_of),
        labels,
        target_matrix(labels_of, labels),
        image_reader(path.parent),
        origin=path.name,
    )


def is_coco(document: Any) -> bool:
    """Return whether a JSON document has the three lists of a COCO file."""
    return isinstance(document, dict) and {"images", "annotations", "categories"} <= document.keys()


def _by_id(entries: list[dict[str, Any]], member: str, path: Path) -> dict[int, str]:
    by_id: dict[int, str] = {}
    values: set[str] = set()
    for entry in entries:
        value = str(entry[member])
        if entry["id"] in by_id or value in values:
            raise DatasetError(f"{path} lists the {member} {value!r} or its id twice: keep one of the two.")
        if member == "file_name" and not inside(value):
            raise DatasetError(f"{path} names {value!r}: images must be inside the folder.")
        by_id[entry["id"]] = value
        values.add(value)
    return by_id
