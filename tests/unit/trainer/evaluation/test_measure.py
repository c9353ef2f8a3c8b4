"""The figures that the README states are measured again on the photos that they were measured on."""

from pathlib import Path

import pytest

from trainer.evaluation.measure import measure_version, open_registry
from vignette_shared.errors import ModelMissing

STARTER = Path(__file__).resolve().parents[4] / "shared" / "starter"


def test_the_stated_figures_hold(shared_data: Path, tmp_path: Path) -> None:
    registry = open_registry(str(STARTER))
    figures = measure_version(registry, "production", shared_data / "photos", tmp_path)
    stated = (registry.production().model_extra or {})["figures"]["unseen_photos"]
    # Decoders and processors differ in the last bit, and 60 photos have few tags.
    assert figures["mean_ap"] == pytest.approx(stated["mean_ap"], abs=0.01)
    assert figures["shown"]["precision"] == pytest.approx(stated["shown"]["precision"], abs=0.03)
    assert figures["shown"]["precision"] >= 0.6


def test_an_empty_registry_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="publish-starter"):
        measure_version(open_registry(str(tmp_path)), "production", tmp_path, tmp_path)
