"""Configuration files: the included ones, and invalid ones."""

from pathlib import Path

import pytest

from trainer.backbone.pretraining.config import PretrainConfig
from trainer.commands.options import parse_config
from trainer.commands.sweep import read_grid
from trainer.errors import DatasetError
from trainer.head.config import TrainConfig, load_experiment


def test_baseline_matches_the_first_vignette() -> None:
    config = load_experiment("configs/baseline.py")
    assert (config.hidden, config.learning_rate, config.dropout) == (1500, 5e-4, 0.1)
    assert (config.epochs, config.batch, config.schedule) == (10, 64, "constant")
    assert config == load_experiment("baseline") == parse_config("baseline")


def test_every_experiment_reads_back_from_its_json() -> None:
    for name in ("baseline", "best"):
        config = load_experiment(name)
        assert TrainConfig.parse(config.as_json()) == config


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("from trainer.head.config import TrainConfig\nconfig = TrainConfig(epoch=3)", "epoch"),
        ("from trainer.head.config import TrainConfig\nconfig = TrainConfig(loss='hinge')", "loss"),
        ("config = {}", "doesn't define `config"),
        ("config = (", "never closed"),
        ("config = nothing", "nothing"),
        ("raise RuntimeError('broken')", r"mine\.py: RuntimeError: broken"),
        ("config = 1 / 0", "ZeroDivisionError"),
    ],
)
def test_invalid_experiment_is_rejected_with_its_reason(tmp_path: Path, body: str, said: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(body)
    with pytest.raises(DatasetError, match=said):
        load_experiment(str(path))


@pytest.mark.parametrize("config", [TrainConfig, PretrainConfig])
def test_unknown_setting_lists_the_valid_ones(config: type[TrainConfig | PretrainConfig]) -> None:
    with pytest.raises(DatasetError, match=r"epoch: unknown setting; the settings are seed, .*epochs, "):
        config.parse({"epoch": 3})


def test_unknown_experiment_lists_the_included_ones() -> None:
    with pytest.raises(DatasetError, match="baseline, best"):
        load_experiment("bset")


@pytest.mark.parametrize("grid", ["[1]", "{", "/nowhere.json"])
def test_invalid_grid_is_rejected(grid: str) -> None:
    with pytest.raises(DatasetError, match="--grid"):
        read_grid(grid)
