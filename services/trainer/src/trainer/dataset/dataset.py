"""The dataset that every reader returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trainer.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Dataset:
    """Images by name, with their labels.

    Attributes:
        names: one for each image, unique.
        labels: the columns of `targets`.
        targets: bool[images, labels].
        read: returns the image file of a name; raises `DatasetError`.
        relevant: bool[images, labels], a stricter annotation if the dataset has one (MIRFLICKR's `_r1`: the
            label is the subject of the photo). A separate opinion, never merged into `targets`.
        splits: the split of each image, if the dataset is split already.
        origin: the source of the annotations, for manifests.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    targets: NDArray[np.bool_]
    read: Callable[[str], bytes]
    relevant: NDArray[np.bool_] | None = None
    splits: tuple[str, ...] | None = None
    origin: str = "annotations"

    def take(self, rows: NDArray[np.intp]) -> "Dataset":
        """Return a dataset of these rows, in their order."""
        return replace(
            self,
            names=tuple(self.names[i] for i in rows),
            targets=self.targets[rows],
            relevant=None if self.relevant is None else self.relevant[rows],
            splits=None if self.splits is None else tuple(self.splits[i] for i in rows),
        )


def target_matrix(labels_by_image: Mapping[str, set[str]], labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return bool[images, labels] from the labels of each image; labels not in `labels` are ignored."""
    matrix = np.zeros((len(labels_by_image), len(labels)), np.bool_)
    column_of = {label: column for column, label in enumerate(labels)}
    for row, present in enumerate(labels_by_image.values()):
        matrix[row, [column_of[label] for label in present if label in column_of]] = True
    return matrix


def labels_among(labels_by_image: Mapping[str, set[str]], path: object) -> tuple[str, ...]:
    """Return the labels that occur, sorted; raises `DatasetError` if there are none."""
    if not labels_by_image:
        raise DatasetError(f"{path} annotates no image: add at least one.")
    labels = tuple(sorted(set().union(*labels_by_image.values())))
    if not labels:
        raise DatasetError(f"{path} gives no image a label: there is nothing to learn.")
    return labels
