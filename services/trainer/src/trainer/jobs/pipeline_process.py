"""A training in a process of its own, so that TensorFlow's memory goes back when it ends."""

import json
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from trainer.errors import DatasetError, TrainingFailed
from vignette_shared.errors import (
    ModelDamaged,
    ModelError,
    ModelMissing,
    ProductionMoved,
    StorageError,
    StorageFull,
    VignetteError,
)
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)

_POLL_S = 0.5
_GRACE_S = 5.0
"""Between asking the process to end and ending it; publishing is atomic, so neither harms."""
_EXIT_S = 60.0
"""For TensorFlow to tidy up after itself, on a busy machine."""
DATASET_FOLDER = "mirflickr25k"
_REFUSALS: tuple[type[VignetteError], ...] = (
    DatasetError,
    ModelMissing,
    ModelDamaged,
    ModelError,
    ProductionMoved,
    StorageFull,
    StorageError,
)
"""What a pipeline ends with, besides `TrainingFailed`."""

Stop = Callable[[], VignetteError | None]
"""Returns the reason to end a training, or None to go on."""
Heard = Callable[[str, float], None]
"""Called with a phase and how much of it is done, 0..1."""


@dataclass(frozen=True, slots=True)
class TrainingRunner:
    """Runs `vignette-trainer pipeline` on the dataset in `work_dir/mirflickr25k`.

    Attributes:
        distorted_images: of the test split, on which robustness is measured.
    """

    work_dir: Path
    registry: str
    distorted_images: int = 300

    def run(self, config: dict[str, Any], stop: Stop, heard: Heard = lambda *_: None) -> dict[str, Any]:
        """Train, publish and promote over the backbone in production; returns the pipeline's result.

        Args:
            config: values to change of the experiment `best`.
            stop: asked twice a second; its reason is raised once the process is gone.

        Raises:
            DatasetError: there is no dataset, or it or the configuration is wrong.
            ModelError, StorageFull, StorageError: as the pipeline says.
            TrainingFailed: the training or its process failed.
        """
        data = self.work_dir / DATASET_FOLDER
        if not data.is_dir():
            raise DatasetError(f"There is no dataset in {data}: put MIRFLICKR-25K's two archives there.")
        with tempfile.TemporaryFile("w+") as said:
            # Its standard input ends with this process, and so does it: see `end_with_parent`.
            process = subprocess.Popen(
                self._command(data, config),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
            try:
                result = _follow(process, stop, heard)
            finally:
                _end(process)
            said.seek(0)
            return _checked(process.returncode, result, said.read())

    def _command(self, data: Path, config: dict[str, Any]) -> list[str]:
        arguments = {
            "--data": str(data),
            "--work": str(self.work_dir),
            "--registry": self.registry,
            "--changed": json.dumps(config),
            "--distorted": str(self.distorted_images),
        }
        flat = [word for pair in arguments.items() for word in pair]
        return [sys.executable, "-m", "trainer.cli", "pipeline", "--events", *flat]


def _follow(process: "subprocess.Popen[str]", stop: Stop, heard: Heard) -> dict[str, Any] | None:
    """Pass on what the process tells until it has told all; raises what `stop` returns."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    result: dict[str, Any] | None = None
    while True:
        if reason := stop():
            raise reason
        try:
            line = lines.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if line is None:
            process.wait(_EXIT_S)
            return result
        told = json.loads(line)
        if "error" in told:
            raise _refusal(told["error"])
        if "result" in told:
            result = told["result"]
        else:
            heard(told["phase"], told["progress"])


def _read(stream: IO[str], lines: "queue.SimpleQueue[str | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _end(process: "subprocess.Popen[str]") -> None:
    """Let a process that is through exit, and end one that is not."""
    with process:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()


def _refusal(told: dict[str, str]) -> VignetteError:
    """Return the error that ended the process, of its own kind, by its code."""
    return next((kind for kind in _REFUSALS if kind.code == told["code"]), TrainingFailed)(told["detail"])


def _checked(code: int, result: dict[str, Any] | None, said: str) -> dict[str, Any]:
    """Return the result; what was told last counts, however the process ended after it."""
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
    if result is not None:
        if code != 0:
            log.warning("training_ended_badly", status=code, said=last)
        return result
    if code == 2:
        raise DatasetError(last)
    raise TrainingFailed(f"The training ended with status {code}: {last}")
