"""The pipeline over the shipped backbone, interrupted and resumed; needs TensorFlow."""

import json
from pathlib import Path

import pytest

from trainer.backbone.lookup import find_backbone, with_views
from trainer.head.config import TrainConfig
from trainer.support.registry import open_registry
from vignette_shared.errors import ModelMissing
from vignette_shared.registry import PRODUCTION, Registry

STARTER = Path(__file__).resolve().parents[4] / "shared" / "starter"


def test_backbone_is_found_by_name(tmp_path: Path) -> None:
    registry = open_registry(str(tmp_path))
    with pytest.raises(ModelMissing, match="Available: none"):
        find_backbone(registry, "starter")
    fingerprint = find_backbone(registry, "starter", STARTER)
    assert find_backbone(registry, "starter") == fingerprint == find_backbone(registry, fingerprint)
    assert registry.alias(PRODUCTION) is None
    with pytest.raises(ModelMissing, match="No model is published"):
        find_backbone(registry, "production")
    with pytest.raises(ModelMissing, match=r"'mine'.*starter"):
        find_backbone(registry, "mine")


@pytest.mark.tensorflow
@pytest.mark.timeout(900)  # half a minute on an idle machine; TensorFlow shares the cores with others
def test_interrupted_pipeline_resumes(archives: Path, tmp_path: Path) -> None:
    from trainer.pipeline.end_to_end import Outcome, PipelineOptions, run_pipeline  # noqa: PLC0415

    phases: list[str] = []

    def run() -> Outcome:
        phases.clear()
        options = PipelineOptions(
            archives,
            str(tmp_path / "registry"),
            tmp_path / "work",
            TrainConfig(hidden=8, epochs=2, views=2),
            "starter",
            STARTER,
            distorted_images=0,
        )
        return run_pipeline(options, lambda phase, *_: phases.append(phase))

    first = run()
    registry = open_registry(str(tmp_path / "registry"))
    assert first.promoted
    assert list(dict.fromkeys(phases)) == ["snapshot", "bottlenecks", "train", "evaluate", "publish", "gate"]
    assert served(registry) == first.version
    manifest = registry.model(first.version)
    assert manifest.dataset is not None
    assert manifest.dataset["snapshot"] == first.snapshot
    twice = registry.backbone(manifest.backbone)
    assert (twice.views, find_backbone(registry, "starter-mirrored")) == (2, twice.fingerprint)
    plain = find_backbone(registry, "starter")
    assert twice.files["weights.safetensors"] == registry.backbone(plain).files["weights.safetensors"]
    assert with_views(registry, twice.fingerprint, 1) == plain
    assert with_views(registry, plain, 2) == with_views(registry, twice.fingerprint, 2) == twice.fingerprint
    assert b"<html" in registry.model_file(first.version, "report.html")
    # Stopped after training: the head stays, figures and report are made again, and it is the same version.
    trained = (first.run / "head.safetensors").stat().st_mtime_ns
    (first.run / "metrics.json").unlink()
    again = run()
    assert (again.version, again.run) == (first.version, first.run)
    assert (again.run / "head.safetensors").stat().st_mtime_ns == trained
    assert json.loads((again.run / "metrics.json").read_bytes())["split"] == "test"


def served(registry: Registry) -> str | None:
    entry = registry.alias(PRODUCTION)
    return entry.version if entry else None
