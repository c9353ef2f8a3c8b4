"""A dataset in figures."""

from typing import Any

import numpy as np

from trainer.dataset.dataset import Dataset
from trainer.dataset.inspection import Inspection, Pair, across, pairs_of

LISTED = 50
"""Examples that a list shows at most; its count tells how many there are."""


def describe(dataset: Dataset, inspection: Inspection) -> dict[str, Any]:
    """Return counts, co-occurrence, duplicates and what can't be used, ready for JSON.

    `co_occurrence[i][k]` is the number of images with both labels; the diagonal is each label's own.
    `contradictory` counts groups of the same bytes with different labels.
    """
    counts = dataset.targets.sum(axis=0)
    a_image = dataset.targets.sum(axis=1)
    together = dataset.targets.astype(np.int64).T @ dataset.targets.astype(np.int64)
    groups, near = inspection.exact_duplicates(), inspection.near_duplicates()
    stricter = dataset.relevant
    return {
        "images": len(dataset.names),
        "labels": [
            {
                "label": label,
                "images": int(counts[column]),
                **({} if stricter is None else {"relevant": int(stricter[:, column].sum())}),
            }
            for column, label in enumerate(dataset.labels)
        ],
        "labels_an_image": round(float(a_image.mean()), 3),
        "without_labels": int((a_image == 0).sum()),
        "relevant_but_not_labelled": 0 if stricter is None else int((stricter & ~dataset.targets).sum()),
        "co_occurrence": together.tolist(),
        "unreadable": [
            {"image": dataset.names[row], "reason": reason} for row, reason in inspection.problems.items()
        ],
        "exact_duplicates": len(groups),
        "contradictory": sum(len({dataset.targets[row].tobytes() for row in group}) > 1 for group in groups),
        "near_duplicates": len(near),
        "splits": _splits(dataset, pairs_of(groups), near) if dataset.splits else {},
    }


def _splits(dataset: Dataset, same: list[Pair], near: list[Pair]) -> dict[str, Any]:
    splits = dataset.splits or ()
    side = np.array(splits)
    names = sorted(set(splits))
    return {
        "images": {name: int((side == name).sum()) for name in names},
        "labels": {
            name: dict(zip(dataset.labels, dataset.targets[side == name].sum(axis=0).tolist(), strict=True))
            for name in names
        },
        "same_bytes": _named(dataset, across(same, splits)),
        "look_alike": _named(dataset, across(near, splits)),
    }


def _named(dataset: Dataset, pairs: list[Pair]) -> dict[str, Any]:
    listed = [[dataset.names[i], dataset.names[k]] for i, k in pairs[:LISTED]]
    return {"count": len(pairs), "listed": listed}
