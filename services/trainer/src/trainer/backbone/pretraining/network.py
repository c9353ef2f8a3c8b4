"""Inception-v3 with outputs for labels and embeddings, in Keras 3 alone: any of its backends trains it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from numpy.typing import NDArray

from trainer.backbone.pretraining.config import PretrainConfig
from trainer.backbone.pretraining.material import Targets
from vignette_shared.vision.runtimes.tensorflow import extract_weights, layers_in_creation_order, load_weights
from vignette_shared.vision.weights import InceptionWeights

_BLOCKS = (5, 7, 7, 7, 4, 10, 10, 10, 10, 6, 9, 9)
"""Convolutions of the stem and of mixed 0 to 10."""
_FIT_EPOCHS = 6
_FIT_RATE = 1e-3


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Let Keras build layers that compute in `precision`; what was set before is set again."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


class Network:
    """The backbone and one linear output for each kind of target over it.

    Attributes:
        model: uint8[n, N, N, 3] -> the outputs that there are, `labels` (logits) and `embeddings`.
    """

    def __init__(self, config: PretrainConfig, labels: int, embeddings: int) -> None:
        side = config.input_side
        # Weights from nothing, and the outputs'.
        keras.utils.set_random_seed(config.seed)
        with computing_in(config.precision):
            self._net = keras.applications.InceptionV3(
                include_top=False, pooling="avg", weights=None, input_shape=(side, side, 3)
            )
            pixels = keras.Input((side, side, 3), dtype="uint8")
            scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(pixels)
            # The policy's lower precision would round the small differences that the loss is made of.
            self._outputs = [
                keras.layers.Dense(width, dtype="float32", name=name)
                for name, width in (("labels", labels), ("embeddings", embeddings))
                if width
            ]
            features = self._net(scaled)
            self.model = keras.Model(pixels, {layer.name: layer(features) for layer in self._outputs})
        self._freeze(config.top_blocks)

    def compile(self, config: PretrainConfig, steps: int) -> None:
        """Set the losses and the optimiser: AdamW, warm-up, cosine, averaged weights (Polyak)."""
        warmup = int(config.warmup * steps)
        rate = keras.optimizers.schedules.CosineDecay(
            0.0 if warmup else config.learning_rate,
            max(steps - warmup, 1),
            warmup_target=config.learning_rate if warmup else None,
            warmup_steps=warmup,
        )
        losses = {"labels": keras.losses.BinaryCrossentropy(from_logits=True), "embeddings": "mse"}
        weights = {"labels": config.labels_weight, "embeddings": 1.0}
        names = [layer.name for layer in self._outputs]
        self.model.compile(
            keras.optimizers.AdamW(
                rate, weight_decay=config.weight_decay, use_ema=config.ema > 0, ema_momentum=config.ema or 0.5
            ),
            {name: losses[name] for name in names},
            loss_weights={name: weights[name] for name in names},
            # XLA compiles for a minute on a CPU and gains nothing there.
            jit_compile=keras.backend.backend() == "jax",
        )
        self.model.optimizer.build(self.model.trainable_variables)

    def targets(self, targets: Targets) -> dict[str, NDArray[np.float32]]:
        """Return what the model is fitted to, by output."""
        every = {"labels": targets.labels, "embeddings": targets.embeddings}
        return {layer.name: every[layer.name] for layer in self._outputs}

    def begin_at(self, weights: InceptionWeights) -> None:
        """Take over a network that is trained already."""
        load_weights(self._net, weights)

    def fit_outputs(self, embeddings: NDArray[np.floating], targets: Targets, seed: int) -> None:
        """Fit the outputs to the network as it is: random ones would pull it apart in the first steps."""
        for layer in self._outputs:
            inputs = keras.Input((embeddings.shape[1],), dtype="float32")
            alone = keras.Model(inputs, layer(inputs))
            is_labels = layer.name == "labels"
            loss = keras.losses.BinaryCrossentropy(from_logits=True) if is_labels else "mse"
            alone.compile(keras.optimizers.Adam(_FIT_RATE), loss, jit_compile=False)
            rows = np.random.default_rng(seed).permutation(len(embeddings))
            alone.fit(
                np.asarray(embeddings[rows], np.float32),
                self.targets(targets)[layer.name][rows],
                batch_size=128,
                epochs=_FIT_EPOCHS,
                verbose=0,
            )

    def averaged(self) -> InceptionWeights:
        """Return the backbone with the averaged weights; the training goes on from the others."""
        variables = self.model.trainable_variables
        if not self.model.optimizer.use_ema:
            return extract_weights(self._net)
        kept = [np.array(variable) for variable in variables]
        self.model.optimizer.finalize_variable_values(variables)
        weights = extract_weights(self._net)
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)
        return weights

    def _freeze(self, top_blocks: int) -> None:
        """Let only the last blocks learn; a frozen batch normalisation keeps its statistics too."""
        first = sum(_BLOCKS[: len(_BLOCKS) - top_blocks])
        for kind in ("conv2d", "batch_normalization"):
            for layer in layers_in_creation_order(self._net, kind)[:first]:
                layer.trainable = False
