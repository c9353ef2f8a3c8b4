"""Thresholds keep the target precision."""

import numpy as np
import pytest

from trainer.evaluation.thresholds import NEVER, fit_thresholds, shown_precision

RNG = np.random.default_rng(11)


def informative(images: int, share: float, strength: float) -> tuple[np.ndarray, np.ndarray]:
    truth = RNG.random((images, 1)) < share
    scores = 1 / (1 + np.exp(-(strength * truth - strength / 2 + RNG.normal(size=(images, 1)))))
    return truth, scores.astype(np.float32)


@pytest.mark.parametrize("precision", [0.6, 0.7, 0.8])
def test_target_precision_holds_on_other_images(precision: float) -> None:
    truth, scores = informative(4000, 0.2, 2.5)
    thresholds = fit_thresholds(truth, scores, precision)
    fresh_truth, fresh_scores = informative(20_000, 0.2, 2.5)
    shown = shown_precision(fresh_truth, fresh_scores, thresholds)
    assert precision - 0.03 < shown.precision < precision + 0.1
    assert shown.recall > 0.1


def test_label_below_the_precision_is_never_shown() -> None:
    truth = RNG.random((1000, 1)) < 0.1
    scores = RNG.random((1000, 1)).astype(np.float32) * np.float32(0.99)
    assert fit_thresholds(truth, scores, 0.6).tolist() == [NEVER]


def test_few_hits_do_not_set_a_threshold() -> None:
    truth = np.zeros((1000, 1), bool)
    scores = np.linspace(0, 0.9, 1000, dtype=np.float32)[:, None]
    truth[-5:] = True
    assert fit_thresholds(truth, scores, 0.6).tolist() == [NEVER]


def test_equal_scores_are_on_one_side_of_the_threshold() -> None:
    """Half of the images share one score: a threshold there shows all of them or none."""
    truth = np.array([True] * 50 + [False] * 50 + [True] * 50)[:, None]
    scores = np.array([0.5] * 100 + [0.9] * 50, np.float32)[:, None]
    (threshold,) = fit_thresholds(truth, scores, 0.8)
    assert threshold == np.float32(0.9)


def test_precision_is_nan_without_shown_tags() -> None:
    shown = shown_precision(np.ones((3, 1), bool), np.zeros((3, 1)), np.array([NEVER], np.float32))
    assert shown.tags == 0
    assert np.isnan(shown.precision)
