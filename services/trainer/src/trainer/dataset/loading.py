"""Which reader a folder or file is for."""

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
    """Open what lies at `path`: a folder, or the annotation file in it.

    In a folder the first of these counts: a snapshot's manifest, `annotations.json` (which somebody may have
    corrected), MIRFLICKR's archives, the only CSV, the only COCO instances.

    Raises:
        DatasetError: there is nothing of the kind, more than one CSV or COCO file, or it is malformed.
    """
    if path.is_file():
        return _open_file(path)
    if not path.is_dir():
        raise DatasetError(f"{path} is not there: give the folder of a dataset.")
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
            raise DatasetError(f"{path} holds {files[0].name} and {files[1].name}: name the one to use.")
        if files:
            return _open_file(files[0])
    raise DatasetError(f"{path} holds no dataset: {KINDS} is looked for.")


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
    raise DatasetError(f"{path} is no annotation file that is known: {KINDS} is looked for.")


def _has_coco(path: Path) -> bool:
    try:
        return is_coco(json.loads(read_text(path)))
    except ValueError:
        return False
