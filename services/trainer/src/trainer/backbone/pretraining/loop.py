"""The training loop: any compiled Keras model, batches by their number, and a state that survives a kill."""

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from trainer.errors import TrainingFailed
from vignette_shared.errors import StorageFull
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)

Batch = tuple[NDArray[np.uint8], dict[str, NDArray[np.float32]]]


class Model(Protocol):
    """What is used of a Keras model."""

    variables: Any
    optimizer: Any

    def train_on_batch(self, x: Any, y: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One file with every variable of a training, written beside it and renamed.

    Attributes:
        path: of the file.
        every_s: seconds between two.
    """

    path: Path
    every_s: float = 300.0

    def save(self, model: Model, step: int, story: dict[str, Any]) -> None:
        """Write the state after `step` steps; raises `StorageFull`, and the last state stays then."""
        tensors = {name: np.asarray(variable) for name, variable in _variables(model)}
        temporary = self.path.with_suffix(".partial")
        try:
            save_file(tensors, temporary, {"step": str(step), "story": json.dumps(story)})
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            temporary.replace(self.path)
        except (OSError, SafetensorError) as error:
            temporary.unlink(missing_ok=True)
            raise StorageFull(f"The checkpoint {self.path} can't be written: {error}.") from error

    def restore(self, model: Model) -> tuple[int, dict[str, Any]]:
        """Bring a model back to where it was; returns the steps done and the story, (0, {}) if new."""
        if not self.path.is_file():
            return 0, {}
        try:
            with safe_open(self.path, "numpy") as file:
                found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
                facts = file.metadata()
            for name, variable in _variables(model):
                variable.assign(found[name])
            return int(facts["step"]), json.loads(facts["story"])
        except (SafetensorError, OSError, KeyError, ValueError) as error:
            raise TrainingFailed(
                f"The checkpoint {self.path} is damaged ({error}): remove it to begin anew."
            ) from error


def run(
    model: Model,
    batch: Callable[[int], Batch],
    steps: int,
    checkpoint: Checkpoint,
    *,
    story: dict[str, Any] | None = None,
    after: Callable[[int, float, dict[str, Any]], None] = lambda _step, _loss, _story: None,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """Train from the checkpoint, or from the model as it is, to the last step; returns the story.

    Args:
        batch: makes the batch of a step; it depends on nothing but that number.
        story: to begin with; a checkpoint's own goes before it.
        after: called after each step with how many are done, its loss, and the story, which it may add to
            and which the checkpoint keeps.

    Raises:
        TrainingFailed: the loss is not a number any more, or the checkpoint is damaged.
        StorageFull: a checkpoint can't be written.
    """
    done, kept = checkpoint.restore(model)
    told: dict[str, Any] = kept or dict(story or {})
    if done:
        log.info("training_resumed", step=done, steps=steps)
    saved_at = clock()
    for step, (x, y) in _ahead(batch, done, steps):
        loss = _first(model.train_on_batch(x, y))
        if not math.isfinite(loss):
            raise TrainingFailed(
                f"The loss is {loss} at step {step + 1} of {steps}: lower the learning rate."
            )
        after(step + 1, loss, told)
        if step + 1 < steps and clock() - saved_at >= checkpoint.every_s:
            checkpoint.save(model, step + 1, told)
            saved_at = clock()
    return told


def _ahead(batch: Callable[[int], Batch], first: int, steps: int) -> Iterator[tuple[int, Batch]]:
    """Yield step and batch; the next one is drawn while this one trains."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(batch, min(first, steps - 1))
        for step in range(first, steps):
            ready = waiting.result()
            if step + 1 < steps:
                waiting = pool.submit(batch, step + 1)
            yield step, ready


def _first(logs: Any) -> float:
    """Keras returns the loss alone, or first of several."""
    return float(np.ravel(logs)[0])


def _variables(model: Model) -> Iterator[tuple[str, Any]]:
    """Yield the variables of the network and of its optimiser; only their order tells them apart."""
    for kind, variables in (("model", model.variables), ("optimizer", model.optimizer.variables)):
        for number, variable in enumerate(variables):
            yield f"{kind}.{number}", variable
