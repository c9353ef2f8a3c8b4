"""Epochs of a head's training as one compiled graph: forward, backward and AdamW, step by step.

Keras' own loop takes about six times as long here: its AdamW makes a dozen passes over the weights, and at
batches of 64 these passes, not the products, are what a step costs. So the update is TensorFlow's fused Adam,
products are in bfloat16 where the processor has it (weights, moments and gradients' sums stay float32), and
the first kernel lies in blocks of columns, each of which is multiplied, updated and rounded by one thread
while it is in that core's cache. Loss functions are Keras'.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from trainer.head.config import TrainConfig
from trainer.head.losses import make_loss
from vignette_shared.vision.head import Dense
from vignette_shared.vision.runtimes.openvino import has_bfloat16

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
"""Keras' AdamW."""
_BLOCK = 300
"""Columns, of 75 to 800 the quickest: narrower ones fit the second cache and take longer to trace."""
_BYTE = 256
"""Dropout draws one byte a unit: its share is rounded to 1/256."""

Matrix = NDArray[np.float32]
Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class State:
    """A head in training: weights, Adam's moments, and the weights' running means where those are kept.

    Each is a list of variables: the first kernel's blocks, its bias, the second kernel, its bias.
    """

    weights: list[Any]
    first_moments: list[Any]
    second_moments: list[Any]
    means: list[Any]


