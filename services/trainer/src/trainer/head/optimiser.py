"""An epoch of a head's training as one compiled graph: forward pass, backward pass and AdamW.

Written by hand because Keras' training loop takes about six times as long here. Its AdamW passes a dozen
times over the weights, and with batches of 64 these passes cost more than the matrix products. Instead:

- the update is TensorFlow's fused Adam kernel;
- products are in bfloat16 where the processor supports it, while weights, moments and gradient sums stay
  float32;
- the first kernel is split into blocks of columns, each multiplied and updated by one thread while it is in
  that core's cache.

The loss functions are Keras'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from trainer.head.config import TrainConfig
from trainer.head.losses import make_loss
from vignette_shared.vision.head import Dense
from vignette_shared.vision.runtimes.openvino import has_bfloat16

# The defaults of Keras' AdamW.
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
# Columns per block, the fastest of 75 to 800. Narrower blocks fit the L2 cache but take longer to trace.
_BLOCK = 300
# Dropout draws one random byte per unit, so its share is rounded to 1/256.
_BYTE = 256

Matrix = NDArray[np.float32]
Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class HeadState:
    """A head in training: weights, Adam's moments, and the moving averages of the weights if configured.

    Each is a list of variables: the first kernel's blocks, its bias, the second kernel, its bias.
    """

    weights: list[Any]
    first_moments: list[Any]
    second_moments: list[Any]
    means: list[Any]


class EpochRunner:
    """Trains heads of one configuration on images in memory; threads may train several heads at once.

    Args:
        x: float[n, features].
        targets: float32[n, labels].
        half: multiply in bfloat16. Default: if the processor has instructions for it.
    """

    def __init__(
        self,
        x: NDArray[np.floating],
        targets: Matrix,
        config: TrainConfig,
        *,
        half: bool | None = None,
    ) -> None:
        _one_thread_per_operation()
        self._config = config
        self._loss = make_loss(config)
        self._type = tf.bfloat16 if (has_bfloat16() if half is None else half) else tf.float32
        # Embeddings stay float16 in memory; converting each batch costs no measurable time. They are stored
        # as their bits because TensorFlow logs a spurious error at the first float16 tensor on most
        # processors.
        self._stored = tf.as_dtype(x.dtype)
        self._x = tf.constant(x.view(np.uint16) if x.dtype == np.float16 else x)
        self._y = tf.constant(targets, tf.float32)
        self._images = len(targets)
        first = config.hidden or targets.shape[1]
        self._widths = [len(part) for part in np.array_split(np.arange(first), -(-first // _BLOCK))]
        self._steps_in_all = config.epochs * -(-self._images // config.batch)
        self._epoch = tf.function(self._run_epoch)

    def begin(self, layers: Sequence[Dense]) -> HeadState:
        """Return the state of a head that starts with these layers."""
        first, *rest = layers
        blocks = np.split(first.kernel, np.cumsum(self._widths)[:-1], axis=1)
        values = [*blocks, first.bias, *(array for layer in rest for array in (layer.kernel, layer.bias))]
        zeros = [np.zeros_like(value) for value in values]
        weights, first_moments, second_moments = (
            [*map(tf.Variable, each)] for each in (values, zeros, zeros)
        )
        means = [*map(tf.Variable, zeros)] if self._config.ema else []
        return HeadState(weights, first_moments, second_moments, means)

    def epoch(
        self, head: HeadState, rows: Rows, partners: Rows, shares: Matrix, step: int, seed: int
    ) -> Matrix:
        """Train for one epoch; return the loss of each batch.

        Args:
            rows: int32[n], in the epoch's order; a batch is the next `config.batch` of them.
            partners: int32[n]; MixUp blends row i with row `partners[i]`.
            shares: float32[n, 1]: the weight of row i in the blend.
            step: the number of steps trained so far.
            seed: for dropout.
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

    def layers(self, head: HeadState) -> tuple[Dense, ...]:
        """Return the current weights, or their moving averages if configured."""
        kept = head.means if self._config.ema else head.weights
        arrays = [variable.numpy() for variable in kept]
        blocks = len(self._widths)
        arrays = [np.concatenate(arrays[:blocks], axis=1), *arrays[blocks:]]
        return tuple(Dense(kernel, bias) for kernel, bias in zip(arrays[::2], arrays[1::2], strict=True))

    def _run_epoch(self, variables: Any, rows: Any, partners: Any, shares: Any, step: Any, seed: Any) -> Any:
        head = HeadState(*variables)
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
        # The tape watches the cast blocks, not the variables: gradients then arrive in the products' type.
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

    def _update(self, head: HeadState, gradients: list[Any], step: Any) -> None:
        """Apply AdamW (Loshchilov & Hutter 2019) as Keras defines it; `step` counts from 0."""
        number = tf.cast(step, tf.float32)
        rate = tf.constant(self._config.learning_rate, tf.float32)
        if self._config.schedule == "cosine":
            rate *= 0.5 * (1 + tf.cos(np.pi * number / self._steps_in_all))
        powers = tf.pow(BETA_1, number + 1), tf.pow(BETA_2, number + 1)
        moments = zip(head.first_moments, head.second_moments, strict=True)
        for weight, gradient, (m, v) in zip(head.weights, gradients, moments, strict=True):
            # Decoupled from the gradient, and before the step, as in Keras.
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
            # The average starts at the weights after the first step rather than at zero.
            momentum = tf.where(step == 0, 0.0, self._config.ema)
            for weight, mean in zip(head.weights, head.means, strict=True):
                mean.assign(momentum * mean + (1 - momentum) * weight)


def _dropped(x: Any, share: float, seed: Any, *, layer: int) -> tuple[Any, float]:
    """Zero a random share of a matrix.

    Return it with the share kept, by which its products must be divided.
    """
    cut = round(share * _BYTE)
    if not cut:
        return x, 1.0
    rows, width = tf.shape(x)[0], x.shape[1]
    # The layers of one step must not share a mask, nor may any two steps.
    seed = tf.stack([seed[0], 2 * seed[1] + layer])
    # Stateless: the mask depends on the seed alone, not on heads that train in other threads. Each 32-bit
    # word serves four units.
    words = tf.random.stateless_uniform(
        (rows, -(-width // 4)), seed, minval=None, maxval=None, dtype=tf.int32, alg="philox"
    )
    drawn = tf.reshape(tf.bitcast(words, tf.uint8), (rows, -1))[:, :width]
    return tf.where(drawn >= cut, x, tf.zeros_like(x)), (_BYTE - cut) / _BYTE


def _mix(x: Any, other: Any, share: Any) -> Any:
    other = tf.cast(other, tf.float32)
    return other + share * (tf.cast(x, tf.float32) - other)


_mixed: Any = tf.function(_mix, jit_compile=True)  # XLA fuses the blend into one pass over the batch


def _one_thread_per_operation() -> None:
    """Run each operation on one thread: blocks run in parallel, so splitting a product only moves data."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
    except RuntimeError:
        return  # TensorFlow has started already: slower, same results
