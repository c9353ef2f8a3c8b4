"""kill -9 during a training and at its last write: no partial run, and the next run is complete."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.patience import COMMAND_S
from tests.unit.trainer.conftest import COLOURS, MeanColour, jpeg, write_archives

from trainer.errors import DatasetError
from trainer.head.config import TrainConfig
from trainer.runs.storage import HISTORY_FILE, RUN_FILE, read_run

pytestmark = [pytest.mark.reliability, pytest.mark.tensorflow]
CONFIG = TrainConfig(hidden=4, epochs=3, batch=16, patience=3, precision=0.6)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 pictures, 20 of each colour."""
    colours = list(COLOURS)
    pictures = {f"im{n}.jpg": jpeg(COLOURS[colours[n % 3]], n) for n in range(1, 61)}
    labels = {
        f"{colour}.txt": "".join(f"{n}\n" for n in range(1, 61) if n % 3 == at)
        for at, colour in enumerate(colours)
    }
    return write_archives(tmp_path_factory.mktemp("data"), pictures, labels)


def train_in_child(archives: Path, work: Path, victim: str) -> int:
    """Train in a process that dies in the middle of writing the file `victim`, if it comes to that."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.integration.trainer.test_killed_train",
            str(archives),
            str(work),
            victim,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_S,
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode


def test_killed_training_leaves_no_partial_run(archives: Path, tmp_path: Path) -> None:
    for victim in (HISTORY_FILE, RUN_FILE):
        assert train_in_child(archives, tmp_path, victim) == -signal.SIGKILL
        with pytest.raises(DatasetError, match="holds no finished training"):
            read_run(tmp_path / "run")
    assert train_in_child(archives, tmp_path, "none") == 0
    assert set(read_run(tmp_path / "run").head.labels) == set(COLOURS)


def _main(archives: Path, work: Path, victim: str) -> None:
    from trainer.dataset import read_mirflickr  # noqa: PLC0415
    from trainer.dataset.snapshot import freeze  # noqa: PLC0415
    from trainer.runs.experiment import run_experiment  # noqa: PLC0415

    rename = Path.replace

    def dying(self: Path, target: Path) -> Path:
        if target.name == victim:
            self.write_bytes(self.read_bytes()[:20])
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(self, target)

    Path.replace = dying  # type: ignore[method-assign, assignment]
    dataset = read_mirflickr(archives)
    frozen = freeze(dataset, seed=0).dataset(dataset)
    run_experiment(frozen, MeanColour(), CONFIG, work / "cache", work / "run")


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
