"""The training loop: trains a compiled Keras model from numbered batches, with checkpoints."""

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

# The state's key in a checkpoint. Renaming it would make existing checkpoints unreadable.
_STATE = "story"

Batch = tuple[NDArray[np.uint8], dict[str, NDArray[np.float32]]]


class Model(Protocol):
    """The part of a Keras model that the loop uses."""

    variables: Any
    optimizer: Any

    def train_on_batch(self, x: Any, y: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A file with every variable of a training, written atomically.

    Attributes:
        every_s: seconds between two checkpoints.
    """

    path: Path
    every_s: float = 300.0

    def save(self, model: Model, step: int, state: dict[str, Any]) -> None:
        """Save the model and `state` after `step` steps.

        Raises `StorageFull` and keeps the last checkpoint.
        """
        tensors = {name: np.asarray(variable) for name, variable in _variables(model)}
        temporary = self.path.with_suffix(".partial")
        try:
            save_file(tensors, temporary, {"step": str(step), _STATE: json.dumps(state)})
            # safetensors writes to a path: the file is opened again to sync it.
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            temporary.replace(self.path)
        except (OSError, SafetensorError) as error:
            temporary.unlink(missing_ok=True)
            raise StorageFull(f"The checkpoint {self.path} can't be written: {error}.") from error

    def restore(self, model: Model) -> tuple[int, dict[str, Any]]:
        """Restore a model; return the steps done and the state, or (0, {}) without a checkpoint."""
        if not self.path.is_file():
            return 0, {}
        try:
            with safe_open(self.path, "numpy") as file:
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
                facts = file.metadata()
            for name, variable in _variables(model):
                variable.assign(tensors[name])
            return int(facts["step"]), json.loads(facts[_STATE])
        except (SafetensorError, OSError, KeyError, ValueError) as error:
            raise TrainingFailed(
                f"The checkpoint {self.path} is damaged ({error}): remove it to start over."
            ) from error


def run(
    model: Model,
    batch: Callable[[int], Batch],
    steps: int,
    checkpoint: Checkpoint,
    *,
    state: dict[str, Any] | None = None,
    after: Callable[[int, float, dict[str, Any]], None] = lambda _step, _loss, _state: None,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """Train from the checkpoint, or from the start without one, to the last step; return the final state.

    Args:
        batch: returns the batch of a step, a function of the step alone: a resumed training repeats it.
        state: the initial state, in JSON values; a checkpoint's state replaces it.
        after: called after each step with the steps done, the loss, and the state, which it may change.

    Raises:
        TrainingFailed: the loss became NaN, or the checkpoint is damaged.
        StorageFull: a checkpoint can't be written.
    """
    done, restored = checkpoint.restore(model)
    current: dict[str, Any] = restored or dict(state or {})
    if done:
        log.info("training_resumed", step=done, steps=steps)
    saved_at = clock()
    for step, (x, y) in _prefetched(batch, done, steps):
        loss = _first(model.train_on_batch(x, y))
        if not math.isfinite(loss):
            raise TrainingFailed(
                f"The loss is {loss} at step {step + 1} of {steps}: lower the learning rate."
            )
        after(step + 1, loss, current)
        if step + 1 < steps and clock() - saved_at >= checkpoint.every_s:
            checkpoint.save(model, step + 1, current)
            saved_at = clock()
    return current


def _prefetched(batch: Callable[[int], Batch], first: int, steps: int) -> Iterator[tuple[int, Batch]]:
    """Yield each step with its batch; a thread draws the next batch meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(batch, min(first, steps - 1))
        for step in range(first, steps):
            ready = pending.result()
            if step + 1 < steps:
                pending = pool.submit(batch, step + 1)
            yield step, ready


def _first(logs: Any) -> float:
    """Return the loss, which Keras returns alone or as the first of several values."""
    return float(np.ravel(logs)[0])


def _variables(model: Model) -> Iterator[tuple[str, Any]]:
    """Yield the variables of the network and its optimiser, named by their order.

    Keras' names aren't unique.
    """
    for kind, variables in (("model", model.variables), ("optimizer", model.optimizer.variables)):
        for number, variable in enumerate(variables):
            yield f"{kind}.{number}", variable
