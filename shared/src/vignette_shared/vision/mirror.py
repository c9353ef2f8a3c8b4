"""Test-time augmentation: the mean embedding of an image and its mirror image.

A mirrored photo keeps nearly all of its tags.
"""

import numpy as np
from numpy.typing import NDArray

from vignette_shared.vision.backbone import Backbone, BackboneSpec


def apply_views(network: Backbone) -> Backbone:
    """Return the network with the number of views that its spec states."""
    return MirrorAveraged(network) if network.spec.views == 2 else network


class MirrorAveraged:
    """A `Backbone` that averages over an image and its mirror image, in twice the time.

    Krizhevsky et al. 2012 (section 4.1) average predictions. Averaging embeddings instead keeps one vector
    per photo and leaves the head unchanged. See docs/decisions/0026 for the gain.
    """

    def __init__(self, network: Backbone) -> None:
        self._network = network

    @property
    def spec(self) -> BackboneSpec:
        return self._network.spec

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        both = self._network.embed(pixels) + self._network.embed(_mirrored(pixels))
        return both / np.float32(2)

    def feature_maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        # The second map is mirrored back, so that its cells match those of the first.
        both = self._network.feature_maps(pixels) + self._network.feature_maps(_mirrored(pixels))[:, :, ::-1]
        return both / np.float32(2)


def _mirrored(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(pixels[:, :, ::-1])
