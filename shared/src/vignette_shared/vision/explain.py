"""Explanations: a heat map of the parts of a photo that a tag comes from, and its rendering as a PNG."""

from io import BytesIO
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.errors import ModelError
from vignette_shared.vision.backbone import Backbone, BackboneSpec
from vignette_shared.vision.gradcam import gradcam_heatmap
from vignette_shared.vision.head import Head
from vignette_shared.vision.inception_v3 import map_side
from vignette_shared.vision.windows import windows_heatmap

Method = Literal["gradcam", "windows"]
METHODS: tuple[Method, ...] = get_args(Method)
SIDE_FOR_GRADCAM = 5
"""Minimum side of the last convolution's map, in cells, for Grad-CAM; inputs of 203 px or more reach it.

Smaller maps are too coarse, and sliding windows are fast on such inputs. See docs/decisions/0015."""
GRID = 64
"""Cells of the heat map along the longer side of the photo."""
MAX_ALPHA = 200
"""Of 255: the photo stays visible even where the heat map is brightest."""
MAX_ALPHA_FROM = 0.6
"""Value of the heat map from which on it has `MAX_ALPHA`; below, alpha rises linearly from 0."""

# Nine steps of Matplotlib's "inferno" (CC0), which is perceptually uniform: black, purple, orange, yellow.
_COLOURS = (
    (0, 0, 4), (31, 12, 72), (85, 15, 109), (136, 34, 106), (187, 55, 84), (227, 89, 50), (249, 140, 10),
    (249, 201, 50), (252, 255, 164),
)  # fmt: skip


def method_for(spec: BackboneSpec) -> Method:
    """Return the default method for a backbone: Grad-CAM if its maps are large enough, else windows."""
    return "gradcam" if map_side(spec.input_side) >= SIDE_FOR_GRADCAM else "windows"


def explain_label(
    backbone: Backbone, head: Head, label: str, image: Image.Image, method: Method | None = None
) -> NDArray[np.float32]:
    """Return a heat map of how much each part of an upright RGB image supports a label.

    Args:
        method: `gradcam` or `windows`; defaults to `method_for` of the backbone.

    Returns:
        float32[h, w] in 0..1 with the aspect ratio of the image and 64 cells along its longer side.

    Raises:
        ValueError: the head has no such label.
        ModelError: the backbone's last map has a single cell, which makes Grad-CAM meaningless.
    """
    column = head.labels.index(label)
    chosen = method or method_for(backbone.spec)
    if chosen == "windows":
        return windows_heatmap(backbone, head, column, image, _cells(image.size))
    if map_side(backbone.spec.input_side) == 1:
        raise ModelError(
            f"Backbone {backbone.spec.fingerprint} is too small for Grad-CAM: its last map has one cell "
            f"({backbone.spec.input_side} px input). Use the method windows."
        )
    return gradcam_heatmap(backbone, head, column, image, _cells(image.size))


def render_heatmap(heat: NDArray[np.float32], width: int, height: int) -> bytes:
    """Render a heat map in 0..1 as a PNG overlay of `width` x `height` pixels, transparent where it is 0.

    A palette keeps the file at some 20 kB.
    """
    levels = Image.fromarray(np.asarray(np.round(heat * 255), np.uint8))
    picture = levels.resize((width, height), Image.Resampling.BICUBIC)
    picture.putpalette(_palette().tobytes(), "RGBA")
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _palette() -> NDArray[np.uint8]:
    """Return the RGBA colour of each level, uint8[256, 4]."""
    levels = np.linspace(0, 1, 256)
    steps = np.linspace(0, 1, len(_COLOURS))
    channels = [np.interp(levels, steps, channel) for channel in np.array(_COLOURS, float).T]
    alpha = np.clip(levels / MAX_ALPHA_FROM, 0, 1) * MAX_ALPHA
    return np.asarray(np.round(np.stack([*channels, alpha], axis=1)), np.uint8)


def _cells(size: tuple[int, int]) -> tuple[int, int]:
    """Return the rows and columns of the heat map for an image's width and height."""
    width, height = (max(1, round(GRID * length / max(size))) for length in size)
    return height, width
