"""The metrics in the README are reproduced on the photos that they were measured on."""

from pathlib import Path

import pytest

from trainer.evaluation.photos import evaluate_on_photos
from trainer.support.registry import open_registry
from vignette_shared.errors import ModelMissing

STARTER = Path(__file__).resolve().parents[4] / "shared" / "starter"


def test_published_metrics_are_reproduced(shared_data: Path, tmp_path: Path) -> None:
    registry = open_registry(str(STARTER))
    metrics = evaluate_on_photos(registry, "production", shared_data / "photos", tmp_path)
    stated = (registry.production().model_extra or {})["figures"]["unseen_photos"]
    assert metrics.shown
    # Decoders and processors differ in the last bit, and 60 photos have few tags.
    assert metrics.mean_ap == pytest.approx(stated["mean_ap"], abs=0.01)
    assert metrics.shown.precision == pytest.approx(stated["shown"]["precision"], abs=0.03)
    assert metrics.shown.precision >= 0.6


def test_empty_registry_error_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="publish-starter"):
        evaluate_on_photos(open_registry(str(tmp_path)), "production", tmp_path, tmp_path)
