"""Where in a photo a tag comes from: class activation from the last convolution's maps (Grad-CAM).

Selvaraju et al. 2017, arXiv:1610.02391. An embedding is the mean of these maps over their places, and the
head is small, so the gradient needs no automatic differentiation: `Head.gradient` is closed form, whichever
runtime runs the network.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head
from vignette_shared.vision.preprocess import fit


def activation(maps: NDArray[np.float32], head: Head, column: int) -> NDArray[np.float32]:
    """Return how much each place of an image speaks for a label, float32[h, w], 0 where it does not.

    The maps are weighted with the gradient of the label's logit, summed over the channels, and cut at 0.
    Where an image as a whole speaks against the label, that would leave nothing, or chance: the cut is at the
    mean then, and what remains is where the label would be sooner than elsewhere (docs/decisions/0015).

    Args:
        maps: float32[h, w, features] of one image, whose mean is its embedding.
        column: of the label.
    """
    weighted = maps @ head.gradient(maps.mean(axis=(0, 1)), column)
    return np.asarray(np.maximum(weighted - min(weighted.mean(), 0), 0), np.float32)


def class_activation(
    backbone: Backbone, head: Head, column: int, image: Image.Image, cells: tuple[int, int]
) -> NDArray[np.float32]:
    """Return where an upright RGB image has a label, float32[rows, columns] in 0..1, by one look at it.

    The brightest place is 1. What the network does not see is 0, such as the ends of a long photo where it
    takes the square in the middle; all is 0 where every place speaks as little for the label.

    Args:
        column: of the label.
        cells: rows and columns of the map.
    """
    heat = activation(backbone.feature_maps(fit(image, backbone.spec)[None])[0], head, column)
    found = np.zeros(cells, np.float32)
    if not heat.any():
        return found
    rows, columns = cells
    height, width = (min(cells), min(cells)) if backbone.spec.geometry == "centre_square" else cells
    top, left = (rows - height) // 2, (columns - width) // 2
    # Bicubic overshoots below 0.
    smooth = Image.fromarray(heat / heat.max()).resize((width, height), Image.Resampling.BICUBIC)
    found[top : top + height, left : left + width] = np.asarray(smooth).clip(0)
    return np.asarray(found / found.max(), np.float32)
