"""A folder of images with a CSV: one column for each label, or one column that lists them."""

import csv
import io
import re
from pathlib import Path

from trainer.dataset.dataset import Dataset, labels_among, target_matrix
from trainer.dataset.files import image_reader, inside, read_text
from trainer.errors import DatasetError

IMAGE_COLUMNS = ("image", "filename", "file", "name", "path")
LABEL_COLUMNS = ("labels", "label", "tags", "annotation", "annotations")
_YES, _NO = {"1", "1.0", "true", "yes", "x"}, {"", "0", "0.0", "false", "no"}
_BETWEEN = re.compile(r"[;,|\s]+")


def read_table(path: Path) -> Dataset:
    """Open a CSV next to its images.

    The first column named image, filename, file, name or path holds the image. Labels are either listed in a
    column named labels, tags or annotation, separated by spaces, `;`, `,` or `|`; or every other column is a
    label that holds 1/0, true/false or yes/no.

    Raises:
        DatasetError: a column is missing, a value is invalid, or an image has two different sets of labels.
    """
    # A missing value counts as empty. Surplus values get the column "", which `_marked` rejects.
    reader = csv.DictReader(io.StringIO(read_text(path)), restkey="", restval="")
    columns = {name.strip().lower(): name for name in reader.fieldnames or ()}
    image = next((columns[name] for name in IMAGE_COLUMNS if name in columns), None)
    if image is None:
        raise DatasetError(f"{path} has no image column: name it one of {', '.join(IMAGE_COLUMNS)}.")
    listing = next((columns[name] for name in LABEL_COLUMNS if name in columns), None)
    labels_by_image: dict[str, set[str]] = {}
    try:
        for row in reader:
            name = row.pop(image).strip()
            present = _listed(row[listing]) if listing else _marked(row)
            if not inside(name):
                raise DatasetError(f"{path} names {name!r}: images must be inside the folder.")
            if labels_by_image.get(name, present) != present:
                raise DatasetError(
                    f"{path} annotates {name!r} twice, with different labels: keep one of the two."
                )
            labels_by_image[name] = present
    except (csv.Error, ValueError) as error:
        raise DatasetError(f"{path}, line {reader.line_num}: {error}.") from error
    labels = labels_among(labels_by_image, path)
    return Dataset(
        tuple(labels_by_image),
        labels,
        target_matrix(labels_by_image, labels),
        image_reader(path.parent),
        origin=path.name,
    )


def _listed(value: str) -> set[str]:
    return {word for word in _BETWEEN.split(value) if word}


def _marked(row: dict[str, str]) -> set[str]:
    present = set()
    for label, value in row.items():
        word = value.strip().lower() if isinstance(value, str) else "more values than columns"
        if word in _YES:
            present.add(label.strip())
        elif word not in _NO:
            raise ValueError(f"{label.strip() or word!r} is {word!r}, neither 1 nor 0")
    return present
