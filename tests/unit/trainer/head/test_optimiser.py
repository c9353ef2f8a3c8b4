"""The compiled step against the same arithmetic in NumPy, and heads trained in parallel."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support.patience import COMMAND_S

from trainer.head.config import TrainConfig
from vignette_shared.vision.head import Dense

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
CONFIG = TrainConfig(
    hidden=7, features="raw", input_dropout=0.0, dropout=0.0, batch=4, epochs=3, weight_decay=0.1, patience=3
)
RNG = np.random.default_rng(3)
X = RNG.standard_normal((10, 5)).astype(np.float32)
Y = (RNG.random((10, 3)) < 0.4).astype(np.float32)
LAYERS = tuple(
    Dense(RNG.standard_normal(size).astype(np.float32), np.zeros(size[1], np.float32))
    for size in ((5, 7), (7, 3))
)


def reference(
    rows: list[int], partners: list[int], shares: NDArray[np.float32]
) -> tuple[list[float], list[NDArray[np.float64]]]:
    """AdamW over binary cross-entropy of batches of 4, mixed, by a cosine from 1e-3 over 9 steps."""
    weights = [np.array(a, np.float64) for layer in LAYERS for a in (layer.kernel, layer.bias)]
    m, v = ([np.zeros_like(w) for w in weights] for _ in range(2))
    losses = []
    for step, first in enumerate(range(0, len(rows), 4)):
        batch, other, share = rows[first : first + 4], partners[first : first + 4], shares[first : first + 4]
        x = share * X[batch] + (1 - share) * X[other]
        y = share * Y[batch] + (1 - share) * Y[other]
        hidden = np.maximum(x @ weights[0] + weights[1], 0)
        p = 1 / (1 + np.exp(-(hidden @ weights[2] + weights[3])))
        losses.append(float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))))
        d_out = (p - y) / p.size
        d_hidden = d_out @ weights[2].T * (hidden > 0)
        gradients = [x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_out, d_out.sum(axis=0)]
        rate = 1e-3 * 0.5 * (1 + np.cos(np.pi * step / 9))
        for i, gradient in enumerate(gradients):
            m[i] = 0.9 * m[i] + 0.1 * gradient
            v[i] = 0.999 * v[i] + 0.001 * gradient**2
            corrected = rate * np.sqrt(1 - 0.999 ** (step + 1)) / (1 - 0.9 ** (step + 1))
            weights[i] = weights[i] * (1 - rate * 0.1) - corrected * m[i] / (np.sqrt(v[i]) + 1e-7)
    return losses, weights


@pytest.mark.parametrize(("half", "tolerance"), [(False, 1e-5), (True, 2e-2)])
def test_epoch_matches_the_formulas(half: bool, tolerance: float) -> None:
    from trainer.head.optimiser import EpochRunner  # noqa: PLC0415

    rows, partners = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7], [1, 4, 0, 3, 9, 2, 6, 5, 7, 8]
    shares = RNG.random((10, 1)).astype(np.float32)
    runner = EpochRunner(X, Y, CONFIG.changed(mixup=1.0), half=half)
    head = runner.begin(LAYERS)
    losses = runner.epoch(head, np.array(rows, np.int32), np.array(partners, np.int32), shares, 0, 0)
    wanted_losses, wanted = reference(rows, partners, shares)
    np.testing.assert_allclose(losses, wanted_losses, rtol=tolerance)
    found = [array for layer in runner.layers(head) for array in (layer.kernel, layer.bias)]
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, atol=tolerance)


def test_ensemble_member_equals_the_head_trained_alone_with_its_seed() -> None:
    from trainer.head.fit import Samples, fit_head  # noqa: PLC0415
    from vignette_shared.vision.head import merge_layers  # noqa: PLC0415

    samples = Samples(X, Y)
    config = CONFIG.changed(mixup=0.4, input_dropout=0.2, dropout=0.5, ema=0.9, learning_rate=0.05)
    together = fit_head(samples, samples, config.changed(ensemble=3, seed=4)).layers
    alone = merge_layers([fit_head(samples, samples, config.changed(seed=seed)).layers for seed in (4, 5, 6)])
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one.kernel, other.kernel)
        np.testing.assert_array_equal(one.bias, other.bias)


def test_dropout_zeroes_its_share_and_rescales_the_rest() -> None:
    import tensorflow as tf  # noqa: PLC0415

    from trainer.head.optimiser import _dropped  # noqa: PLC0415

    ones = tf.ones((400, 101))
    out, kept = _dropped(ones, 0.4, tf.constant([1, 2]), layer=0)
    again, _ = _dropped(ones, 0.4, tf.constant([1, 2]), layer=0)
    other, _ = _dropped(ones, 0.4, tf.constant([1, 2]), layer=1)
    assert kept == pytest.approx(0.6, abs=1 / 256)
    assert float(tf.reduce_mean(out)) / kept == pytest.approx(1.0, abs=0.03)
    assert (out.numpy() == again.numpy()).all()
    assert (out.numpy() != other.numpy()).any()


SILENT = """
import trainer.cli
import numpy as np
from trainer.head.config import TrainConfig
from trainer.head.fit import Samples, fit_head

rng = np.random.default_rng(0)
x, y = rng.random((40, 5)), (rng.random((40, 3)) < 0.5).astype(np.float32)
config = TrainConfig(hidden=7, features="raw", batch=8, epochs=1, mixup=0.4, ensemble=2)
print(*(fit_head(Samples(each, y), Samples(each, y), config).history[0].loss for each in (
    x.astype(np.float16), x.astype(np.float16).astype(np.float32)
)))
"""


def test_float16_trains_bit_identically_to_float32_without_logging() -> None:
    """In a new process, because TensorFlow logs each message once."""
    done = subprocess.run(
        [sys.executable, "-c", SILENT], capture_output=True, text=True, check=False, timeout=COMMAND_S
    )
    assert done.returncode == 0
    # absl's own notes, which no log level hides, are the only lines on stderr.
    absl = ("WARNING: All log messages before absl::InitializeLog()", "I0000 ")
    assert [line for line in done.stderr.splitlines() if not line.startswith(absl)] == []
    halves, floats = done.stdout.split()
    assert halves == floats
