"""Backbones: convolutional networks that map a square image to an embedding, on any runtime."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from vignette_shared.registry import BackboneManifest

Geometry = Literal["centre_square", "squash"]
WEIGHTS_FILE = "weights.safetensors"


@dataclass(frozen=True, slots=True)
class BackboneSpec:
    """Properties of a backbone.

    Attributes:
        geometry: how an image becomes a square; see `preprocess.fit`.
        input_side: side of that square in pixels.
        features: length of an embedding.
        views: 1 embeds the image; 2 averages the embeddings of the image and its mirror image.
    """

    fingerprint: str
    architecture: str
    input_side: int
    geometry: Geometry
    features: int
    views: Literal[1, 2] = 1

    @classmethod
    def from_manifest(cls, manifest: BackboneManifest) -> "BackboneSpec":
        return cls(
            fingerprint=manifest.fingerprint,
            architecture=manifest.architecture,
            input_side=manifest.input_side,
            geometry=manifest.geometry,
            features=manifest.features,
            views=manifest.views,
        )


class Backbone(Protocol):
    """A loaded network. Thread-safe; concurrent calls run one after the other."""

    @property
    def spec(self) -> BackboneSpec: ...

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return float32[n, features] for uint8[n, N, N, 3] in 0..255; the graph scales the pixels itself."""
        ...

    def feature_maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the last convolution's maps, float32[n, h, w, features]; their mean is the embedding."""
        ...


def fingerprint(
    weights_sha256: str,
    *,
    architecture: str,
    graph_version: int,
    preprocessing_version: int,
    input_side: int,
    geometry: Geometry,
    views: int = 1,
) -> str:
    """Return 16 hex digits of a SHA-256 over everything that the embeddings depend on.

    Only embeddings with the same fingerprint can be compared.
    """
    inputs: dict[str, Any] = {
        "weights": weights_sha256,
        "architecture": architecture,
        "graph": graph_version,
        "preprocessing": [preprocessing_version, input_side, geometry],
    }
    if views != 1:  # left out of older fingerprints, which had no views
        inputs["views"] = views
    # Sorted keys keep the hash independent of the order above.
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]
