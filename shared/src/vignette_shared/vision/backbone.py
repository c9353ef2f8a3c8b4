"""What a backbone is: a network that turns a square of pixels into a vector, whichever runtime runs it."""

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
    """What a caller must know of a backbone.

    Attributes:
        input_side: in pixels.
        features: per image.
        views: 1, an image as it is; 2, the mean over the image and its mirror image.
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
    """A loaded network. Safe to call from several threads; calls wait for each other."""

    @property
    def spec(self) -> BackboneSpec: ...

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return float32[n, features] for uint8[n, N, N, 3] in 0..255; scaling lies inside the graph."""
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
    """Name a backbone by all that its embeddings depend on: 16 hex digits of a SHA-256."""
    story: dict[str, Any] = {
        "weights": weights_sha256,
        "architecture": architecture,
        "graph": graph_version,
        "preprocessing": [preprocessing_version, input_side, geometry],
    }
    if views != 1:  # what sees an image once was named before there was anything else
        story["views"] = views
    return hashlib.sha256(json.dumps(story, sort_keys=True).encode()).hexdigest()[:16]
