"""A disk that fills up during a long command: one clear line, no partial file, and a rerun succeeds."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.support.patience import COMMAND_S
from tests.support.pictures import make_jpeg
from tests.support.trainer.versions import figures, measured_run, publish_backbone
from tests.unit.trainer.backbone.test_pretraining_loop import TwoStates
from tests.unit.trainer.conftest import MeanColour

from trainer.backbone.pretraining.loop import Checkpoint
from trainer.dataset import Dataset, write_annotations
from trainer.errors import DatasetError
from trainer.head.config import TrainConfig
from trainer.release.publish import publish_run
from trainer.runs.storage import read_run
from vignette_shared.errors import StorageFull
from vignette_shared.registry import Registry
from vignette_shared.storage import open_store

from .conftest import fill_up

pytestmark = pytest.mark.integration
STARTER = Path(__file__).resolve().parents[3] / "shared" / "starter"
IMAGES = 24


@pytest.fixture
def dataset() -> Dataset:
    bodies = {f"{number}.jpg": make_jpeg(64, 48, shift=number * 9) for number in range(IMAGES)}
    targets = np.arange(IMAGES)[:, None] % 2 == np.arange(2)
    splits = tuple("validation" if number % 4 == 3 else "train" for number in range(IMAGES))
    return Dataset(tuple(bodies), ("x", "y"), targets, bodies.__getitem__, splits=splits)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_embedding(dataset: Dataset, small_disk: Path, tmp_path: Path) -> None:
    data, filler = tmp_path / "data", small_disk / "filler"
    data.mkdir()
    for name in dataset.names:
        (data / name).write_bytes(dataset.read(name))
    write_annotations(dataset, data / "annotations.json")
    command = [sys.executable, "-m", "trainer.cli", "embed", "--data", str(data), "--work", str(small_disk)]
    command += ["--registry", str(STARTER), "--backbone", "starter", "--json"]
    fill_up(filler)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=COMMAND_S)
    assert done.returncode == 2, done.stderr
    assert "disk is full" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert files_in(small_disk) == ["filler"]
    filler.unlink()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=COMMAND_S)
    assert json.loads(done.stdout)["embedded"] == IMAGES, done.stderr


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("moment", [0.0, 0.5, 1.0])
def test_training(dataset: Dataset, small_disk: Path, tmp_path: Path, moment: float) -> None:
    from trainer.runs.experiment import run_experiment  # noqa: PLC0415

    config = TrainConfig(hidden=4, epochs=2, batch=8)
    filler = small_disk / "filler"

    def fill(phase: str, done: float, _images: int = 0, /) -> None:
        if phase == "train" and done >= moment and not filler.exists():
            fill_up(filler)

    cache, out = tmp_path / "cache", small_disk / "run"
    with pytest.raises(StorageFull, match=r"disk is full.*free some space"):
        run_experiment(dataset, MeanColour(), config, cache, out, report=fill)
    with pytest.raises(DatasetError, match="holds no finished training"):
        read_run(out)
    filler.unlink()
    run_experiment(dataset, MeanColour(), config, cache, out)
    assert read_run(out).head.labels == ("x", "y")


def test_publishing(small_disk: Path, tmp_path: Path) -> None:
    registry, filler = Registry(open_store(small_disk.as_uri())), small_disk / "filler"
    publish_backbone(registry)
    run = read_run(measured_run(tmp_path / "run", figures()).folder)
    fill_up(filler)
    with pytest.raises(StorageFull, match="disk is full"):
        publish_run(registry, run, by="test")
    assert registry.versions() == []
    filler.unlink()
    published = publish_run(registry, run, by="test")
    assert registry.versions() == [published.version]


def test_a_checkpoint_of_a_backbone_s_training(small_disk: Path) -> None:
    checkpoint, filler, model = (
        Checkpoint(small_disk / "state.safetensors"),
        small_disk / "filler",
        TwoStates(),
    )
    model.variables[0].assign(np.full(200_000, 3.0))
    checkpoint.save(model, 4, {"a": 1})
    fill_up(filler)
    with pytest.raises(StorageFull, match="checkpoint"):
        checkpoint.save(model, 5, {})
    assert files_in(small_disk) == ["filler", "state.safetensors"]
    assert checkpoint.restore(TwoStates()) == (4, {"a": 1})
    filler.unlink()
    checkpoint.save(model, 5, {})
    assert checkpoint.restore(TwoStates())[0] == 5


def test_annotations(dataset: Dataset, small_disk: Path) -> None:
    fill_up(small_disk / "filler")
    with pytest.raises(StorageFull, match=r"disk is full at .*annotations\.json"):
        write_annotations(dataset, small_disk / "annotations.json")
    assert files_in(small_disk) == ["filler"]


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore")
def test_records(dataset: Dataset, small_disk: Path) -> None:
    from trainer.dataset.tfrecords import write_shards  # noqa: PLC0415

    fill_up(small_disk / "filler")
    with pytest.raises((StorageFull, DatasetError), match=r"disk is full|can't be written"):
        write_shards(dataset, small_disk / "records")
    assert not [name for name in files_in(small_disk) if name.endswith(".tfr")]
