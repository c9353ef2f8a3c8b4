"""Where a head errs: labels taken for each other, its worst scores, and labels that are probably wrong."""

import warnings
from dataclasses import dataclass

import numpy as np
from cleanlab.multilabel_classification.filter import find_multilabel_issues_per_class
from numpy.typing import NDArray

_SHOWN = 12
_SURE = 1e-6


@dataclass(frozen=True, slots=True)
class Mistake:
    """`row` of the images measured; `present` is what the annotation says; `score` 0..1."""

    row: int
    label: str
    present: bool
    score: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Images that have `missed` and show the tag `instead`, neither of which is right."""

    missed: str
    instead: str
    images: int
    share: float
    """Of the images where `missed` is not shown."""


def confusion_pairs(
    truth: NDArray[np.bool_], shown: NDArray[np.bool_], labels: tuple[str, ...], most: int = _SHOWN
) -> list[Confusion]:
    """Return the pairs of labels that are taken for each other most often, by count of images."""
    missed, wrong = truth & ~shown, shown & ~truth
    counts = missed.astype(np.int64).T @ wrong.astype(np.int64)
    order = np.argsort(-counts, axis=None, kind="stable")[:most]
    found = []
    for a, b in zip(*np.unravel_index(order, counts.shape), strict=True):
        if counts[a, b]:
            share = round(float(counts[a, b] / missed[:, a].sum()), 4)
            found.append(Confusion(labels[a], labels[b], int(counts[a, b]), share))
    return found


def worst_errors(
    truth: NDArray[np.bool_], scores: NDArray[np.floating], labels: tuple[str, ...], most: int = _SHOWN
) -> list[Mistake]:
    """Return the scores that surprise most by their log loss, one for each image."""
    likelihood = np.clip(np.where(truth, scores, 1 - scores), _SURE, 1)
    worst = likelihood.argmin(axis=1)
    rows = np.argsort(likelihood[np.arange(len(truth)), worst], kind="stable")[:most]
    return [_mistake(int(row), int(worst[row]), truth, scores, labels) for row in rows]


def probable_label_errors(
    truth: NDArray[np.bool_], scores: NDArray[np.floating], labels: tuple[str, ...], most: int = _SHOWN
) -> tuple[int, list[Mistake]]:
    """Return how many annotations are probably wrong, and the likeliest (Northcutt et al. 2021).

    Scores must be of images that did not train the head.
    """
    given = [list(map(int, np.flatnonzero(row))) for row in truth]
    # Labels that nobody or everybody has leave nothing to estimate from.
    usable = np.flatnonzero(truth.any(axis=0) & ~truth.all(axis=0))
    if not usable.size:
        return 0, []
    with warnings.catch_warnings():
        # Of a label with hardly an example it finds little, and says so for each.
        warnings.filterwarnings("ignore", message="May not flag all label issues", category=UserWarning)
        ranked, _, _ = find_multilabel_issues_per_class(
            given, np.asarray(scores, np.float64), return_indices_ranked_by="self_confidence", n_jobs=1
        )
    found = [_mistake(int(row), int(i), truth, scores, labels) for i in usable for row in ranked[i]]
    found.sort(key=lambda m: (m.score if m.present else 1 - m.score, m.row))
    return len(found), found[:most]


def _mistake(
    row: int,
    column: int,
    truth: NDArray[np.bool_],
    scores: NDArray[np.floating],
    labels: tuple[str, ...],
) -> Mistake:
    score = round(float(scores[row, column]), 4)
    return Mistake(row, labels[column], bool(truth[row, column]), score)
