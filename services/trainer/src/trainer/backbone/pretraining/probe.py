"""How much a backbone's embeddings know of the labels: ridge regression on them, measured on validation."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.evaluation.metrics import mean_average_precision

PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Times the number of images."""
_MIN_STD = 1e-3


def probe(
    embeddings: NDArray[np.floating],
    truth: NDArray[np.bool_],
    learn: NDArray[np.intp],
    check: NDArray[np.intp],
    penalties: Sequence[float] = PENALTIES,
) -> float:
    """Return the mean average precision on the rows `check` of a linear head fitted on the rows `learn`.

    In closed form, so that no seed and no patience stands between two backbones; each is measured at the
    penalty that suits it best.

    Args:
        embeddings: float[images, features].
        truth: bool[images, labels].
    """
    x = np.asarray(embeddings[learn], np.float64)
    mean, std = x.mean(axis=0), x.std(axis=0) + _MIN_STD
    x = (x - mean) / std
    y = truth[learn] - truth[learn].mean(axis=0)
    values, vectors = np.linalg.eigh(x.T @ x)
    turned = vectors.T @ (x.T @ y)
    unseen = ((np.asarray(embeddings[check], np.float64) - mean) / std) @ vectors
    scores = (
        unseen @ (turned / (np.maximum(values, 0) + penalty * len(x))[:, None]) for penalty in penalties
    )
    return max(mean_average_precision(truth[check], each) for each in scores)
