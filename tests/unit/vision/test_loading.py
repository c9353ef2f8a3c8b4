"""The starter model is intact, and a changed one is rejected."""

import numpy as np
import pytest

from vignette_shared.errors import ModelDamaged, ModelMissing
from vignette_shared.registry import Registry
from vignette_shared.storage import open_store
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.inception_v3 import kernel_shapes
from vignette_shared.vision.loading import (
    RuntimeOptions,
    fingerprint_of,
    load_backbone,
    load_head,
    verify_fingerprint,
)


def test_graph_has_the_94_convolutions_of_keras() -> None:
    shapes = kernel_shapes()
    assert len(shapes) == 94
    assert shapes[0] == (3, 3, 3, 32)
    assert shapes[-1] == (1, 1, 2048, 192)
    assert sum(h * w * i * o for h, w, i, o in shapes) == 21_751_136


def test_starter_model_loads_and_scores(starter: Registry) -> None:
    manifest = starter.production()
    backbone = load_backbone(starter, manifest.backbone, RuntimeOptions(threads=1))
    head = load_head(starter, manifest)
    scores = head.scores(backbone.embed(np.full((1, 96, 96, 3), 90, np.uint8)))
    assert scores.shape == (1, 24)
    assert ((scores > 0) & (scores < 1)).all()


def test_starter_manifest_records_its_provenance(starter: Registry) -> None:
    manifest = starter.production()
    story = manifest.model_extra or {}
    assert set(manifest.sensitive) == {"female", "male", "baby"}
    assert story["command"].startswith("vignette-trainer starter")
    # README and manifest promise these; a worse model must not slip in.
    assert story["figures"]["validation"]["mean_ap"] >= 0.480
    assert story["figures"]["validation"]["shown"]["precision"] >= 0.6
    assert story["figures"]["unseen_photos"]["shown"]["precision"] >= 0.6
    size = starter.store.size(f"backbones/{manifest.backbone}/weights.safetensors")
    assert size is not None
    assert size <= 45_000_000


def test_fingerprint_depends_on_everything_that_changes_an_embedding() -> None:
    names = {
        fingerprint_of("a", 96, "centre_square"),
        fingerprint_of("b", 96, "centre_square"),
        fingerprint_of("a", 128, "centre_square"),
        fingerprint_of("a", 96, "squash"),
        fingerprint_of("a", 96, "centre_square", views=2),
    }
    assert len(names) == 5
    # What registries hold from before there were views keeps its name.
    assert fingerprint_of("a", 96, "centre_square", views=1) in names


@pytest.mark.parametrize(
    "change",
    [
        {"input_side": 128},
        {"geometry": "squash"},
        {"architecture": "resnet"},
        {"features": 1024},
        {"views": 2},
    ],
)
def test_changed_backbone_manifest_is_rejected(
    starter: Registry, spec: BackboneSpec, change: dict[str, object]
) -> None:
    changed = starter.backbone(spec.fingerprint).model_copy(update=change)
    with pytest.raises(ModelDamaged):
        verify_fingerprint(changed)


def test_missing_backbone_error_names_the_remedy() -> None:
    with pytest.raises(ModelMissing, match="publish-starter"):
        load_backbone(Registry(open_store("memory://")), "0" * 16, RuntimeOptions())
