"""Compute the metrics of a head on one set of images."""

import math

import numpy as np
from numpy.typing import NDArray

from trainer.evaluation.metrics import (
    average_precision,
    bootstrap_average_precision,
    calibration_error,
    f1_scores,
    mean_average_precision,
    pr_auc,
    precision_recall_curve,
)
from trainer.evaluation.thresholds import shown_precision
from vignette_shared.contracts.metrics import Difference, LabelMetrics, Metrics
from vignette_shared.vision.head import Head

# Percentiles that bound 95 %.
_INTERVAL = (2.5, 97.5)


def evaluate(head: Head, embeddings: NDArray[np.floating], truth: NDArray[np.bool_]) -> Metrics:
    """Return a head's metrics.

    Averages are over the labels that occur; a label without a positive has an `ap` of 0. Intervals are 95 %
    bootstrap percentiles over images.

    Args:
        embeddings: float[images, features].
        truth: bool[images, labels].
    """
    scores = head.scores(embeddings)
    resampled = bootstrap_average_precision(truth, scores)
    with np.errstate(all="ignore"):
        mean_low, mean_high = np.percentile(np.nanmean(resampled, axis=1), _INTERVAL)
    labels = [
        _label_metrics(head, column, truth[:, column], scores[:, column], resampled[:, column])
        for column in range(len(head.labels))
    ]
    occurring = [entry for entry in labels if entry.support]
    micro, macro = f1_scores(truth, head.over_threshold(scores))
    return Metrics(
        images=len(truth),
        labels_occurring=len(occurring),
        mean_ap=_round(float(np.mean([entry.ap for entry in occurring]))),
        mean_ap_low=_round(mean_low),
        mean_ap_high=_round(mean_high),
        pr_auc_mean=_round(float(np.mean([entry.pr_auc for entry in occurring]))),
        f1_micro=_round(micro),
        f1_macro=_round(macro),
        chance=_round(float(truth.mean())),
        ece=_round(float(np.mean([entry.ece for entry in labels]))),
        shown=shown_precision(truth, scores, head.thresholds),
        per_label=tuple(labels),
    )


def difference(
    name: str, scores: NDArray[np.float32], others: NDArray[np.float32], truth: NDArray[np.bool_]
) -> Difference:
    """Return the mean AP of `scores` minus that of `others`, with the paired 95 % bootstrap interval.

    Args:
        name: of the head that made `others`.
        scores, others, truth: [images, labels], of the same images and labels.
    """
    # The same seed draws the same images for both: the difference varies less than either mean AP.
    resampled, others_resampled = (bootstrap_average_precision(truth, each) for each in (scores, others))
    low, high = np.percentile(np.nanmean(resampled, axis=1) - np.nanmean(others_resampled, axis=1), _INTERVAL)
    delta = mean_average_precision(truth, scores) - mean_average_precision(truth, others)
    return Difference(name=name, delta=_round(delta), low=_round(low), high=_round(high))


def _label_metrics(
    head: Head,
    column: int,
    truth: NDArray[np.bool_],
    scores: NDArray[np.float32],
    resampled: NDArray[np.float64],
) -> LabelMetrics:
    threshold = float(head.thresholds[column])
    shown = scores >= threshold
    hits, support = int((shown & truth).sum()), int(truth.sum())
    finite = resampled[np.isfinite(resampled)]
    low, high = np.percentile(finite, _INTERVAL) if finite.size else (0.0, 0.0)
    ap = average_precision(truth, scores)
    present_or_shown = support + int(shown.sum())
    return LabelMetrics(
        label=head.labels[column],
        ap=0.0 if math.isnan(ap) else _round(ap),
        ap_low=_round(low),
        ap_high=_round(high),
        pr_auc=_round(pr_auc(truth, scores)) if support else 0.0,
        f1=_round(2 * hits / present_or_shown) if present_or_shown else None,
        threshold=threshold,
        precision=_round(hits / int(shown.sum())) if shown.any() else None,
        recall=_round(hits / support) if support else None,
        support=support,
        ece=_round(calibration_error(truth, scores)),
        curve=tuple(precision_recall_curve(truth, scores)),
    )


def _round(value: float) -> float:
    return round(float(value), 4)
