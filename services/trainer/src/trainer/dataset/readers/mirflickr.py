"""MIRFLICKR-25K (Huiskes & Lew 2008), read from its two zip archives without unpacking."""

import re
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.dataset.dataset import Dataset
from trainer.dataset.files import IMAGES_ZIP, open_zip, read_member
from trainer.errors import DatasetError

ANNOTATIONS_ZIP = "mirflickr25k_annotations_v080.zip"
_IMAGE = re.compile(r"(?:^|/)im(\d+)\.jpg$")
_LABEL = re.compile(r"(?:^|/)([a-z_]+?)(_r1)?\.txt$")

Numbers = dict[str, list[int]]
"""The numbers of the images that have a label, by label."""


def read_mirflickr(folder: Path) -> Dataset:
    """Open the two archives in `folder`.

    The 24 "potential" labels are the targets; the stricter `_r1` labels are `relevant`.

    Raises:
        DatasetError: an archive is missing or damaged, or holds no images or no labels.
    """
    images = open_zip(folder / IMAGES_ZIP)
    numbers = {int(m[1]): name for name in images.namelist() if (m := _IMAGE.search(name))}
    if not numbers:
        raise DatasetError(f"{folder / IMAGES_ZIP} holds no im<number>.jpg.")
    order = sorted(numbers)
    with open_zip(folder / ANNOTATIONS_ZIP) as archive:
        potential, stricter = _label_files(archive)
    targets, relevant = _matrix(order, potential, potential), _matrix(order, stricter, potential)
    _refuse_empty_labels(targets, tuple(potential), folder)
    return Dataset(
        tuple(numbers[n] for n in order),
        tuple(potential),
        targets,
        lambda name: read_member(images, name),
        relevant=relevant,
        origin="mirflickr25k",
    )


def image_number(name: str) -> int | None:
    """Return the MIRFLICKR number in an image's name, such as 1001 for `mirflickr/im1001.jpg`."""
    match = _IMAGE.search(name)
    return int(match[1]) if match else None


def _label_files(archive: zipfile.ZipFile) -> tuple[Numbers, Numbers]:
    """Return the potential and the stricter annotation, labels sorted."""
    potential: Numbers = {}
    stricter: Numbers = {}
    for name in sorted(archive.namelist()):
        match = _LABEL.search(name)
        # The archive's readme matches the pattern of a label file.
        if match and match[1] != "readme":
            (stricter if match[2] else potential)[match[1]] = _numbers(name, read_member(archive, name))
    if not potential:
        raise DatasetError(f"{archive.filename} holds no label files such as sky.txt.")
    return potential, stricter


def _numbers(name: str, body: bytes) -> list[int]:
    try:
        return [int(word) for word in body.split()]
    except ValueError as error:
        raise DatasetError(f"{name} is not a list of image numbers: {error}.") from error


def _matrix(order: list[int], numbers: Numbers, labels: Numbers) -> NDArray[np.bool_]:
    """Return bool[images, labels]; numbers of absent images are ignored."""
    row_of = {number: row for row, number in enumerate(order)}
    matrix = np.zeros((len(order), len(labels)), np.bool_)
    for column, label in enumerate(labels):
        matrix[[row_of[n] for n in numbers.get(label, ()) if n in row_of], column] = True
    return matrix


def _refuse_empty_labels(targets: NDArray[np.bool_], labels: tuple[str, ...], folder: Path) -> None:
    empty = np.flatnonzero(targets.sum(axis=0) == 0)
    if empty.size:
        raise DatasetError(
            f"{folder}: no image has the label {labels[empty[0]]!r}; there is nothing to learn."
        )