class Stepper:
    """Trains heads of one configuration over images that stay in memory; several at a time, by threads.

    Args:
        x: float[n, features].
        targets: float32[n, labels].
        half: products in bfloat16; by default where the processor has instructions for it.
    """

    def __init__(
        self,
        x: NDArray[np.floating],
        targets: Matrix,
        config: TrainConfig,
        *,
        half: bool | None = None,
    ) -> None:
        _one_thread_an_operation()
        self._config = config
        self._loss = make_loss(config)
        self._type = tf.bfloat16 if (has_bfloat16() if half is None else half) else tf.float32
        # Kept as they come: to convert a batch at a time costs nothing that shows. Halves are kept as their
        # bits, since at the first tensor of halves TensorFlow logs an error that is none, on most processors.
        self._stored = tf.as_dtype(x.dtype)
        self._x = tf.constant(x.view(np.uint16) if x.dtype == np.float16 else x)
        self._y = tf.constant(targets, tf.float32)
        self._images = len(targets)
        first = config.hidden or targets.shape[1]
        self._widths = [len(part) for part in np.array_split(np.arange(first), -(-first // _BLOCK))]
        self._steps_in_all = config.epochs * -(-self._images // config.batch)
        self._epoch = tf.function(self._run_epoch)

    def begin(self, layers: Sequence[Dense]) -> State:
        """Return a head to be trained from these layers on."""
        first, *rest = layers
        blocks = np.split(first.kernel, np.cumsum(self._widths)[:-1], axis=1)
        values = [*blocks, first.bias, *(array for layer in rest for array in (layer.kernel, layer.bias))]
        zeros = [np.zeros_like(value) for value in values]
        weights, first_moments, second_moments = (
            [*map(tf.Variable, each)] for each in (values, zeros, zeros)
        )
        means = [*map(tf.Variable, zeros)] if self._config.ema else []
        return State(weights, first_moments, second_moments, means)

    def epoch(self, head: State, rows: Rows, partners: Rows, shares: Matrix, step: int, seed: int) -> Matrix:
        """Return the loss of each batch of an epoch.

        Args:
            rows: int32[n], in the epoch's order; a batch is the next `config.batch` of them.
            partners: int32[n]; MixUp mixes row i with `partners[i]`.
            shares: float32[n, 1]: of row i in the mixture.
            step: how many the head has had before.
            seed: of dropout.
        """
        losses: Matrix = self._epoch(
            (head.weights, head.first_moments, head.second_moments, head.means),
            tf.constant(rows, tf.int32),
            tf.constant(partners, tf.int32),
            tf.constant(shares, tf.float32),
            tf.constant(step, tf.int32),
            tf.constant(seed, tf.int32),
        ).numpy()
        return losses

    def layers(self, head: State) -> tuple[Dense, ...]:
        """Return the weights as they are now; their running means where those are kept."""
        kept = head.means if self._config.ema else head.weights
        arrays = [variable.numpy() for variable in kept]
        blocks = len(self._widths)
        arrays = [np.concatenate(arrays[:blocks], axis=1), *arrays[blocks:]]
        return tuple(Dense(kernel, bias) for kernel, bias in zip(arrays[::2], arrays[1::2], strict=True))

    def _run_epoch(self, variables: Any, rows: Any, partners: Any, shares: Any, step: Any, seed: Any) -> Any:
        head = State(*variables)
        size = self._config.batch
        steps = (tf.shape(rows)[0] + size - 1) // size
        losses = tf.TensorArray(tf.float32, steps)
        for i in tf.range(steps):
            batch = slice(i * size, (i + 1) * size)
            x, y = self._batch(rows[batch], partners[batch], shares[batch])
            loss, gradients = self._backward(head.weights, x, y, tf.stack([seed, step + i]))
            self._update(head, gradients, step + i)
            losses = losses.write(i, loss)
        return losses.stack()

    def _batch(self, rows: Any, partners: Any, share: Any) -> tuple[Any, Any]:
        x, y = self._embeddings(rows), tf.gather(self._y, rows % self._images)
        if self._config.mixup:
            x = _mixed(x, self._embeddings(partners), share)
            y = _mixed(y, tf.gather(self._y, partners % self._images), share)
        return tf.cast(x, self._type), y

    def _embeddings(self, rows: Any) -> Any:
        return tf.bitcast(tf.gather(self._x, rows), self._stored)

    def _backward(self, weights: list[Any], x: Any, y: Any, seed: Any) -> tuple[Any, list[Any]]:
        blocks = len(self._widths)
        # Constant to the tape but for what it watches: blocks arrive in the products' own type.
        kernels = [tf.cast(block, self._type) for block in weights[:blocks]]
        rest = weights[blocks:]
        x, kept = _dropped(x, self._config.input_dropout, seed, layer=0)
        with tf.GradientTape() as tape:
            tape.watch(kernels)
            out = tf.concat([tf.matmul(x, kernel) for kernel in kernels], axis=1)
            out = tf.cast(out, tf.float32) / kept + rest[0]
            if self._config.hidden:
                out, kept = _dropped(tf.nn.relu(out), self._config.dropout, seed, layer=1)
                out = tf.matmul(out, rest[1]) / kept + rest[2]
            loss = self._loss(y, out)
        return loss, tape.gradient(loss, [*kernels, *rest])

    def _update(self, head: State, gradients: list[Any], step: Any) -> None:
        """AdamW (Loshchilov & Hutter 2019), as Keras computes it; `step` counts from 0."""
        number = tf.cast(step, tf.float32)
        rate = tf.constant(self._config.learning_rate, tf.float32)
        if self._config.schedule == "cosine":
            rate *= 0.5 * (1 + tf.cos(np.pi * number / self._steps_in_all))
        powers = tf.pow(BETA_1, number + 1), tf.pow(BETA_2, number + 1)
        moments = zip(head.first_moments, head.second_moments, strict=True)
        for weight, gradient, (m, v) in zip(head.weights, gradients, moments, strict=True):
            if self._config.weight_decay:
                weight.assign_sub(weight * (rate * self._config.weight_decay))
            tf.raw_ops.ResourceApplyAdam(
                var=weight.handle,
                m=m.handle,
                v=v.handle,
                beta1_power=powers[0],
                beta2_power=powers[1],
                lr=rate,
                beta1=BETA_1,
                beta2=BETA_2,
                epsilon=EPSILON,
                grad=tf.cast(gradient, tf.float32),
            )
        if self._config.ema:
            momentum = tf.where(step == 0, 0.0, self._config.ema)
            for weight, mean in zip(head.weights, head.means, strict=True):
                mean.assign(momentum * mean + (1 - momentum) * weight)


def _dropped(x: Any, share: float, seed: Any, *, layer: int) -> tuple[Any, float]:
    """Return a matrix with a share zeroed at random, and the share kept, over which its products are due."""
    cut = round(share * _BYTE)
    if not cut:
        return x, 1.0
    rows, width = tf.shape(x)[0], x.shape[1]
    seed = tf.stack([seed[0], 2 * seed[1] + layer])
    words = tf.random.stateless_uniform(
        (rows, -(-width // 4)), seed, minval=None, maxval=None, dtype=tf.int32, alg="philox"
    )
    drawn = tf.reshape(tf.bitcast(words, tf.uint8), (rows, -1))[:, :width]
    return tf.where(drawn >= cut, x, tf.zeros_like(x)), (_BYTE - cut) / _BYTE


def _mix(x: Any, other: Any, share: Any) -> Any:
    other = tf.cast(other, tf.float32)
    return other + share * (tf.cast(x, tf.float32) - other)


_mixed: Any = tf.function(_mix, jit_compile=True)  # one pass over a batch in place of one for every operation


def _one_thread_an_operation() -> None:
    """Blocks run beside each other: a product shared out among threads would only move data about."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
    except RuntimeError:
        return  # TensorFlow has begun already: slower, and the same
