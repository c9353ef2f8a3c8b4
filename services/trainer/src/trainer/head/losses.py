"""Multi-label losses from logits. Targets are float[batch, labels] in 0..1."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from trainer.head.config import TrainConfig

Loss = Callable[[Any, Any], Any]
# Probability below which asymmetric loss ignores an absent label (Ridnik et al. 2021).
_CLIP = 0.05


def make_loss(config: TrainConfig) -> Loss:
    """Return the configuration's loss, averaged over images and labels."""
    if config.loss == "focal":
        loss: Loss = keras.losses.BinaryFocalCrossentropy(gamma=config.gamma, from_logits=True)
        return loss
    if config.loss == "asymmetric":
        return lambda y, logits: asymmetric_loss(y, logits, config.gamma)
    cross_entropy: Loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return cross_entropy


def asymmetric_loss(y: Any, logits: Any, gamma: float) -> Any:
    """Return the asymmetric loss (Ridnik et al. 2021), which weights easy absent labels down."""
    p = ops.sigmoid(logits)
    absent = ops.maximum(p - _CLIP, 0.0)
    # Not the logarithm of `p`, which is -inf once a low score rounds to 0.
    present_term = y * ops.log_sigmoid(logits)
    absent_term = (1.0 - y) * ops.power(absent, gamma) * ops.log1p(-ops.minimum(absent, 1.0 - 1e-6))
    return -ops.mean(present_term + absent_term)
