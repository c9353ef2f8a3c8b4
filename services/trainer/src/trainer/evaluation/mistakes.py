"""Where a head errs: labels taken for each other, its worst scores, and labels that are probably wrong."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from cleanlab.multilabel_classification.filter import find_multilabel_issues_per_class
from cleanlab.rank import get_label_quality_scores
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

    A score counts by how it stands to the label's usual ones: that a head hardly finds a rare label tells
    less than that it is sure of a frequent one, though `worst_errors` has it the other way round.

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
    found = [
        (row, i, quality) for i in map(int, usable) for row, quality in _ranked(ranked[i], truth, scores, i)
    ]
    likeliest = sorted(found, key=lambda each: (each[2], each[0]))[:most]
    return len(found), [_mistake(row, column, truth, scores, labels) for row, column, _ in likeliest]


def _ranked(
    rows: NDArray[np.intp], truth: NDArray[np.bool_], scores: NDArray[np.floating], column: int
) -> Iterator[tuple[int, float]]:
    """Yield rows with how likely a label's annotation there is to be right, 0..1, whatever its share."""
    present = np.asarray(scores[:, column], np.float64)
    quality = get_label_quality_scores(
        truth[:, column].astype(np.intp), np.stack([1 - present, present], axis=1), adjust_pred_probs=True
    )
    yield from ((int(row), float(quality[row])) for row in rows)


def _mistake(
    row: int,
    column: int,
    truth: NDArray[np.bool_],
    scores: NDArray[np.floating],
    labels: tuple[str, ...],
) -> Mistake:
    score = round(float(scores[row, column]), 4)
    return Mistake(row, labels[column], bool(truth[row, column]), score)
