"""Every option of a configuration, with the real Keras on a tiny problem."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.trainer.conftest import MeanColour

from trainer.dataset import Dataset, read_mirflickr
from trainer.dataset.snapshot import freeze
from trainer.errors import DatasetError
from trainer.head.config import TrainConfig
from trainer.head.sweep import expand
from trainer.runs.storage import read_run
from trainer.support.progress import no_progress
from vignette_shared.vision.head import Head

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
CONFIG = TrainConfig(
    hidden=12,
    epochs=8,
    batch=16,
    learning_rate=0.03,
    patience=8,
    precision=0.6,
    input_dropout=0.0,
    dropout=0.1,
)


@pytest.fixture
def frozen(archives: Path) -> Dataset:
    dataset = read_mirflickr(archives)
    return freeze(dataset, seed=0).dataset(dataset)


def fitted(changed: dict[str, Any]) -> tuple[Head, Any]:
    """Train on 90 points of which each coordinate's largest is the label."""
    from trainer.head.fit import Samples, fit_head  # noqa: PLC0415

    rng = np.random.default_rng(0)
    x = rng.random((90, 3)).astype(np.float32)
    y = np.eye(3, dtype=np.float32)[x.argmax(axis=1)]
    samples = Samples(x, y)
    result = fit_head(samples, samples, CONFIG.changed(**changed))
    return Head(result.layers, ("a", "b", "c"), np.zeros(3, np.float32), result.to_unit), result


@pytest.mark.parametrize(
    "changed",
    [
        {"loss": "focal"},
        {"loss": "asymmetric", "features": "raw"},
        {"mixup": 0.4, "label_smoothing": 0.1, "schedule": "constant"},
        {"ema": 0.5, "features": "l2"},
        {"hidden": 0, "learning_rate": 0.2},
        {"ensemble": 3},
    ],
    ids=str,
)
def test_every_option_trains_and_the_merged_head_is_the_measured_one(changed: dict[str, Any]) -> None:
    from trainer.evaluation.metrics import mean_average_precision  # noqa: PLC0415

    head, result = fitted(changed)
    rng = np.random.default_rng(5)
    x = rng.random((300, 3)).astype(np.float32)
    truth = np.eye(3, dtype=bool)[x.argmax(axis=1)]
    assert mean_average_precision(truth, head.scores(x)) > 0.8
    config = CONFIG.changed(**changed)
    assert {epoch.member for epoch in result.history} == set(range(config.ensemble))
    widths = [layer.kernel.shape[1] for layer in result.layers]
    assert widths == ([config.hidden * config.ensemble] if config.hidden else []) + [3]
    read = Head.parse(head.dump(), features=3, labels=head.labels, thresholds=[0.0] * 3)
    np.testing.assert_allclose(read.scores(x), head.scores(x), atol=5e-3)


def test_backbone_with_other_views_is_rejected(frozen: Dataset, tmp_path: Path) -> None:
    from trainer.head.train import train  # noqa: PLC0415

    with pytest.raises(DatasetError, match="views=2"):
        train(frozen, MeanColour(), CONFIG.changed(views=2), tmp_path)


def test_run_holds_its_history_and_is_reproducible_to_the_bit(frozen: Dataset, tmp_path: Path) -> None:
    import tensorflow as tf  # noqa: PLC0415

    from trainer.runs.experiment import run_experiment  # noqa: PLC0415

    config = CONFIG.changed(mixup=0.4, ensemble=2, calibration="temperature")
    heads = []
    for _ in range(2):
        run, trained = run_experiment(frozen, MeanColour(), config, tmp_path / "cache", tmp_path / "run")
        heads.append((run.folder / "head.safetensors").read_bytes())
    assert heads[0] == heads[1]
    facts = read_run(tmp_path / "run").facts
    assert facts.config == config.as_json()
    assert facts.dataset.snapshot == frozen.origin
    assert trained.metrics.split == "test"
    history = json.loads((tmp_path / "run" / "history.json").read_bytes())
    assert [(row["member"], row["number"]) for row in history] == [
        (m, n) for m in (0, 1) for n in range(1, 9)
    ]
    [events] = (tmp_path / "run" / "tensorboard" / "seed-1").glob("events.*")
    tags = {
        value.tag
        for event in tf.compat.v1.train.summary_iterator(str(events))
        for value in event.summary.value
    }
    assert tags == {"loss", "mean_ap", "ap/red", "ap/green", "ap/blue"}


def test_sweep_resumes_and_is_ranked(frozen: Dataset, tmp_path: Path) -> None:
    from trainer.head.sweep import sweep  # noqa: PLC0415
    from trainer.head.train import prepare  # noqa: PLC0415

    material = prepare(frozen, MeanColour(), CONFIG, tmp_path / "cache", no_progress)
    configs = expand(CONFIG.changed(epochs=1), {"hidden": [4, 0]})
    out = tmp_path / "sweep"
    rows = sweep(material, configs, out, jobs=1)
    counted: list[int] = []
    assert sweep(material, configs, out, jobs=1, progress=counted.append) == rows
    assert counted == [2]  # both were there already
    assert [row.mean_ap for row in rows] == sorted((row.mean_ap for row in rows), reverse=True)
    assert {row.config["hidden"] for row in rows} == {0, 4}
    other = prepare(frozen.take(np.arange(60)), MeanColour(), CONFIG, tmp_path / "cache", lambda *_: None)
    with pytest.raises(DatasetError, match="another split"):
        sweep(other, configs, out, jobs=1)


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ({}, "not a JSON object of lists"),
        ({"hidden": 3}, "lists"),
        ({"hiden": [3]}, "hiden"),
        ({"views": [1, 2]}, "Sweep each value separately"),
    ],
)
def test_invalid_grid_is_rejected(grid: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        expand(CONFIG, grid)
