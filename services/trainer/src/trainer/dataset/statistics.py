"""A dataset's statistics."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainer.dataset.dataset import Dataset
from trainer.dataset.inspection import Inspection, Pair, across, pairs_of

# The most examples in a list; its count states the total.
LISTED = 50


@dataclass(frozen=True, slots=True)
class LabelCount:
    """The images with a label, and those with the stricter annotation if the dataset has one."""

    label: str
    images: int
    relevant: int | None = None


@dataclass(frozen=True, slots=True)
class PairList:
    """Pairs of image names: how many there are, and the first of them."""

    count: int
    listed: list[list[str]]


@dataclass(frozen=True, slots=True)
class SplitStatistics:
    """Images and labels by split; pairs of equal or similar images in different splits."""

    images: dict[str, int]
    labels: dict[str, dict[str, int]]
    same_bytes: PairList
    look_alike: PairList


@dataclass(frozen=True, slots=True)
class DatasetStatistics:
    """Counts of images, labels and duplicates.

    Attributes:
        co_occurrence: `[i][k]` is the number of images with both labels; the diagonal is each label's own.
        contradictory: groups of images with the same bytes but different labels.
    """

    images: int
    labels: tuple[LabelCount, ...]
    labels_an_image: float
    without_labels: int
    relevant_but_not_labelled: int
    co_occurrence: list[list[int]]
    unreadable: list[dict[str, str]]
    exact_duplicates: int
    contradictory: int
    near_duplicates: int
    splits: SplitStatistics | None

    def totals(self) -> dict[str, float]:
        """Return the counts over all labels, by title."""
        return {
            "images": self.images,
            "labels per image": self.labels_an_image,
            "without labels": self.without_labels,
            "exact duplicates": self.exact_duplicates,
            "contradictory duplicates": self.contradictory,
            "near-duplicates": self.near_duplicates,
        }

    def as_json(self) -> dict[str, Any]:
        members = dataclasses.asdict(self)
        for label in members["labels"]:
            if label["relevant"] is None:
                del label["relevant"]
        return {**members, "splits": members["splits"] or {}}


def describe(dataset: Dataset, inspection: Inspection) -> DatasetStatistics:
    """Return the statistics of an inspected dataset."""
    counts = dataset.targets.sum(axis=0)
    labels_per_image = dataset.targets.sum(axis=1)
    together = dataset.targets.astype(np.int64).T @ dataset.targets.astype(np.int64)
    groups, near = inspection.exact_duplicates(), inspection.near_duplicates()
    relevant = dataset.relevant
    return DatasetStatistics(
        images=len(dataset.names),
        labels=tuple(
            LabelCount(
                label, int(counts[column]), None if relevant is None else int(relevant[:, column].sum())
            )
            for column, label in enumerate(dataset.labels)
        ),
        labels_an_image=round(float(labels_per_image.mean()), 3),
        without_labels=int((labels_per_image == 0).sum()),
        relevant_but_not_labelled=0 if relevant is None else int((relevant & ~dataset.targets).sum()),
        co_occurrence=together.tolist(),
        unreadable=[
            {"image": dataset.names[row], "reason": reason} for row, reason in inspection.problems.items()
        ],
        exact_duplicates=len(groups),
        contradictory=sum(len({dataset.targets[row].tobytes() for row in group}) > 1 for group in groups),
        near_duplicates=len(near),
        splits=_split_statistics(dataset, pairs_of(groups), near) if dataset.splits else None,
    )


def _split_statistics(dataset: Dataset, same: list[Pair], near: list[Pair]) -> SplitStatistics:
    splits = dataset.splits or ()
    split_of = np.array(splits)
    names = sorted(set(splits))
    return SplitStatistics(
        images={name: int((split_of == name).sum()) for name in names},
        labels={
            name: dict(
                zip(dataset.labels, dataset.targets[split_of == name].sum(axis=0).tolist(), strict=True)
            )
            for name in names
        },
        same_bytes=_listed(dataset, across(same, splits)),
        look_alike=_listed(dataset, across(near, splits)),
    )


def _listed(dataset: Dataset, pairs: list[Pair]) -> PairList:
    return PairList(len(pairs), [[dataset.names[i], dataset.names[k]] for i, k in pairs[:LISTED]])
