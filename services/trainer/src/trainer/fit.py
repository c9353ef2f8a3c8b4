"""Train the head: Keras, one hidden layer over standardised embeddings."""

import os
from collections.abc import Callable
from dataclasses import dataclass

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from numpy.typing import NDArray

from trainer.config import TrainConfig
from trainer.errors import TrainingFailed
from trainer.metrics import mean_average_precision
from vignette_shared.vision.head import Dense

_MIN_STD = 1e-3
"""A feature that hardly ever fires must not be blown up to unit variance."""


@dataclass(frozen=True, slots=True)
class Samples:
    """`embeddings` float[n, features]; `targets` float32[n, labels] in 0..1."""

    embeddings: NDArray[np.floating]
    targets: NDArray[np.float32]


def fit_head(
    train: Samples,
    validation: Samples,
    config: TrainConfig,
    on_epoch: Callable[[int, float], None] = lambda _epoch, _mean_ap: None,
) -> tuple[Dense, ...]:
    """Return the layers of the epoch with the best validation mean AP; standardisation is folded in.

    Args:
        on_epoch: called after each epoch with its number from 1 and the validation mean AP.

    Raises:
        TrainingFailed: an embedding is not finite, or the loss is not a number any more.
    """
    keras.utils.set_random_seed(config.seed)
    x = np.asarray(train.embeddings, np.float32)
    # TensorFlow's ReLU turns NaN into 0: the loss would look fine and the head be nonsense.
    if not np.isfinite(x).all():
        raise TrainingFailed("Some embeddings are not finite numbers: remove the bottleneck cache.")
    mean, std = x.mean(axis=0), x.std(axis=0) + np.float32(_MIN_STD)
    model = _network(x.shape[1], train.targets.shape[1], config)
    steps = config.epochs * -(-len(x) // config.batch)
    model.compile(
        keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(config.learning_rate, steps),
            weight_decay=config.weight_decay,
        ),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    best = _KeepBest(
        (validation.embeddings - mean) / std, validation.targets > 0.5, config.patience, on_epoch
    )
    model.fit(
        (x - mean) / std,
        train.targets,
        batch_size=config.batch,
        epochs=config.epochs,
        verbose=0,
        callbacks=[best, keras.callbacks.TerminateOnNaN()],
    )
    if best.weights is None or not np.isfinite(best.mean_ap):
        raise TrainingFailed(f"The loss is not a number after {best.epoch} epochs of {config!r}.")
    layers = [Dense(kernel, bias) for kernel, bias in zip(best.weights[::2], best.weights[1::2], strict=True)]
    return (layers[0].standardised(mean, std), *layers[1:])


def _network(features: int, labels: int, config: TrainConfig) -> keras.Model:
    x = inputs = keras.Input((features,))
    x = keras.layers.Dropout(config.input_dropout)(x)
    if config.hidden:
        x = keras.layers.Dense(config.hidden, activation="relu")(x)
        x = keras.layers.Dropout(config.dropout)(x)
    return keras.Model(inputs, keras.layers.Dense(labels)(x))


class _KeepBest(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Early stopping by mean average precision, which Keras can't compute over a whole split by itself."""

    def __init__(
        self,
        x: NDArray[np.floating],
        truth: NDArray[np.bool_],
        patience: int,
        on_epoch: Callable[[int, float], None],
    ) -> None:
        super().__init__()
        self._x = np.asarray(x, np.float32)
        self._truth = truth
        self._patience = patience
        self._on_epoch = on_epoch
        self.mean_ap = -np.inf
        self.epoch = 0
        self.weights: list[NDArray[np.float32]] | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        del logs  # Keras passes it; the training loss says little about average precision
        logits = np.asarray(self.model.predict(self._x, batch_size=1024, verbose=0))
        if not np.isfinite(logits).all():
            self.model.stop_training = True
            return
        mean_ap = mean_average_precision(self._truth, logits)
        self._on_epoch(epoch + 1, mean_ap)
        if mean_ap > self.mean_ap:
            self.mean_ap, self.epoch = mean_ap, epoch + 1
            self.weights = [np.array(w, np.float32) for w in self.model.get_weights()]
        elif epoch + 1 - self.epoch >= self._patience:
            self.model.stop_training = True
