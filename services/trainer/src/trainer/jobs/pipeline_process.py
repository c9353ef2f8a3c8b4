"""Run the pipeline in a child process, whose exit returns TensorFlow's memory."""

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
from vignette_shared.contracts.trainings import TrainingResult
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
# Between asking the process to exit and killing it. Publishing is atomic, so a kill does no harm.
_GRACE_S = 5.0
# For TensorFlow's shutdown on a busy machine.
_EXIT_S = 60.0
DATASET_FOLDER = "mirflickr25k"
# What a pipeline raises besides `TrainingFailed`, to restore an error by its code.
_PIPELINE_ERRORS: tuple[type[VignetteError], ...] = (
    DatasetError,
    ModelMissing,
    ModelDamaged,
    ModelError,
    ProductionMoved,
    StorageFull,
    StorageError,
)

StopReason = Callable[[], VignetteError | None]
"""Returns the error to stop the training with, or None to continue."""
ProgressCallback = Callable[[str, float], None]
"""Called with a phase and the share of it that is done, 0..1."""


@dataclass(frozen=True, slots=True)
class PipelineProcess:
    """Runs `vignette-trainer pipeline` on the dataset in `work_dir/mirflickr25k`.

    Attributes:
        distorted_images: number of test images to measure robustness on.
    """

    work_dir: Path
    registry: str
    distorted_images: int = 300

    def run(
        self, config: dict[str, Any], stop_reason: StopReason, on_progress: ProgressCallback = lambda *_: None
    ) -> TrainingResult:
        """Train over the backbone in production, publish, and promote what passes the gate.

        Args:
            config: settings of the experiment `best` to override.
            stop_reason: called twice a second; its error is raised once the process has exited.

        Raises:
            DatasetError: the dataset is missing, or it or the configuration is invalid.
            ModelError, StorageFull, StorageError: from the pipeline.
            TrainingFailed: the training or its process failed.
        """
        data = self.work_dir / DATASET_FOLDER
        if not data.is_dir():
            raise DatasetError(f"There is no dataset in {data}: put MIRFLICKR-25K's two archives there.")
        # A file, not a pipe: nothing reads it while the process runs, and a full pipe would block it.
        with tempfile.TemporaryFile("w+") as stderr:
            # Its standard input closes when this process dies, and then it exits: see `exit_with_parent`.
            process = subprocess.Popen(
                self._command(data, config),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
            try:
                result = _follow(process, stop_reason, on_progress)
            finally:
                _end(process)
            stderr.seek(0)
            return _check(process.returncode, result, stderr.read())

    def _command(self, data: Path, config: dict[str, Any]) -> list[str]:
        options = {
            "--data": str(data),
            "--work": str(self.work_dir),
            "--registry": self.registry,
            "--changed": json.dumps(config),
            "--distorted": str(self.distorted_images),
        }
        words = [word for pair in options.items() for word in pair]
        return [sys.executable, "-m", "trainer.cli", "pipeline", "--events", *words]


def _follow(
    process: "subprocess.Popen[str]", stop_reason: StopReason, on_progress: ProgressCallback
) -> TrainingResult | None:
    """Pass on the process's events until its output ends; raises what `stop_reason` returns."""
    # A thread reads: `stop_reason` must be called even while the process prints nothing.
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    result: TrainingResult | None = None
    while True:
        if reason := stop_reason():
            raise reason
        try:
            line = lines.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if line is None:
            process.wait(_EXIT_S)
            return result
        event = json.loads(line)
        if "error" in event:
            raise _error_of(event["error"])
        if "result" in event:
            result = TrainingResult.model_validate(event["result"])
        else:
            on_progress(event["phase"], event["progress"])


def _read(stream: IO[str], lines: "queue.SimpleQueue[str | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _end(process: "subprocess.Popen[str]") -> None:
    """Close the process's standard input, and kill the process unless it exits."""
    with process:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()


def _error_of(event: dict[str, str]) -> VignetteError:
    kind = next((kind for kind in _PIPELINE_ERRORS if kind.code == event["code"]), TrainingFailed)
    return kind(event["detail"])


def _check(code: int, result: TrainingResult | None, stderr: str) -> TrainingResult:
    """Return the result, which counts even if the process exits badly after printing it."""
    last_line = next((line for line in reversed(stderr.splitlines()) if line.strip()), "no output")
    if result is not None:
        if code != 0:
            log.warning("pipeline_exited_badly", status=code, stderr=last_line)
        return result
    # The command line exits with 2 for wrong options and for a `VignetteError`.
    if code == 2:
        raise DatasetError(last_line)
    raise TrainingFailed(f"The training ended with status {code}: {last_line}")
