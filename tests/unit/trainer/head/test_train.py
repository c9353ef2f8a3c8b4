"""A whole training on an easy problem, with the real Keras."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.unit.trainer.conftest import MeanColour

from trainer.dataset import read_mirflickr
from trainer.errors import DatasetError, TrainingFailed
from trainer.head.config import TrainConfig
from vignette_shared.contracts.api import ModelMetrics
from vignette_shared.registry import Registry
from vignette_shared.storage import open_store
from vignette_shared.vision.head import Head

CONFIG = TrainConfig(hidden=16, epochs=30, batch=16, learning_rate=0.02, patience=30, precision=0.6)


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore")
def test_head_is_trained_evaluated_and_published(archives: Path, tmp_path: Path) -> None:
    from trainer.head.train import train  # noqa: PLC0415
    from trainer.release.publish import publish  # noqa: PLC0415

    phases: dict[str, tuple[float, int]] = {}

    def on_progress(phase: str, done: float, images: int = 0, /) -> None:
        phases[phase] = (done, images)

    trained = train(read_mirflickr(archives), MeanColour(), CONFIG, tmp_path / "cache", report=on_progress)
    assert phases["bottlenecks"] == (1.0, 90)
    assert phases["train"] == (1.0, CONFIG.epochs * CONFIG.ensemble * (trained.dataset.train or 0))
    assert phases["evaluate"][0] == 1.0
    assert trained.metrics.mean_ap > 0.9
    provenance = trained.dataset
    assert (provenance.train or 0) + (provenance.validation or 0) == provenance.images
    ModelMetrics.model_validate(trained.metrics.as_json())

    registry = Registry(open_store("memory://"))
    manifest = publish(registry, trained, "cd" * 8, CONFIG, command="vignette-trainer train")
    assert registry.versions() == [manifest.version]
    read = Head.parse(
        registry.model_file(manifest.version, "head.safetensors"),
        features=3,
        labels=manifest.labels,
        thresholds=manifest.thresholds,
    )
    x = np.random.default_rng(0).random((5, 3), np.float32)
    np.testing.assert_allclose(read.scores(x), trained.head.scores(x), atol=1e-6)
    assert json.loads(registry.model_file(manifest.version, "labels.json"))["labels"] == manifest.labels


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore")
def test_the_same_seed_gives_the_same_head(archives: Path, tmp_path: Path) -> None:
    from trainer.head.train import train  # noqa: PLC0415

    dataset, cache = read_mirflickr(archives), tmp_path / "cache"
    short = CONFIG.changed(epochs=3)
    first, again = (train(dataset, MeanColour(), short, cache).head.dump() for _ in range(2))
    other = train(dataset, MeanColour(), short.changed(seed=1), cache).head.dump()
    assert first == again
    assert first != other


@pytest.mark.tensorflow
@pytest.mark.filterwarnings("ignore")
def test_nan_embeddings_stop_the_training() -> None:
    from trainer.head.fit import Samples, fit_head  # noqa: PLC0415

    x = np.random.default_rng(0).random((64, 3)).astype(np.float32)
    y = (x[:, :1] > 0.5).astype(np.float32)
    with pytest.raises(TrainingFailed, match=r"not a number at step 2 .*learning_rate=1e\+38"):
        fit_head(Samples(x, y), Samples(x, y), CONFIG.changed(learning_rate=1e38))
    x[0, 0] = np.inf
    with pytest.raises(TrainingFailed, match="not finite"):
        fit_head(Samples(x, y), Samples(x, y), CONFIG)


@pytest.mark.parametrize(
    ("values", "said"), [({"epoch": 3}, "epoch"), ({"precision": 2}, "precision"), ({"batch": 0}, "batch")]
)
def test_invalid_configuration_names_the_setting(values: dict[str, object], said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        TrainConfig.parse(values)
