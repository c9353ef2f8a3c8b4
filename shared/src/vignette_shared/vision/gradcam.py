"""Grad-CAM: a heat map from the maps of the last convolution (Selvaraju et al. 2017, arXiv:1610.02391).

The embedding is the mean of these maps and the head is a small MLP, so the gradient has a closed form
(`Head.gradient`) and needs no automatic differentiation. It therefore works on every runtime.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head
from vignette_shared.vision.preprocess import fit


def activation(maps: NDArray[np.float32], head: Head, column: int) -> NDArray[np.float32]:
    """Return how much each cell supports a label, float32[h, w], at least 0.

    The maps are weighted by the gradient of the label's logit, summed over the channels and clipped at 0. If
    the image as a whole counts against the label, they are clipped at their mean instead, because clipping
    at 0 would leave little but noise. See docs/decisions/0015.

    Args:
        maps: float32[h, w, features] of one image.
        column: index of the label.
    """
    weighted = maps @ head.gradient(maps.mean(axis=(0, 1)), column)
    return np.asarray(np.maximum(weighted - min(weighted.mean(), 0), 0), np.float32)


def gradcam_heatmap(
    backbone: Backbone, head: Head, column: int, image: Image.Image, cells: tuple[int, int]
) -> NDArray[np.float32]:
    """Return a heat map of an upright RGB image, float32[rows, columns] in 0..1, from one run of the network.

    The maximum is 1, unless no cell supports the label more than others: then all are 0. Parts outside the
    centre square are 0 for a backbone that sees only this square.

    Args:
        column: index of the label.
        cells: rows and columns of the heat map.
    """
    heat = activation(backbone.feature_maps(fit(image, backbone.spec)[None])[0], head, column)
    heatmap = np.zeros(cells, np.float32)
    if not heat.any():
        return heatmap
    rows, columns = cells
    height, width = (min(cells), min(cells)) if backbone.spec.geometry == "centre_square" else cells
    top, left = (rows - height) // 2, (columns - width) // 2
    # Bicubic interpolation overshoots below 0, hence the clip.
    smooth = Image.fromarray(heat / heat.max()).resize((width, height), Image.Resampling.BICUBIC)
    heatmap[top : top + height, left : left + width] = np.asarray(smooth).clip(0)
    return np.asarray(heatmap / heatmap.max(), np.float32)
