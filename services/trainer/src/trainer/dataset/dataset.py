"""What every reader returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trainer.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Dataset:
    """Images by name, with what is on them.

    Attributes:
        names: one for each image, unique.
        labels: in the order of the columns of `targets`.
        targets: bool[images, labels].
        read: returns the file of a name; raises `DatasetError`.
        relevant: bool[images, labels], the stricter annotation where there is one (MIRFLICKR's `_r1`: the
            label is what the picture is about). Another opinion than `targets`, never mixed into them.
        splits: the side of each image where somebody has split the images already.
        origin: where the annotations come from, for manifests.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    targets: NDArray[np.bool_]
    read: Callable[[str], bytes]
    relevant: NDArray[np.bool_] | None = None
    splits: tuple[str, ...] | None = None
    origin: str = "annotations"

    def take(self, rows: NDArray[np.intp]) -> "Dataset":
        """Return the dataset of these rows, in their order."""
        return replace(
            self,
            names=tuple(self.names[i] for i in rows),
            targets=self.targets[rows],
            relevant=None if self.relevant is None else self.relevant[rows],
            splits=None if self.splits is None else tuple(self.splits[i] for i in rows),
        )


def target_matrix(found: Mapping[str, set[str]], labels: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return bool[images, labels] of labels by image; what is not among `labels` is passed over."""
    matrix = np.zeros((len(found), len(labels)), np.bool_)
    column_of = {label: column for column, label in enumerate(labels)}
    for row, present in enumerate(found.values()):
        matrix[row, [column_of[label] for label in present if label in column_of]] = True
    return matrix


def labels_among(found: Mapping[str, set[str]], where: object) -> tuple[str, ...]:
    """Return the labels that occur, sorted; raises `DatasetError` where nothing is annotated."""
    if not found:
        raise DatasetError(f"{where} annotates no image: add at least one.")
    labels = tuple(sorted(set().union(*found.values())))
    if not labels:
        raise DatasetError(f"{where} gives no image a label: there is nothing to learn.")
    return labels
