"""Fit an ensemble of heads to embeddings, epoch by epoch, with early stopping."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, repeat
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from trainer.errors import TrainingFailed
from trainer.evaluation.metrics import average_precisions
from trainer.head.config import TrainConfig
from vignette_shared.vision.head import Dense, Head, merge_layers, unit_length

if TYPE_CHECKING:
    from trainer.head.optimiser import EpochRunner

# Added to the deviation, to keep a nearly constant feature from being scaled up to unit variance.
_MIN_STD = 1e-3

Matrix = NDArray[np.float32]
Rows = NDArray[np.int32]
Measure = Callable[[tuple[Dense, ...]], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Samples:
    """`embeddings` float[n, features]; `targets` float32[n, labels] in 0..1."""

    embeddings: NDArray[np.floating]
    targets: Matrix


@dataclass(frozen=True, slots=True)
class Epoch:
    """The result of one epoch of one member of the ensemble; epochs are numbered from 1."""

    member: int
    number: int
    loss: float
    mean_ap: float
    label_ap: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The merged layers of each member's best epoch; standardisation is folded into them."""

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
        on_epoch: called after each epoch of each member.

    Raises:
        TrainingFailed: an embedding is not finite, or the loss becomes NaN; the message names the step and
            the configuration.
    """
    # TensorFlow takes seconds to import: commands must print their help and errors without it.
    from trainer.head.optimiser import EpochRunner  # noqa: PLC0415

    to_unit = config.features == "l2"
    x = _finite(train.embeddings)
    mean, std = np.zeros(x.shape[1], np.float32), np.ones(x.shape[1], np.float32)
    if config.features != "raw":
        wide = _features(x, to_unit)
        mean, std = wide.mean(axis=0), wide.std(axis=0) + np.float32(_MIN_STD)
        x = (wide - mean) / std
    check = (_features(_finite(validation.embeddings), to_unit) - mean) / std
    # Label smoothing (Szegedy et al. 2016), for two classes per label.
    targets = train.targets * (1 - config.label_smoothing) + config.label_smoothing / 2
    truth = validation.targets > 0.5
    history: list[Epoch] = []

    shape = _Shape(len(x), x.shape[1], targets.shape[1])
    runner = EpochRunner(x, targets, config)
    measure = partial(_measure, check, truth)
    members = [_Member(runner, shape, measure, config, number) for number in range(config.ensemble)]
    # One step of one head doesn't occupy every core, so the members train in parallel.
    with ThreadPoolExecutor(len(members)) as pool:
        for number in range(1, config.epochs + 1):
            running = [member for member in members if number - member.best_epoch <= config.patience]
            for epoch in pool.map(_Member.epoch, running, repeat(number)):
                history.append(epoch)
                on_epoch(epoch)
            if not running:
                break
    # Folded into the first layer: the head that serves takes embeddings as they are stored.
    kept = [(layers[0].standardised(mean, std), *layers[1:]) for layers in (m.best() for m in members)]
    return Fitted(
        merge_layers(kept), to_unit, tuple(sorted(history, key=lambda each: (each.member, each.number)))
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    images: int
    features: int
    labels: int


class _Member:
    """One head of the ensemble. Its own random generator makes it independent of the other members.

    Attributes:
        best_epoch: the epoch with the best validation mean AP; 0 before the first.
    """

    def __init__(
        self, runner: "EpochRunner", shape: _Shape, measure: Measure, config: TrainConfig, number: int
    ) -> None:
        self._runner, self._shape, self._measure = runner, shape, measure
        self._config, self._number = config, number
        self._seed = config.seed + number
        self._rng = np.random.default_rng(self._seed)
        self._sizes = np.diff([*range(0, shape.images, config.batch), shape.images])
        self._head = runner.begin(_initial_layers(shape, config, self._rng))
        self._best: tuple[Dense, ...] | None = None
        self._best_ap = -np.inf
        self.best_epoch = 0

    def epoch(self, number: int) -> Epoch:
        """Train for one epoch and measure the head on validation; keep it if it is the best so far.

        Raises:
            TrainingFailed: the loss is NaN.
        """
        before = (number - 1) * len(self._sizes)
        order = _order(self._shape, self._config, self._rng)
        losses = self._runner.epoch(self._head, *order, before, self._seed)
        if len(bad := np.flatnonzero(~np.isfinite(losses))):
            raise TrainingFailed(
                f"The loss is not a number at step {before + bad[0] + 1} (epoch {number}, seed {self._seed}) "
                f"of {self._config!r}: lower the learning rate."
            )
        layers = self._runner.layers(self._head)
        label_ap = self._measure(layers)
        mean_ap = float(np.nanmean(label_ap))
        if mean_ap > self._best_ap:
            self._best, self._best_ap, self.best_epoch = layers, mean_ap, number
        # Weighted by size, because the last batch is smaller.
        loss = float(losses @ self._sizes) / self._shape.images
        return Epoch(self._number, number, loss, mean_ap, label_ap)

    def best(self) -> tuple[Dense, ...]:
        """Return the layers of the best epoch."""
        if self._best is None:
            raise TrainingFailed(f"No epoch produced a head with a valid mean AP: {self._config!r}.")
        return self._best


def _initial_layers(shape: _Shape, config: TrainConfig, rng: np.random.Generator) -> tuple[Dense, ...]:
    """Return randomly initialised layers (Glorot & Bengio 2010) with zero biases."""
    widths = [shape.features, *([config.hidden] if config.hidden else []), shape.labels]
    layers = []
    for size in pairwise(widths):
        limit = np.sqrt(6 / sum(size))
        layers.append(
            Dense(rng.uniform(-limit, limit, size).astype(np.float32), np.zeros(size[1], np.float32))
        )
    return tuple(layers)


def _order(shape: _Shape, config: TrainConfig, rng: np.random.Generator) -> tuple[Rows, Rows, Matrix]:
    """Return an epoch's row order, MixUp partners and shares; partners are in the same batch."""
    rows = rng.permutation(shape.images).astype(np.int32)
    partners, shares = rows, np.ones((len(rows), 1), np.float32)
    if config.mixup:
        parts = []
        for start in range(0, len(rows), config.batch):
            batch = rows[start : start + config.batch]
            shares[start : start + config.batch] = rng.beta(config.mixup, config.mixup, (len(batch), 1))
            parts.append(rng.permutation(batch))
        partners = np.concatenate(parts)
    return rows, partners, shares


def _finite(embeddings: NDArray[np.floating]) -> NDArray[np.floating]:
    # TensorFlow's ReLU maps NaN to 0, so the loss would look normal while the head learns nothing.
    if not np.isfinite(embeddings).all():
        raise TrainingFailed(
            "Some embeddings are not finite: remove the bottleneck cache and run the command again."
        )
    return embeddings


def _features(embeddings: NDArray[np.floating], to_unit: bool) -> Matrix:
    x = np.asarray(embeddings, np.float32)
    return unit_length(x) if to_unit else x


def _measure(x: Matrix, truth: NDArray[np.bool_], layers: tuple[Dense, ...]) -> tuple[float, ...]:
    """Return each label's average precision, computed by the head that serves."""
    labels = tuple(map(str, range(truth.shape[1])))
    logits = Head(layers, labels, np.zeros(len(labels), np.float32)).logits(x)
    return average_precisions(truth, logits)
