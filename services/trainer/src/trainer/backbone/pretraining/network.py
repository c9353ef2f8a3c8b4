"""Inception-v3 with outputs for labels and embeddings, in backend-neutral Keras 3."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
from numpy.typing import NDArray

from trainer.backbone.pretraining.config import PretrainConfig
from trainer.backbone.pretraining.material import Targets
from vignette_shared.vision.runtimes.tensorflow import extract_weights, layers_in_creation_order, load_weights
from vignette_shared.vision.weights import InceptionWeights

# Number of convolutions in the stem and in the blocks mixed 0 to 10.
_BLOCKS = (5, 7, 7, 7, 4, 10, 10, 10, 10, 6, 9, 9)
_FIT_EPOCHS = 6
_FIT_RATE = 1e-3


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Let Keras build layers that compute in `precision`, then restore its setting."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


class Network:
    """The backbone with one linear output for each kind of target.

    Attributes:
        model: maps uint8[n, N, N, 3] to the outputs `labels` (logits) and `embeddings`, if they have targets.
    """

    def __init__(self, config: PretrainConfig, labels: int, embeddings: int) -> None:
        side = config.input_side
        # For the random weights of the network and its outputs.
        keras.utils.set_random_seed(config.seed)
        with computing_in(config.precision):
            self._net = keras.applications.InceptionV3(
                include_top=False, pooling="avg", weights=None, input_shape=(side, side, 3)
            )
            pixels = keras.Input((side, side, 3), dtype="uint8")
            # Inside the graph, from 0..255 to -1..1, as in the graph that serves.
            scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(pixels)
            # The outputs stay float32: lower precision would round the small differences that the loss
            # measures.
            self._outputs = [
                keras.layers.Dense(width, dtype="float32", name=name)
                for name, width in (("labels", labels), ("embeddings", embeddings))
                if width
            ]
            features = self._net(scaled)
            self.model = keras.Model(pixels, {layer.name: layer(features) for layer in self._outputs})
        self._freeze(config.top_blocks)

    def compile(self, config: PretrainConfig, steps: int) -> None:
        """Set the losses and the optimiser: AdamW with warm-up, cosine decay and Polyak averaging."""
        warmup = int(config.warmup * steps)
        # Cosine decay: Loshchilov & Hutter 2017. Averaged weights: Polyak & Juditsky 1992.
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
            # On a CPU, XLA compiles for a minute without making training faster.
            jit_compile=keras.backend.backend() == "jax",
        )
        # A checkpoint can be restored only to variables that exist.
        self.model.optimizer.build(self.model.trainable_variables)

    def targets(self, targets: Targets) -> dict[str, NDArray[np.float32]]:
        """Return the targets of each output."""
        every = {"labels": targets.labels, "embeddings": targets.embeddings}
        return {layer.name: every[layer.name] for layer in self._outputs}

    def begin_at(self, weights: InceptionWeights) -> None:
        """Load the weights of a trained network."""
        load_weights(self._net, weights)

    def fit_outputs(self, embeddings: NDArray[np.floating], targets: Targets, seed: int) -> None:
        """Fit the outputs to the unchanged network: random outputs would damage it in the first steps."""
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
        """Return the backbone with the averaged weights; training continues from the current ones."""
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
        """Freeze all but the top blocks. A frozen batch normalisation keeps its statistics, too."""
        first = sum(_BLOCKS[: len(_BLOCKS) - top_blocks])
        for kind in ("conv2d", "batch_normalization"):
            for layer in layers_in_creation_order(self._net, kind)[:first]:
                layer.trainable = False
