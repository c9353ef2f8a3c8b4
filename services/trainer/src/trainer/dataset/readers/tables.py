"""A folder of images with a CSV: a column a label, or a column of labels."""

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
    """Open a CSV beside the images it names.

    The first column that is called image, filename, file, name or path holds the image. Either one further
    column is called labels, tags or annotation and lists an image's labels between spaces, `;`, `,` or `|`;
    or every further column is a label, with 1/0, true/false, yes/no in it.

    Raises:
        DatasetError: there are no such columns, a value is neither, or an image is named twice, differently.
    """
    reader = csv.DictReader(io.StringIO(read_text(path)), restkey="", restval="")
    columns = {name.strip().lower(): name for name in reader.fieldnames or ()}
    image = next((columns[name] for name in IMAGE_COLUMNS if name in columns), None)
    if image is None:
        raise DatasetError(f"{path} has no column of images: call it one of {', '.join(IMAGE_COLUMNS)}.")
    listing = next((columns[name] for name in LABEL_COLUMNS if name in columns), None)
    found: dict[str, set[str]] = {}
    try:
        for row in reader:
            name = row.pop(image).strip()
            present = _listed(row[listing]) if listing else _marked(row)
            if not inside(name):
                raise DatasetError(f"{path} names {name!r}: images must lie in the folder itself.")
            if found.get(name, present) != present:
                raise DatasetError(f"{path} annotates {name!r} twice, differently: keep one of the two.")
            found[name] = present
    except (csv.Error, ValueError) as error:
        raise DatasetError(f"{path}, line {reader.line_num}: {error}.") from error
    labels = labels_among(found, path)
    return Dataset(
        tuple(found), labels, target_matrix(found, labels), image_reader(path.parent), origin=path.name
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
