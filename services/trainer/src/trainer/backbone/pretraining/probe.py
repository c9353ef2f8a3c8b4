"""A linear probe: how well ridge regression predicts the labels from a backbone's embeddings."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.evaluation.metrics import mean_average_precision

# Multiplied by the number of images.
PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
_MIN_STD = 1e-3


def probe(
    embeddings: NDArray[np.floating],
    truth: NDArray[np.bool_],
    learn: NDArray[np.intp],
    check: NDArray[np.intp],
    penalties: Sequence[float] = PENALTIES,
) -> float:
    """Return the mean AP on the rows `check` of a linear head fitted on the rows `learn`.

    Ridge regression has a closed form, so the result depends on neither seed nor early stopping. The best of
    the penalties counts.

    Args:
        embeddings: float[images, features].
        truth: bool[images, labels].
    """
    # float64: the product `x.T @ x` squares the condition number.
    x = np.asarray(embeddings[learn], np.float64)
    mean, std = x.mean(axis=0), x.std(axis=0) + _MIN_STD
    x = (x - mean) / std
    y = truth[learn] - truth[learn].mean(axis=0)
    # Ridge regression (Hoerl & Kennard 1970). One decomposition serves every penalty.
    values, vectors = np.linalg.eigh(x.T @ x)
    projected = vectors.T @ (x.T @ y)
    unseen = ((np.asarray(embeddings[check], np.float64) - mean) / std) @ vectors
    # Rounding can make the smallest eigenvalues negative.
    scores = (
        unseen @ (projected / (np.maximum(values, 0) + penalty * len(x))[:, None]) for penalty in penalties
    )
    return max(mean_average_precision(truth[check], each) for each in scores)
