"""Where in a photo a tag comes from, as a map, and the map as a picture over the photo."""

from io import BytesIO
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.errors import ModelError
from vignette_shared.vision.backbone import Backbone, BackboneSpec
from vignette_shared.vision.gradcam import class_activation
from vignette_shared.vision.head import Head
from vignette_shared.vision.inception_v3 import map_side
from vignette_shared.vision.windows import window_activation

Method = Literal["gradcam", "windows"]
METHODS: tuple[Method, ...] = get_args(Method)
SIDE_FOR_GRADCAM = 5
"""Cells of the last map, from 203 px of input on: one look tells places apart there, where 63 windows would
take seconds. Smaller maps have 16 places at most, and windows are quick (docs/decisions/0015)."""
GRID = 64
"""Cells of the map along the longer side."""
OPAQUEST = 200
"""Of 255: the photo shows through even where the map is brightest."""
OPAQUE_FROM = 0.6

# Black, purple, orange, pale yellow: nine steps of Matplotlib's "inferno" (CC0), of even lightness.
_COLOURS = (
    (0, 0, 4), (31, 12, 72), (85, 15, 109), (136, 34, 106), (187, 55, 84), (227, 89, 50), (249, 140, 10),
    (249, 201, 50), (252, 255, 164),
)  # fmt: skip


def method_for(spec: BackboneSpec) -> Method:
    """Return how a backbone is explained where nobody says it: by Grad-CAM if its maps are large enough."""
    return "gradcam" if map_side(spec.input_side) >= SIDE_FOR_GRADCAM else "windows"


def explain_label(
    backbone: Backbone, head: Head, label: str, image: Image.Image, method: Method | None = None
) -> NDArray[np.float32]:
    """Return how strongly the parts of an upright RGB image have a label, float32[h, w] in 0..1.

    The longer side has 64 cells; the shorter as many as the image's aspect leaves it.

    Args:
        method: `gradcam`, `windows`, or what suits the backbone (`method_for`).

    Raises:
        ValueError: the head does not have the label.
        ModelError: Grad-CAM is asked of a backbone whose last map has one place only.
    """
    column = head.labels.index(label)
    chosen = method or method_for(backbone.spec)
    if chosen == "windows":
        return window_activation(backbone, head, column, image, _cells(image.size))
    if map_side(backbone.spec.input_side) == 1:
        raise ModelError(
            f"Backbone {backbone.spec.fingerprint} has a last map of 1 x 1 at {backbone.spec.input_side} px, "
            "in which Grad-CAM can't tell places apart: take the method windows."
        )
    return class_activation(backbone, head, column, image, _cells(image.size))


def render_heatmap(heat: NDArray[np.float32], width: int, height: int) -> bytes:
    """Return a map in 0..1 as a PNG of this size in pixels, to be laid over the photo.

    Colours run from black over purple and orange to pale yellow, lighter where the tag is stronger; where it
    is not at all the PNG is transparent. It has a palette, and so some 20 kB.
    """
    levels = Image.fromarray(np.asarray(np.round(heat * 255), np.uint8))
    picture = levels.resize((width, height), Image.Resampling.BICUBIC)
    picture.putpalette(_palette().tobytes(), "RGBA")
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _palette() -> NDArray[np.uint8]:
    """Return uint8[256, 4]: colour and opacity of each level."""
    levels = np.linspace(0, 1, 256)
    steps = np.linspace(0, 1, len(_COLOURS))
    channels = [np.interp(levels, steps, channel) for channel in np.array(_COLOURS, float).T]
    opacity = np.clip(levels / OPAQUE_FROM, 0, 1) * OPAQUEST
    return np.asarray(np.round(np.stack([*channels, opacity], axis=1)), np.uint8)


def _cells(size: tuple[int, int]) -> tuple[int, int]:
    """Return the map's rows and columns for an image's width and height."""
    width, height = (max(1, round(GRID * length / max(size))) for length in size)
    return height, width
