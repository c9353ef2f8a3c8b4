"""A registry with a small real head over a backbone that averages pixels."""

from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from tagger_worker.model import LoadedModel
from vignette_shared.errors import ModelMissing
from vignette_shared.registry import ModelManifest, Registry, file_hash
from vignette_shared.storage import BlobStore, open_store
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.head import Dense, Head

SPEC = BackboneSpec("ab" * 8, "inception_v3", 96, "centre_square", 3)
LABELS = ("red", "green", "blue")


class MeanColour:
    """A `Backbone` whose embedding is the mean colour, 0..1."""

    spec = SPEC

    def __init__(self) -> None:
        self.calls = 0

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.calls += 1
        return np.asarray(pixels.mean(axis=(1, 2)) / 255, np.float32)

    def feature_maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return pixels.astype(np.float32)


def colour_head(sharpness: float = 20.0) -> Head:
    """Scores a colour by how much of it there is; 0.5 at half."""
    kernel = np.eye(3, dtype=np.float32) * sharpness
    return Head((Dense(kernel, np.full(3, -sharpness / 2, np.float32)),), LABELS, np.full(3, 0.9, np.float32))


def colour_model(version: str = "v1", sharpness: float = 20.0) -> LoadedModel:
    return LoadedModel(version, MeanColour(), colour_head(sharpness), sensitive=("blue",))


class FixedModels:
    """`Models` that always has the same one, and knows others by name."""

    def __init__(self, *models: LoadedModel) -> None:
        self._models = {model.version: model for model in models}
        self._first = models[0]

    def current(self) -> LoadedModel:
        return self._first

    def version(self, name: str) -> LoadedModel:
        if name not in self._models:
            raise ModelMissing(f"{name} is not in the registry.")
        return self._models[name]


@pytest.fixture
def blobs() -> BlobStore:
    return open_store("memory://")


@pytest.fixture
def registry() -> Registry:
    return Registry(open_store("memory://"))


def publish_version(registry: Registry, version: str, head: bytes | None = None) -> ModelManifest:
    body = colour_head().dump() if head is None else head
    manifest = ModelManifest(
        version=version,
        backbone=SPEC.fingerprint,
        labels=list(LABELS),
        thresholds=[0.9] * 3,
        files={"head.safetensors": file_hash(body)},
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    registry.publish_model(manifest, {"head.safetensors": body})
    return manifest
