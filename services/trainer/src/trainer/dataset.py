"""Annotated images, read in place: MIRFLICKR's own archives, or a folder with `annotations.json`."""

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.errors import DatasetError

IMAGES_ZIP = "mirflickr25k.zip"
ANNOTATIONS_ZIP = "mirflickr25k_annotations_v080.zip"
_IMAGE = re.compile(r"(?:^|/)im(\d+)\.jpg$")
_LABEL = re.compile(r"(?:^|/)([a-z_]+)\.txt$")
_STRICTER = "_r1"
_MEMBER_BYTES = 100 * 1024 * 1024
"""The most that one archive member may unpack to: what an upload may have."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Images by name, with what is on them.

    Attributes:
        names: one for each image, unique.
        labels: in the order of the columns of `targets`.
        targets: bool[images, labels].
        read: returns the file of a name; raises `DatasetError`.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    targets: NDArray[np.bool_]
    read: Callable[[str], bytes]

    def take(self, rows: NDArray[np.intp]) -> "Dataset":
        return Dataset(tuple(self.names[i] for i in rows), self.labels, self.targets[rows], self.read)


def read_mirflickr(folder: Path) -> Dataset:
    """Open MIRFLICKR-25K's two archives (Huiskes & Lew 2008) without unpacking them.

    The 24 "potential" labels; the stricter `_r1` ones are another annotation and are left out.

    Raises:
        DatasetError: an archive is missing, damaged, or holds no images or no labels.
    """
    images = _open_zip(folder / IMAGES_ZIP)
    numbers = {int(m[1]): name for name in images.namelist() if (m := _IMAGE.search(name))}
    if not numbers:
        raise DatasetError(f"{folder / IMAGES_ZIP} holds no im<number>.jpg.")
    order = sorted(numbers)
    row_of = {number: row for row, number in enumerate(order)}
    with _open_zip(folder / ANNOTATIONS_ZIP) as annotations:
        positives = _label_files(annotations)
    targets = np.zeros((len(order), len(positives)), np.bool_)
    for column, label_numbers in enumerate(positives.values()):
        targets[[row_of[n] for n in label_numbers if n in row_of], column] = True
    _refuse_empty_labels(targets, tuple(positives), folder)
    return Dataset(
        tuple(numbers[n] for n in order), tuple(positives), targets, lambda name: _read_member(images, name)
    )


def read_annotated(folder: Path, labels: tuple[str, ...]) -> Dataset:
    """Open a folder of images with `annotations.json`: `[{"image": name, "annotation": [label, …]}]`.

    Labels other than `labels` are passed over; one of them may be absent.

    Raises:
        DatasetError: the file is missing or malformed, or names an image outside the folder.
    """
    path = folder / "annotations.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        found = {str(e["image"]): {str(label) for label in e["annotation"]} for e in entries}
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f'{path} is not a list of {{"image", "annotation"}}: {error}.') from error
    if outside := [name for name in found if Path(name).name != name]:
        raise DatasetError(f"{path} names {outside[0]!r}: images must lie in the folder itself.")
    targets = np.array([[label in tags for label in labels] for tags in found.values()], np.bool_)
    return Dataset(tuple(found), labels, targets, lambda name: _read_file(folder / name))


def image_number(name: str) -> int | None:
    """Return MIRFLICKR's number of an image, such as 1001 for `mirflickr/im1001.jpg`."""
    match = _IMAGE.search(name)
    return int(match[1]) if match else None


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        raise DatasetError(
            f"{path} can't be read ({error.strerror}): put MIRFLICKR-25K's archives there."
        ) from error
    except zipfile.BadZipFile as error:
        raise DatasetError(f"{path} is no whole zip archive ({error}): download it again.") from error


def _label_files(archive: zipfile.ZipFile) -> dict[str, list[int]]:
    """Return the image numbers of each label, the labels sorted."""
    found: dict[str, list[int]] = {}
    for name in sorted(archive.namelist()):
        match = _LABEL.search(name)
        if match and not match[1].endswith(_STRICTER) and match[1] != "readme":
            found[match[1]] = _numbers(name, _read_member(archive, name))
    if not found:
        raise DatasetError(f"{archive.filename} holds no label files such as sky.txt.")
    return found


def _numbers(name: str, body: bytes) -> list[int]:
    try:
        return [int(word) for word in body.split()]
    except ValueError as error:
        raise DatasetError(f"{name} is not a list of image numbers: {error}.") from error


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _MEMBER_BYTES:
        raise DatasetError(f"{name} in {archive.filename} is larger than 100 MiB.")
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise DatasetError(f"{name} in {archive.filename} is damaged: {error}.") from error


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror}.") from error


def _refuse_empty_labels(targets: NDArray[np.bool_], labels: tuple[str, ...], folder: Path) -> None:
    empty = np.flatnonzero(targets.sum(axis=0) == 0)
    if empty.size:
        raise DatasetError(
            f"{folder}: no image has the label {labels[empty[0]]!r}; there is nothing to learn."
        )
