"""Metrics of multi-label scores.

Unless stated, truth is bool[images, labels], scores float[images, labels].
"""

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.bool_]
Scores = NDArray[np.floating]

# Points kept of a precision-recall curve: enough to draw it, few enough for JSON.
CURVE_POINTS = 60
# As in Guo et al. 2017.
ECE_BINS = 15
# The default of TensorFlow's `auc`, and its epsilon: the figures must be comparable.
PR_AUC_THRESHOLDS = 200
_TINY = 1e-7
RESAMPLES = 1000


def average_precision(truth: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Return the exact, non-interpolated average precision of one label; NaN without a positive.

    Equal scores are one step, as in scikit-learn.
    """
    precision, recall = _steps(truth, scores)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision)) if truth.any() else float("nan")


def mean_average_precision(truth: Truth, scores: Scores) -> float:
    """Return the mean average precision over the labels that occur."""
    return float(np.nanmean(average_precisions(truth, scores)))


def average_precisions(truth: Truth, scores: Scores) -> tuple[float, ...]:
    """Return each label's average precision; NaN for a label that doesn't occur."""
    return tuple(average_precision(truth[:, i], scores[:, i]) for i in range(truth.shape[1]))


def pr_auc(truth: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Return the area under the precision-recall curve at 200 thresholds; NaN without a positive.

    The first Vignette reported this figure, so it is kept for comparison. It interpolates linearly, which
    overestimates (Davis & Goadrich 2006): use average precision.
    """
    if not truth.any():
        return float("nan")
    inner = np.arange(1, PR_AUC_THRESHOLDS - 1) / (PR_AUC_THRESHOLDS - 1)
    thresholds = np.concatenate([[-_TINY], inner, [1 + _TINY]])
    ascending = np.sort(scores), np.sort(scores[truth])
    shown, hits = (len(each) - np.searchsorted(each, thresholds, side="right") for each in ascending)
    # Precision is 1 where nothing is shown, as in TensorFlow's `auc`, which the first Vignette used.
    precision = (hits + _TINY) / (shown + _TINY)
    recall = hits / truth.sum()
    return float(np.trapezoid(precision[::-1], recall[::-1]))


def f1_scores(truth: Truth, shown: NDArray[np.bool_]) -> tuple[float, float]:
    """Return micro and macro F1; the macro average is over the labels that occur."""
    hits = (truth & shown).sum(axis=0)
    named = truth.sum(axis=0) + shown.sum(axis=0)
    occurring = truth.any(axis=0)
    macro = np.mean(2 * hits[occurring] / named[occurring]) if occurring.any() else 0.0
    return float(2 * hits.sum() / max(int(named.sum()), 1)), float(macro)


def reliability_curve(truth: Truth, scores: Scores) -> list[tuple[float, float, int]]:
    """Return (mean score, share true, count) for each non-empty bin of 15, all labels pooled."""
    flat_truth, flat_scores = truth.ravel(), np.asarray(scores, np.float64).ravel()
    bins = np.clip((flat_scores * ECE_BINS).astype(np.intp), 0, ECE_BINS - 1)
    size = np.bincount(bins, minlength=ECE_BINS)
    score_sum = np.bincount(bins, weights=flat_scores, minlength=ECE_BINS)
    truth_sum = np.bincount(bins, weights=flat_truth, minlength=ECE_BINS)
    return [
        (round(score_sum[i] / size[i], 4), round(truth_sum[i] / size[i], 4), int(size[i]))
        for i in range(ECE_BINS)
        if size[i]
    ]


def mean_calibration_error(truth: Truth, scores: Scores) -> float:
    """Return the mean over labels of `calibration_error`."""
    return float(np.mean([calibration_error(truth[:, i], scores[:, i]) for i in range(truth.shape[1])]))


def bootstrap_average_precision(truth: Truth, scores: Scores, seed: int = 0) -> NDArray[np.float64]:
    """Return float64[resamples, labels]: average precisions over images drawn with replacement.

    A draw without a positive of a label gives NaN for it.
    """
    rng = np.random.default_rng(seed)
    # Counting how often each image is drawn lets one sort per label serve all resamples.
    images, labels = truth.shape
    counts = rng.multinomial(images, np.full(images, 1 / images), size=RESAMPLES).astype(np.float32)
    out = np.empty((RESAMPLES, labels))
    for label in range(labels):
        order = np.argsort(-scores[:, label], kind="stable")
        drawn = counts[:, order]
        hits = drawn * truth[order, label]
        precision = np.cumsum(hits, axis=1) / np.maximum(np.cumsum(drawn, axis=1), 1)
        positives = hits.sum(axis=1)
        with np.errstate(invalid="ignore"):
            out[:, label] = (hits * precision).sum(axis=1) / positives
    return out


def calibration_error(truth: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Return the expected calibration error of one label, with 15 bins of equal width (Guo et al. 2017)."""
    bins = np.clip((scores * ECE_BINS).astype(np.intp), 0, ECE_BINS - 1)
    size = np.bincount(bins, minlength=ECE_BINS)
    gap = np.abs(
        np.bincount(bins, weights=truth, minlength=ECE_BINS)
        - np.bincount(bins, weights=scores, minlength=ECE_BINS)
    )
    return float(gap.sum() / max(size.sum(), 1))


def precision_recall_curve(
    truth: NDArray[np.bool_], scores: NDArray[np.floating]
) -> list[tuple[float, float]]:
    """Return at most `CURVE_POINTS` pairs (recall, precision), recall rising; empty without a positive."""
    if not truth.any():
        return []
    precision, recall = _steps(truth, scores)
    last = np.searchsorted(recall, recall[-1])  # after the last hit, recall stays the same
    chosen = np.unique(np.linspace(0, last, CURVE_POINTS).astype(np.intp))
    return [(round(float(recall[i]), 4), round(float(precision[i]), 4)) for i in chosen]


def _steps(
    truth: NDArray[np.bool_], scores: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return precision and recall at each distinct score, highest first."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    hits = np.cumsum(truth[order])[ends]
    return hits / (ends + 1.0), hits / max(int(truth.sum()), 1)
