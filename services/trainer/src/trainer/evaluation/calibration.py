"""Calibrate scores: temperature scaling (Guo et al. 2017) and isotonic regression."""

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize_scalar

from vignette_shared.vision.head import Dense, Head, sigmoid

# Natural logarithm of the temperatures searched: 0.14 to 7.4.
_LOG_RANGE = (-2.0, 2.0)


def fit_temperature(truth: NDArray[np.bool_], logits: NDArray[np.floating]) -> float:
    """Return the divisor of all logits that minimises the log loss.

    Args:
        truth: bool[images, labels] of a split that wasn't trained on.
        logits: float[images, labels].
    """
    x = np.asarray(logits, np.float64)

    def loss(log_temperature: float) -> float:
        scaled = x / np.exp(log_temperature)
        # log(1 + exp(x)) without overflow.
        return float(np.mean(np.logaddexp(0, scaled) - truth * scaled))

    # Over the logarithm, in which halving and doubling are equally far from 1.
    optimum = minimize_scalar(loss, bounds=_LOG_RANGE, method="bounded")
    return float(np.exp(optimum.x))


def tempered(head: Head, temperature: float) -> Head:
    """Return the head with its logits divided by the temperature."""
    # In the weights of the last layer, so serving computes nothing more.
    *hidden, last = head.layers
    scaled = Dense(last.kernel / np.float32(temperature), last.bias / np.float32(temperature))
    return dataclasses.replace(head, layers=(*hidden, scaled))


def isotonic_scores(
    truth: NDArray[np.bool_], reference: NDArray[np.floating], new: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return calibrated `new` scores, by an isotonic regression for each label.

    Args:
        truth: bool[images, labels] of a split that wasn't trained on.
        reference: the scores of that split, float[images, labels].
        new: float[other images, labels].
    """
    out = np.empty(new.shape)
    for label in range(new.shape[1]):
        order = np.argsort(reference[:, label], kind="stable")
        fitted = isotonic_regression(truth[order, label].astype(float)).x
        out[:, label] = np.interp(new[:, label], reference[order, label], fitted)
    return out


def tempered_scores(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float32]:
    """Return the scores of logits divided by a temperature, float32[images, labels]."""
    return sigmoid(np.asarray(logits / temperature, np.float32))
