"""A head's figures on one set of images, in the shape of api.md's `metrics`."""

import math
from typing import Any

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
from vignette_shared.vision.head import Head

_INTERVAL = (2.5, 97.5)


def evaluate(head: Head, embeddings: NDArray[np.floating], truth: NDArray[np.bool_]) -> dict[str, Any]:
    """Return mean AP, the original's PR-AUC, F1 at the thresholds, and each label's figures.

    Averages are over the labels that occur; a label without a positive has `ap` 0 and `support` 0. The
    intervals are 95 % bootstrap percentiles over images.
    """
    scores = head.scores(embeddings)
    drawn = bootstrap_average_precision(truth, scores)
    with np.errstate(all="ignore"):
        mean_low, mean_high = np.percentile(np.nanmean(drawn, axis=1), _INTERVAL)
    labels = [
        _label(head, column, truth[:, column], scores[:, column], drawn[:, column])
        for column in range(len(head.labels))
    ]
    occurring = [entry for entry in labels if entry["support"]]
    micro, macro = f1_scores(truth, head.over_threshold(scores))
    return {
        "images": len(truth),
        "labels_occurring": len(occurring),
        "mean_ap": _round(float(np.mean([entry["ap"] for entry in occurring]))),
        "mean_ap_low": _round(mean_low),
        "mean_ap_high": _round(mean_high),
        "pr_auc_mean": _round(float(np.mean([entry["pr_auc"] for entry in occurring]))),
        "f1_micro": _round(micro),
        "f1_macro": _round(macro),
        "chance": _round(float(truth.mean())),
        "ece": _round(float(np.mean([entry["ece"] for entry in labels]))),
        "shown": shown_precision(truth, scores, head.thresholds),
        "per_label": labels,
    }


def difference(
    scores: NDArray[np.float32], others: NDArray[np.float32], truth: NDArray[np.bool_]
) -> dict[str, float]:
    """Return how much better `scores` are in mean AP than `others`, with the paired 95 % bootstrap interval.

    All are [images, labels], of the same images and labels.
    """
    # The same seed draws the same images for both.
    drawn, others_drawn = (bootstrap_average_precision(truth, each) for each in (scores, others))
    low, high = np.percentile(np.nanmean(drawn, axis=1) - np.nanmean(others_drawn, axis=1), _INTERVAL)
    delta = mean_average_precision(truth, scores) - mean_average_precision(truth, others)
    return {"delta": _round(delta), "low": _round(low), "high": _round(high)}


def _label(
    head: Head,
    column: int,
    truth: NDArray[np.bool_],
    scores: NDArray[np.float32],
    drawn: NDArray[np.float64],
) -> dict[str, Any]:
    threshold = float(head.thresholds[column])
    shown = scores >= threshold
    hits, support = int((shown & truth).sum()), int(truth.sum())
    kept = drawn[np.isfinite(drawn)]
    low, high = np.percentile(kept, _INTERVAL) if kept.size else (0.0, 0.0)
    ap = average_precision(truth, scores)
    named = support + int(shown.sum())
    return {
        "label": head.labels[column],
        "ap": 0.0 if math.isnan(ap) else _round(ap),
        "ap_low": _round(low),
        "ap_high": _round(high),
        "pr_auc": _round(pr_auc(truth, scores)) if support else 0.0,
        "f1": _round(2 * hits / named) if named else None,
        "threshold": threshold,
        "precision": _round(hits / int(shown.sum())) if shown.any() else None,
        "recall": _round(hits / support) if support else None,
        "support": support,
        "ece": _round(calibration_error(truth, scores)),
        "curve": precision_recall_curve(truth, scores),
    }


def _round(value: float) -> float:
    return round(float(value), 4)
