"""Fit each label's threshold to a target precision."""

import math

import numpy as np
from numpy.typing import NDArray

from vignette_shared.contracts.metrics import ShownTags

# The threshold of a label that can't reach the precision. A float32 score rounds to 1 only from a logit of
# about 17, so in practice such a label is never shown.
NEVER = 1.0
# One-sided 80 %, a margin against thresholds that a few lucky hits of a rare label would set.
_Z = 0.84
# Images; fewer don't determine a precision.
_MIN_SHOWN = 10


def fit_thresholds(
    truth: NDArray[np.bool_], scores: NDArray[np.floating], precision: float
) -> NDArray[np.float32]:
    """Return float32[labels]: for each label, the lowest threshold that likely keeps the precision.

    "Likely": among the images at or above the threshold, the lower bound of the precision (Wilson 1927,
    one-sided 80 %) is at least `precision`. A label without such a threshold gets `NEVER`. See
    docs/decisions/0009-thresholds.md.

    Args:
        truth: bool[images, labels] of a split that wasn't trained on.
        scores: float[images, labels] in 0..1.
    """
    return np.array(
        [_threshold(truth[:, i], scores[:, i], precision) for i in range(truth.shape[1])], np.float32
    )


def _threshold(truth: NDArray[np.bool_], scores: NDArray[np.floating], precision: float) -> float:
    order = np.argsort(-scores, kind="stable")
    shown = np.arange(1, len(order) + 1)
    lower = _wilson_lower(np.cumsum(truth[order]), shown)
    # A threshold separates two images only if their scores differ.
    is_step = np.append(np.diff(scores[order]) != 0, True)
    good = np.flatnonzero((lower >= precision) & is_step & (shown >= _MIN_SHOWN))
    return float(scores[order[good[-1]]]) if good.size else NEVER


def _wilson_lower(hits: NDArray[np.int_], shown: NDArray[np.int_]) -> NDArray[np.float64]:
    share = hits / shown
    z2 = _Z * _Z
    spread = _Z * np.sqrt(share * (1 - share) / shown + z2 / (4.0 * shown * shown))
    lower: NDArray[np.float64] = (share + z2 / (2 * shown) - spread) / (1 + z2 / shown)
    return lower


def shown_precision(
    truth: NDArray[np.bool_], scores: NDArray[np.floating], thresholds: NDArray[np.float32]
) -> ShownTags:
    """Return the precision and recall of the tags that would be shown, over all labels and images."""
    shown = scores >= thresholds
    hits = int((shown & truth).sum())
    tags = int(shown.sum())
    return ShownTags(
        precision=round(hits / tags, 4) if tags else math.nan,
        recall=round(hits / max(int(truth.sum()), 1), 4),
        tags=tags,
        tags_per_image=round(tags / len(truth), 3),
        images_with_tags=int(shown.any(axis=1).sum()),
    )
