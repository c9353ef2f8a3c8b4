"""Open a dataset with the reader for its format."""

import json
from pathlib import Path

from trainer.dataset.dataset import Dataset
from trainer.dataset.files import IMAGES_ZIP, read_text
from trainer.dataset.readers.annotated import ANNOTATIONS_JSON, read_annotated
from trainer.dataset.readers.coco import is_coco, read_coco
from trainer.dataset.readers.exported import MANIFEST, read_exported
from trainer.dataset.readers.mirflickr import ANNOTATIONS_ZIP, read_mirflickr
from trainer.dataset.readers.tables import read_table
from trainer.errors import DatasetError

KINDS = (
    f"{MANIFEST} of an exported snapshot, {ANNOTATIONS_JSON}, {IMAGES_ZIP} with {ANNOTATIONS_ZIP}, "
    "one CSV, or one COCO instances JSON"
)


def open_dataset(path: Path) -> Dataset:
    """Open a dataset by its folder, or by an annotation file in it.

    In a folder, the first of these is read: a snapshot's manifest, `annotations.json`, MIRFLICKR's archives,
    the only CSV, the only COCO file. `annotations.json` precedes the archives because it may correct them.

    Raises:
        DatasetError: the folder has none of these, or several CSV or COCO files, or the file is malformed.
    """
    if path.is_file():
        return _open_file(path)
    if not path.is_dir():
        raise DatasetError(f"{path} doesn't exist: give the folder of a dataset.")
    if (path / MANIFEST).is_file():
        return read_exported(path)
    if (path / ANNOTATIONS_JSON).is_file():
        return _open_file(path / ANNOTATIONS_JSON)
    if (path / IMAGES_ZIP).is_file() or (path / ANNOTATIONS_ZIP).is_file():
        return read_mirflickr(path)
    for files in (
        sorted(path.glob("*.csv")),
        [each for each in sorted(path.glob("*.json")) if _has_coco(each)],
    ):
        if len(files) > 1:
            raise DatasetError(
                f"{path} holds {files[0].name} and {files[1].name}: give the path of one of them."
            )
        if files:
            return _open_file(files[0])
    raise DatasetError(f"{path} holds no dataset. Supported: {KINDS}.")


def _open_file(path: Path) -> Dataset:
    if path.name == MANIFEST:
        return read_exported(path.parent)
    if path.suffix.lower() == ".csv":
        return read_table(path)
    if path.suffix.lower() == ".json" and _has_coco(path):
        return read_coco(path)
    if path.name == ANNOTATIONS_JSON:
        return read_annotated(path.parent)
    if path.name in (IMAGES_ZIP, ANNOTATIONS_ZIP):
        return read_mirflickr(path.parent)
    raise DatasetError(f"{path} is not a supported annotation file. Supported: {KINDS}.")


def _has_coco(path: Path) -> bool:
    try:
        return is_coco(json.loads(read_text(path)))
    except ValueError:
        return False
