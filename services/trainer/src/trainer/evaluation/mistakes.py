"""Find a head's mistakes: confused labels, worst scores, and annotations that are probably wrong."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from cleanlab.multilabel_classification.filter import find_multilabel_issues_per_class
from cleanlab.rank import get_label_quality_scores
from numpy.typing import NDArray

from vignette_shared.contracts.metrics import Confusion, Mistake

_SHOWN = 12
_SURE = 1e-6


@dataclass(frozen=True, slots=True)
class RowMistake:
    """An annotation that the score contradicts; `row` counts the evaluated images, `score` is in 0..1."""

    row: int
    label: str
    present: bool
    score: float

    def named(self, names: list[str]) -> Mistake:
        """Return the mistake with its image's name in place of the row."""
        return Mistake(image=names[self.row], label=self.label, present=self.present, score=self.score)


def confusion_pairs(
    truth: NDArray[np.bool_], shown: NDArray[np.bool_], labels: tuple[str, ...], most: int = _SHOWN
) -> list[Confusion]:
    """Return the pairs of labels that are confused most often, by number of images."""
    missed, wrong = truth & ~shown, shown & ~truth
    counts = missed.astype(np.int64).T @ wrong.astype(np.int64)
    order = np.argsort(-counts, axis=None, kind="stable")[:most]
    pairs = []
    for a, b in zip(*np.unravel_index(order, counts.shape), strict=True):
        if counts[a, b]:
            share = round(float(counts[a, b] / missed[:, a].sum()), 4)
            pairs.append(
                Confusion(missed=labels[a], instead=labels[b], images=int(counts[a, b]), share=share)
            )
    return pairs


def worst_errors(
    truth: NDArray[np.bool_], scores: NDArray[np.floating], labels: tuple[str, ...], most: int = _SHOWN
) -> list[RowMistake]:
    """Return the mistakes with the highest log loss, at most one for each image."""
    likelihood = np.clip(np.where(truth, scores, 1 - scores), _SURE, 1)
    worst = likelihood.argmin(axis=1)
    rows = np.argsort(likelihood[np.arange(len(truth)), worst], kind="stable")[:most]
    return [_mistake(int(row), int(worst[row]), truth, scores, labels) for row in rows]


def probable_label_errors(
    truth: NDArray[np.bool_], scores: NDArray[np.floating], labels: tuple[str, ...], most: int = _SHOWN
) -> tuple[int, list[RowMistake]]:
    """Return the number of annotations that are probably wrong, and the likeliest (Northcutt et al. 2021).

    A score is judged relative to the label's usual scores. A low score of a rare label says little, because
    the head rarely finds it; `worst_errors` ranks such a score high.

    Args:
        scores: of images that the head was not trained on.
    """
    given = [list(map(int, np.flatnonzero(row))) for row in truth]
    # A label that no image has, or every image has, can't be estimated.
    usable = np.flatnonzero(truth.any(axis=0) & ~truth.all(axis=0))
    if not usable.size:
        return 0, []
    with warnings.catch_warnings():
        # cleanlab warns about each label with few examples, which is expected here.
        warnings.filterwarnings("ignore", message="May not flag all label issues", category=UserWarning)
        ranked, _, _ = find_multilabel_issues_per_class(
            given, np.asarray(scores, np.float64), return_indices_ranked_by="self_confidence", n_jobs=1
        )
    ranked_errors = [
        (row, i, quality) for i in map(int, usable) for row, quality in _ranked(ranked[i], truth, scores, i)
    ]
    likeliest = sorted(ranked_errors, key=lambda each: (each[2], each[0]))[:most]
    return len(ranked_errors), [_mistake(row, column, truth, scores, labels) for row, column, _ in likeliest]


def _ranked(
    rows: NDArray[np.intp], truth: NDArray[np.bool_], scores: NDArray[np.floating], column: int
) -> Iterator[tuple[int, float]]:
    """Yield each row with the probability, 0..1, that its annotation of the label is right."""
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
) -> RowMistake:
    score = round(float(scores[row, column]), 4)
    return RowMistake(row, labels[column], bool(truth[row, column]), score)
