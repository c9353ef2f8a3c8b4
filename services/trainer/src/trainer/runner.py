"""A training in a process of its own, so that TensorFlow's memory goes back when it ends."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.errors import DatasetError, TrainingFailed, TrainingHeld

_POLL_S = 1.0
DATASET_FOLDER = "mirflickr25k"


@dataclass(frozen=True, slots=True)
class TrainingRunner:
    """Runs `vignette-trainer train` on the archives in `work_dir/mirflickr25k`."""

    work_dir: Path
    registry: str

    def run(self, config: dict[str, Any], lost: threading.Event) -> dict[str, Any]:
        """Train and publish the candidate; returns its version and mean AP.

        Args:
            lost: when set, the training is ended: another worker has taken it over.

        Raises:
            DatasetError: there is no dataset, or it or the configuration is wrong.
            TrainingFailed: the process failed otherwise.
            TrainingHeld: `lost` was set.
        """
        data = self.work_dir / DATASET_FOLDER
        if not data.is_dir():
            raise DatasetError(f"There is no dataset in {data}: put MIRFLICKR-25K's two archives there.")
        process = subprocess.Popen(
            self._command(data, config), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with process:
            while True:
                try:
                    out, said = process.communicate(timeout=_POLL_S)
                    break
                except subprocess.TimeoutExpired:
                    if lost.is_set():
                        process.kill()
                        raise TrainingHeld("The lease was lost, so the training was ended.") from None
        return _result(process.returncode, out, said)

    def _command(self, data: Path, config: dict[str, Any]) -> list[str]:
        arguments = {
            "--data": str(data),
            "--work": str(self.work_dir / "bottlenecks"),
            "--registry": self.registry,
            "--config": json.dumps(config),
        }
        flat = [word for pair in arguments.items() for word in pair]
        return [sys.executable, "-m", "trainer.cli", "train", *flat]


def _result(code: int, out: str, said: str) -> dict[str, Any]:
    last = next((line for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
    if code == 2:
        raise DatasetError(last)
    if code != 0:
        raise TrainingFailed(f"The training ended with status {code}: {last}")
    result: dict[str, Any] = json.loads(out)
    return result
