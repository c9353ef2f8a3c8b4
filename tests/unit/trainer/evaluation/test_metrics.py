"""Metrics against values computed by hand and by slower code."""

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.evaluation.metrics import (
    average_precision,
    bootstrap_average_precision,
    calibration_error,
    mean_average_precision,
    precision_recall_curve,
)

RNG = np.random.default_rng(3)


def plain_average_precision(truth: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Sum over distinct thresholds, written as in the textbook."""
    total, recall_before = 0.0, 0.0
    for threshold in sorted(set(scores.tolist()), reverse=True):
        shown = scores >= threshold
        recall = (truth & shown).sum() / truth.sum()
        total += (recall - recall_before) * (truth & shown).sum() / shown.sum()
        recall_before = recall
    return float(total)


def test_average_precision_by_hand() -> None:
    truth = np.array([True, False, True, False])
    assert average_precision(truth, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(truth, np.array([0.9, 0.1, 0.8, 0.1])) == 1.0


@pytest.mark.parametrize("levels", [3, 10, 10_000])
def test_average_precision_with_and_without_ties(levels: int) -> None:
    truth = RNG.random(200) < 0.2
    scores = RNG.integers(0, levels, 200) / levels
    assert average_precision(truth, scores) == pytest.approx(plain_average_precision(truth, scores))


def test_a_label_without_positives_does_not_count() -> None:
    truth = np.array([[True, False], [False, False]])
    scores = np.array([[0.9, 0.5], [0.1, 0.5]])
    assert np.isnan(average_precision(truth[:, 1], scores[:, 1]))
    assert mean_average_precision(truth, scores) == 1.0


def test_interval_contains_the_metric() -> None:
    truth = RNG.random((400, 2)) < 0.3
    scores = np.clip(truth * 0.3 + RNG.random((400, 2)) * 0.7, 0, 1)
    drawn = bootstrap_average_precision(truth, scores)
    for label in range(2):
        low, high = np.percentile(drawn[:, label], (2.5, 97.5))
        assert low < average_precision(truth[:, label], scores[:, label]) < high
        assert high - low < 0.3


def test_calibration_error_of_the_certain_and_of_the_wrong() -> None:
    truth = np.array([True] * 8 + [False] * 2)
    assert calibration_error(truth, np.full(10, 0.8)) == pytest.approx(0.0)
    assert calibration_error(truth, np.full(10, 0.1)) == pytest.approx(0.7)
    assert calibration_error(~truth, truth.astype(float)) == pytest.approx(1.0)


def test_curve_ends_at_full_recall() -> None:
    truth = RNG.random(500) < 0.1
    curve = precision_recall_curve(truth, RNG.random(500))
    recalls = [recall for recall, _ in curve]
    assert len(curve) <= 60
    assert recalls == sorted(recalls)
    assert recalls[-1] == 1.0
    assert precision_recall_curve(np.zeros(5, bool), RNG.random(5)) == []
