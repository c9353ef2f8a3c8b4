"""Train the head: Keras, one hidden layer over embeddings. Reads from top to bottom."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from numpy.typing import NDArray

from trainer.config import TrainConfig
from trainer.errors import TrainingFailed
from trainer.losses import make_loss
from trainer.metrics import average_precisions
from vignette_shared.vision.head import Dense, Head, merged, unit_length

_MIN_STD = 1e-3
"""A feature that hardly ever fires must not be blown up to unit variance."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Samples:
    """`embeddings` float[n, features]; `targets` float32[n, labels] in 0..1; `mirrored` as `embeddings`."""

    embeddings: NDArray[np.floating]
    targets: Matrix
    mirrored: NDArray[np.floating] | None = None


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch of one member of the ensemble came to; numbers from 1."""

    member: int
    number: int
    loss: float
    mean_ap: float
    label_ap: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The layers of each member's best epoch, merged; standardisation is folded in."""

    layers: tuple[Dense, ...]
    to_unit: bool
    history: tuple[Epoch, ...]


def fit_head(
    train: Samples,
    validation: Samples,
    config: TrainConfig,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
) -> Fitted:
    """Train `config.ensemble` heads and merge them.

    Args:
        on_epoch: called after each epoch.

    Raises:
        TrainingFailed: an embedding is not finite, the loss is not a number any more (with the step and
            the configuration), or mirrored images are asked for and not there.
    """
    to_unit = config.features == "l2"
    views = [_features(view, to_unit) for view in _views(train, config)]
    mean, std = np.zeros(views[0].shape[1], np.float32), np.ones(views[0].shape[1], np.float32)
    if config.features != "raw":
        mean, std = views[0].mean(axis=0), views[0].std(axis=0) + np.float32(_MIN_STD)
        views = [(view - mean) / std for view in views]
    check = (_features(validation.embeddings, to_unit) - mean) / std
    targets = train.targets * (1 - config.label_smoothing) + config.label_smoothing / 2
    truth = validation.targets > 0.5
    history: list[Epoch] = []

    def heard(epoch: Epoch) -> None:
        history.append(epoch)
        on_epoch(epoch)

    members = []
    for member in range(config.ensemble):
        layers = _fit_member(views, targets, partial(_measure, check, truth), config, member, heard)
        members.append((layers[0].standardised(mean, std), *layers[1:]))
    return Fitted(merged(members), to_unit, tuple(history))


def _fit_member(
    views: list[Matrix],
    targets: Matrix,
    measure: Callable[[tuple[Dense, ...]], tuple[float, ...]],
    config: TrainConfig,
    member: int,
    on_epoch: Callable[[Epoch], None],
) -> tuple[Dense, ...]:
    """Return the layers of the epoch with the best validation mean AP."""
    keras.utils.set_random_seed(config.seed + member)
    rng = np.random.default_rng(config.seed + member)
    model = _compiled(views[0].shape, targets.shape[1], config)
    best: tuple[Dense, ...] | None = None
    best_ap, best_epoch, step = -np.inf, 0, 0
    for epoch in range(1, config.epochs + 1):
        losses = []
        for x, y in _batches(views, targets, config, rng):
            step += 1
            loss = float(model.train_on_batch(x, y))
            if not np.isfinite(loss):
                raise TrainingFailed(
                    f"The loss is not a number at step {step} (epoch {epoch}, seed {config.seed + member}) "
                    f"of {config!r}: lower the learning rate."
                )
            losses.append(loss * len(x))
        layers = _layers(model, config)
        label_ap = measure(layers)
        mean_ap = float(np.nanmean(label_ap))
        on_epoch(Epoch(member, epoch, sum(losses) / len(targets), mean_ap, label_ap))
        if mean_ap > best_ap:
            best, best_ap, best_epoch = layers, mean_ap, epoch
        elif epoch - best_epoch >= config.patience:
            break
    if best is None:
        raise TrainingFailed(f"No epoch gave a head that can be measured, with {config!r}.")
    return best


def _views(train: Samples, config: TrainConfig) -> list[NDArray[np.floating]]:
    """What an image may look like: one matrix, or two of which each epoch takes either at random."""
    if config.flip == "none":
        return [train.embeddings]
    if train.mirrored is None:
        raise TrainingFailed(f"flip={config.flip!r} needs the embeddings of the mirrored images.")
    if config.flip == "augment":
        return [train.embeddings, train.mirrored]
    return [(np.asarray(train.embeddings, np.float32) + train.mirrored) / 2]


def _features(embeddings: NDArray[np.floating], to_unit: bool) -> Matrix:
    x = np.asarray(embeddings, np.float32)
    # TensorFlow's ReLU turns NaN into 0: the loss would look fine and the head be nonsense.
    if not np.isfinite(x).all():
        raise TrainingFailed("Some embeddings are not finite numbers: remove the bottleneck cache.")
    return unit_length(x) if to_unit else x


def _compiled(shape: tuple[int, ...], labels: int, config: TrainConfig) -> Any:
    x = inputs = keras.Input((shape[1],))
    x = keras.layers.Dropout(config.input_dropout)(x)
    if config.hidden:
        x = keras.layers.Dense(config.hidden, activation="relu")(x)
        x = keras.layers.Dropout(config.dropout)(x)
    model = keras.Model(inputs, keras.layers.Dense(labels)(x))
    rate: Any = config.learning_rate
    if config.schedule == "cosine":
        steps = config.epochs * -(-shape[0] // config.batch)
        rate = keras.optimizers.schedules.CosineDecay(config.learning_rate, steps)
    optimizer = keras.optimizers.AdamW(
        rate, weight_decay=config.weight_decay, use_ema=config.ema > 0, ema_momentum=config.ema or 0.99
    )
    model.compile(optimizer, make_loss(config), jit_compile=False)
    return model


def _batches(
    views: list[Matrix], targets: Matrix, config: TrainConfig, rng: np.random.Generator
) -> Iterator[tuple[Matrix, Matrix]]:
    """One epoch: every image once, in a new order, mixed with another where MixUp is on."""
    order = rng.permutation(len(targets))
    view_of = rng.integers(len(views), size=len(targets)) if len(views) > 1 else np.zeros(len(targets), int)
    for start in range(0, len(order), config.batch):
        rows = order[start : start + config.batch]
        x = np.where((view_of[rows] == 0)[:, None], views[0][rows], views[-1][rows])
        y = targets[rows]
        if config.mixup:
            share = rng.beta(config.mixup, config.mixup, (len(rows), 1)).astype(np.float32)
            other = rng.permutation(len(rows))
            x, y = share * x + (1 - share) * x[other], share * y + (1 - share) * y[other]
        yield x, y


def _layers(model: Any, config: TrainConfig) -> tuple[Dense, ...]:
    """The weights as they are now; their running means where those are kept."""
    weights = model.get_weights()
    if config.ema:
        model.optimizer.finalize_variable_values(model.trainable_variables)
        means = model.get_weights()
        model.set_weights(weights)
        weights = means
    arrays = [np.array(weight, np.float32) for weight in weights]
    return tuple(Dense(kernel, bias) for kernel, bias in zip(arrays[::2], arrays[1::2], strict=True))


def _measure(x: Matrix, truth: NDArray[np.bool_], layers: tuple[Dense, ...]) -> tuple[float, ...]:
    """Average precision of each label, by the same arithmetic that serves."""
    labels = tuple(map(str, range(truth.shape[1])))
    logits = Head(layers, labels, np.zeros(len(labels), np.float32)).logits(x)
    return average_precisions(truth, logits)
