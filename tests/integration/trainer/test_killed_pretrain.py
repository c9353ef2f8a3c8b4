"""kill -9 during pretraining: the resumed training ends with the same weights as an uninterrupted one.

The network is a small one of the same kinds of layers; the loop, the checkpoint and the optimiser are real.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file
from tests.support.patience import COMMAND_S, WAIT_S
from tests.support.waiting import until

from trainer.backbone.pretraining.loop import Batch, Checkpoint, run

pytestmark = [pytest.mark.reliability, pytest.mark.tensorflow]
STEPS = 250
KILLED_AFTER = 20
CHECKPOINT = "checkpoint.safetensors"
RESULT = "result.safetensors"


def start(folder: Path, seed: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.integration.trainer.test_killed_pretrain", str(folder), str(seed)],
        stderr=subprocess.PIPE,
        text=True,
    )


def steps_kept(path: Path) -> int:
    """Read the checkpoint as it is at this moment: it must be whole at any."""
    if not path.is_file():
        return 0
    try:
        with safe_open(path, "numpy") as file:
            return int(file.metadata()["step"])
    except FileNotFoundError:
        return 0
    except SafetensorError as error:
        pytest.fail(f"a torn checkpoint was seen: {error}")


def test_killed_and_resumed_pretraining_gives_the_same_weights(tmp_path: Path) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    process = start(killed, seed=0)
    kept = 0
    for _ in until(COMMAND_S, pause_s=0.001):
        kept = steps_kept(killed / CHECKPOINT)
        if kept >= KILLED_AFTER:
            break
        assert process.poll() is None, process.communicate()[1]
    assert kept >= KILLED_AFTER, "pretraining did not get that far"
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(WAIT_S) == -signal.SIGKILL
    process.communicate()
    assert not (killed / RESULT).exists(), "it was at its end before it was killed"
    kept = max(kept, steps_kept(killed / CHECKPOINT))
    # Another seed: what the checkpoint does not bring back would show.
    for folder, seed in ((killed, 1), (whole, 0)):
        done = start(folder, seed)
        said = done.communicate(timeout=COMMAND_S)[1]
        assert done.returncode == 0, said
    found, expected = load_file(killed / RESULT), load_file(whole / RESULT)
    ran = found.pop("ran").tolist()
    assert len(set(expected.pop("ran").tolist())) == 1
    assert len(ran) == STEPS, "a step was done twice, or not at all"
    assert ran[:kept] == [process.pid] * kept
    assert len(set(ran[kept:])) == 1
    assert ran[-1] != process.pid
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, name)


def _batch(step: int) -> Batch:
    rng = np.random.default_rng(step)
    x = rng.integers(0, 256, (8, 12, 12, 3), np.uint8)
    return x, {"labels": (x.mean(axis=(1, 2)) > 127).astype(np.float32)}


def _main(folder: Path, seed: int) -> None:
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras  # noqa: PLC0415
    import tensorflow as tf  # noqa: PLC0415

    tf.config.threading.set_intra_op_parallelism_threads(1)  # sums in one order
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(seed)
    pixels = keras.Input((12, 12, 3), dtype="uint8")
    layers = keras.layers
    x = layers.Conv2D(6, 3, use_bias=False)(layers.Rescaling(1 / 127.5, offset=-1.0)(pixels))
    x = layers.GlobalAveragePooling2D()(layers.Activation("relu")(layers.BatchNormalization(scale=False)(x)))
    model = keras.Model(pixels, {"labels": layers.Dense(3, name="labels")(x)})
    rate = keras.optimizers.schedules.CosineDecay(0.0, STEPS - 10, warmup_target=1e-2, warmup_steps=10)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=0.02, use_ema=True, ema_momentum=0.9)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer, {"labels": loss}, jit_compile=False)
    optimizer.build(model.trainable_variables)
    folder.mkdir(exist_ok=True)

    def after(_step: int, _loss: float, state: dict[str, Any]) -> None:
        state["ran"] = [*state.get("ran", []), os.getpid()]

    story = run(model, _batch, STEPS, Checkpoint(folder / CHECKPOINT, every_s=0), after=after)
    optimizer.finalize_variable_values(model.trainable_variables)
    result = {str(at): np.asarray(each) for at, each in enumerate([*model.variables, *optimizer.variables])}
    save_file({**result, "ran": np.array(story["ran"])}, folder / RESULT)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
