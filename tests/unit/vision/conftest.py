"""The starter backbone, and generated images that are identical on every machine."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.backbone.artifacts import sample_pictures
from vignette_shared.registry import Registry
from vignette_shared.storage import open_read_only
from vignette_shared.vision.backbone import WEIGHTS_FILE, BackboneSpec

STARTER = Path(__file__).resolve().parents[3] / "shared" / "starter"


@pytest.fixture(scope="session")
def starter() -> Registry:
    return Registry(open_read_only(STARTER))


@pytest.fixture(scope="session")
def spec(starter: Registry) -> BackboneSpec:
    return BackboneSpec.from_manifest(starter.backbone(starter.production().backbone))


@pytest.fixture(scope="session")
def weights(starter: Registry, spec: BackboneSpec) -> bytes:
    return starter.backbone_file(spec.fingerprint, WEIGHTS_FILE)


@pytest.fixture(scope="session")
def made_pixels(spec: BackboneSpec) -> NDArray[np.uint8]:
    """uint8[4, N, N, 3]: a gradient, stripes, a disc and flat grey."""
    return sample_pictures(spec.input_side)


def cosines(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of each row of `a` with the same row of `b`."""
    result: NDArray[np.float32] = (a * b).sum(axis=1) / (
        np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    )
    return result
