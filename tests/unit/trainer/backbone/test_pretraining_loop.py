"""The pretraining loop survives a kill: tested with a model of two numbers."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from trainer.backbone.pretraining.config import PretrainConfig
from trainer.backbone.pretraining.loop import Batch, Checkpoint, run
from trainer.backbone.pretraining.material import draw_batch, read_targets, store_pixels
from trainer.backbone.pretraining.probe import probe
from trainer.dataset import read_mirflickr
from trainer.errors import DatasetError, TrainingFailed
from vignette_shared.errors import StorageFull

STEPS = 9


class Variable:
    """What is used of a Keras variable."""

    def __init__(self, value: float) -> None:
        self.value = np.array([value], np.float32)

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[np.float32]:
        return self.value.copy()

    def assign(self, value: NDArray[np.float32]) -> None:
        self.value = np.array(value, np.float32)


class Optimizer:
    """Momentum: its state is the velocity."""

    def __init__(self) -> None:
        self.variables = [Variable(0.0)]


class TwoStates:
    """Gradient descent with momentum on (w - x)²: the model's own state is the weight."""

    def __init__(self) -> None:
        self.variables = [Variable(3.0)]
        self.optimizer = Optimizer()
        self.steps = 0

    def train_on_batch(self, x: NDArray[np.uint8], y: Any) -> list[float]:
        del y
        self.steps += 1
        (weight,), (velocity,) = self.variables, self.optimizer.variables
        gradient = 2 * (weight.value - x.mean())
        velocity.assign(0.9 * velocity.value - 0.05 * gradient)
        weight.assign(weight.value + velocity.value)
        return [float((weight.value[0] - x.mean()) ** 2), 0.0]


class Diverging(TwoStates):
    def train_on_batch(self, x: NDArray[np.uint8], y: Any) -> list[float]:
        super().train_on_batch(x, y)
        return [math.nan]


def batch(step: int) -> Batch:
    return np.full((2, 1), step % 5, np.uint8), {}


class Killed(Exception):
    """Stands for the process's end."""


def test_killed_and_repeated_training_gives_the_same_head(tmp_path: Path) -> None:
    whole = TwoStates()
    run(whole, batch, STEPS, Checkpoint(tmp_path / "whole", 1e9))
    killed, ticks = TwoStates(), iter(range(100))

    def dies(step: int, _loss: float, story: dict[str, Any]) -> None:
        story["seen"] = [*story.get("seen", []), step]
        if step == 6:
            raise Killed

    checkpoint = Checkpoint(tmp_path / "state", every_s=2)  # by this clock: every second step
    with pytest.raises(Killed):
        run(killed, batch, STEPS, checkpoint, after=dies, clock=lambda: next(ticks))
    again = TwoStates()

    def goes_on(step: int, _loss: float, story: dict[str, Any]) -> None:
        story["seen"] = [*story["seen"], step]

    story = run(again, batch, STEPS, checkpoint, after=goes_on, clock=lambda: next(ticks))
    assert again.steps < STEPS
    assert story["seen"] == list(range(1, STEPS + 1))
    np.testing.assert_array_equal(again.variables[0].value, whole.variables[0].value)
    np.testing.assert_array_equal(again.optimizer.variables[0].value, whole.optimizer.variables[0].value)


def test_nan_loss_stops_training_and_names_the_step(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed, match="step 1 of 9"):
        run(Diverging(), batch, STEPS, Checkpoint(tmp_path / "state"))


def test_failed_checkpoint_keeps_the_previous_one(tmp_path: Path) -> None:
    model, checkpoint = TwoStates(), Checkpoint(tmp_path / "state.safetensors")
    checkpoint.save(model, 4, {"a": 1})
    (tmp_path / "state.partial").mkdir()  # where the next is written first
    (tmp_path / "state.partial" / "x").touch()
    model.variables[0].assign(np.array([9.0]))
    with pytest.raises((StorageFull, OSError)):
        checkpoint.save(model, 5, {})
    fresh = TwoStates()
    assert checkpoint.restore(fresh) == (4, {"a": 1})
    assert fresh.variables[0].value == [3.0]


def test_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    path.write_bytes(b"\0" * 40)
    with pytest.raises(TrainingFailed, match="checkpoint"):
        Checkpoint(path).restore(TwoStates())


def test_pixels_are_decoded_once_and_damaged_images_skipped(archives: Path, tmp_path: Path) -> None:
    dataset = read_mirflickr(archives)
    spoilt = dataset.names[3]
    reads: list[str] = []

    def read(name: str) -> bytes:
        reads.append(name)
        return b"rot" if name == spoilt else dataset.read(name)

    damaged = replace(dataset, read=read)
    config = PretrainConfig(input_side=80)
    for _ in range(2):
        pixels, rows = store_pixels(damaged, config, tmp_path / "pixels.npy")
        assert pixels.shape == (89, 90, 90, 3)
        assert 3 not in rows
    assert len(reads) == 90
    # Row for row: colours are the labels.
    assert (
        pixels.mean(axis=(1, 2)).argmax(axis=1) == np.array([2, 1, 0])[dataset.targets[rows].argmax(axis=1)]
    ).all()


def test_batch_is_determined_by_its_seed(archives: Path, tmp_path: Path) -> None:
    config = PretrainConfig(input_side=80)
    pixels, _ = store_pixels(read_mirflickr(archives), config, tmp_path / "pixels.npy")
    rows = np.arange(8)
    first, again, other = (draw_batch(pixels, rows, config, np.random.default_rng(s)) for s in (1, 1, 2))
    assert first.shape == (8, 80, 80, 3)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_targets_of_another_dataset_are_rejected(archives: Path, tmp_path: Path) -> None:
    dataset, path = read_mirflickr(archives), tmp_path / "targets.safetensors"
    numbers = np.arange(90, 0, -1).astype(np.int32)
    soft = np.tile(np.array([[1.0, 0.0, 0.5]], np.float16), (90, 1))
    tensors = {
        "image_number": numbers,
        "teacher_components": numbers[:, None].astype(np.float16),
        "soft_labels": soft,
    }
    save_file(tensors, path, {"labels": json.dumps(["green", "red", "blue"])})
    found = read_targets(path, dataset, soft_share=0.5)
    np.testing.assert_array_equal(found.embeddings[:3, 0], [1, 2, 3])  # by image number, not by place
    green = dataset.labels.index("green")
    np.testing.assert_allclose(found.labels[:, green], 0.5 * dataset.targets[:, green] + 0.5)
    save_file(
        {**tensors, "image_number": numbers + 1000}, path, {"labels": json.dumps(["green", "red", "blue"])}
    )
    with pytest.raises(DatasetError, match="targets"):
        read_targets(path, dataset, soft_share=0.5)


def test_invalid_configuration_names_the_setting() -> None:
    with pytest.raises(DatasetError, match="epoch:"):
        PretrainConfig.parse({"epoch": 3})


def test_every_split_is_trained_on_only_without_labels() -> None:
    with pytest.raises(DatasetError, match="every_split needs labels_weight 0"):
        PretrainConfig.parse({"every_split": True})
    assert PretrainConfig.parse({"every_split": True, "labels_weight": 0}).every_split


def test_probe_predicts_only_linear_labels() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(600, 20))
    truth = np.stack([x[:, 0] + 0.1 * rng.normal(size=600) > 0, rng.random(600) < 0.3], axis=1)
    learn, check = np.arange(400), np.arange(400, 600)
    assert probe(x, truth[:, :1], learn, check) > 0.97
    assert probe(x, truth[:, 1:], learn, check) < 0.5
