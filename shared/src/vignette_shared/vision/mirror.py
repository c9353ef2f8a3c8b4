"""An image seen twice: as it is and mirrored, which leaves nearly every tag as true as it was."""

import numpy as np
from numpy.typing import NDArray

from vignette_shared.vision.backbone import Backbone, BackboneSpec


def apply_views(network: Backbone) -> Backbone:
    """Return the network as its `spec.views` asks for."""
    return MirrorAveraged(network) if network.spec.views == 2 else network


class MirrorAveraged:
    """A `Backbone` that gives the mean over an image and its mirror image; takes twice the network's time.

    Averaging over flips is as old as convolutional networks (Krizhevsky et al. 2012, section 4.1); done on
    embeddings, what is stored of a photo stays one vector, and heads need not know.
    docs/decisions/0026 has what it gives.
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
        # The mirror image's map is turned back, so that both show a place of the image at the same place.
        both = self._network.feature_maps(pixels) + self._network.feature_maps(_mirrored(pixels))[:, :, ::-1]
        return both / np.float32(2)


def _mirrored(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(pixels[:, :, ::-1])
