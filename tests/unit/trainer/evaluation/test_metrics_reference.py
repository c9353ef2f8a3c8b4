"""Metrics against scikit-learn, for scores with and without ties."""

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    precision_recall_curve,
)

from trainer.evaluation.metrics import (
    average_precision,
    bootstrap_average_precision,
    f1_scores,
    mean_average_precision,
    pr_auc,
    reliability_curve,
)


def drawn(seed: int, levels: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.random((500, 6)) < np.linspace(0.02, 0.6, 6)
    truth[0] = True
    scores = np.clip(0.3 * truth + 0.7 * rng.random((500, 6)), 0, 1)
    return truth, np.round(scores * levels) / levels


@pytest.mark.parametrize("levels", [4, 50, 10**9])
@pytest.mark.parametrize("seed", range(3))
def test_average_precision_equals_scikit_learn(seed: int, levels: int) -> None:
    truth, scores = drawn(seed, levels)
    ours = [average_precision(truth[:, i], scores[:, i]) for i in range(6)]
    theirs = [average_precision_score(truth[:, i], scores[:, i]) for i in range(6)]
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert mean_average_precision(truth, scores) == pytest.approx(
        average_precision_score(truth, scores, average="macro")
    )


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.9, 2.0])
def test_f1_equals_scikit_learn(threshold: float) -> None:
    truth, scores = drawn(0, 10**9)
    shown = scores >= threshold
    micro, macro = f1_scores(truth, shown)
    assert micro == pytest.approx(f1_score(truth, shown, average="micro", zero_division=0))
    assert macro == pytest.approx(f1_score(truth, shown, average="macro", zero_division=0))


def test_pr_auc_is_the_trapezoid_over_200_thresholds() -> None:
    truth, scores = drawn(1, 10**9)
    for i in range(6):
        precision, recall, thresholds = precision_recall_curve(truth[:, i], scores[:, i])
        grid = [-1.0, *(n / 199 for n in range(1, 199))]
        # scikit-learn's curve at the first score above each of the 200; beyond the last nothing is shown.
        at = [int(np.searchsorted(thresholds, each, side="right")) for each in grid]
        area = -np.trapezoid([*precision[at], 1.0], [*recall[at], 0.0])
        assert pr_auc(truth[:, i], scores[:, i]) == pytest.approx(area, abs=1e-6)
    assert np.isnan(pr_auc(np.zeros(3, bool), np.ones(3)))


def test_perfect_scores_have_an_area_of_one() -> None:
    truth = np.array([True, False, True, False])
    assert pr_auc(truth, truth.astype(float)) == pytest.approx(1.0)


def test_bootstrap_resample_equals_average_precision_of_drawn_images() -> None:
    truth, scores = drawn(2, 10**9)
    counts = np.random.default_rng(0).multinomial(500, np.full(500, 1 / 500), size=1000)
    resampled = np.repeat(np.arange(500), counts[7])
    theirs = average_precision_score(truth[resampled, 3], scores[resampled, 3])
    # Repeated images tie, and a tie is one step there: the difference is far below an interval's width.
    assert bootstrap_average_precision(truth, scores)[7, 3] == pytest.approx(theirs, abs=0.01)


def test_reliability_counts_each_score_once() -> None:
    truth, scores = drawn(0, 10**9)
    curve = reliability_curve(truth, scores)
    assert sum(count for _, _, count in curve) == truth.size
    assert sum(share * count for _, share, count in curve) == pytest.approx(truth.sum(), rel=1e-3)
