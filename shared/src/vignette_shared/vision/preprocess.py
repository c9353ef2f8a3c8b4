"""The only image -> array code: what the network sees, to the bit, in training and in serving."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.imaging import DEFAULT_MAX_PIXELS, Source, open_upright_rgb
from vignette_shared.vision.backbone import BackboneSpec

PREPROCESSING_VERSION = 1
"""Part of the fingerprint: raise it when the same bytes would give another array."""

_DECODE_FACTOR = 2
"""A JPEG is decoded at no less than this many times the input side, so that the antialiased resize
and not the decoder's own scaling decides the last halving."""


def load_pixels(
    source: Source, spec: BackboneSpec, max_pixels: int = DEFAULT_MAX_PIXELS
) -> NDArray[np.uint8]:
    """Decode an image to the network's input, uint8[N, N, 3] in 0..255, N = `spec.input_side`.

    Raises:
        ImageError: the subclasses that `vignette_shared.imaging.open_upright_rgb` raises.
    """
    image = open_upright_rgb(source, spec.input_side * _DECODE_FACTOR, max_pixels)
    return fit(image, spec)


def fit(image: Image.Image, spec: BackboneSpec) -> NDArray[np.uint8]:
    """Bring an upright RGB image to the network's square, uint8[N, N, 3].

    `centre_square` takes the largest square in the middle, `squash` the whole with its aspect lost.
    Pillow's bilinear resize widens its filter when it shrinks, which is what "antialias" means elsewhere; at
    the square's edge the filter sees the photo's own neighbours rather than a repeated border.
    """
    side = spec.input_side
    width, height = image.size
    box: tuple[float, float, float, float] = (0, 0, width, height)
    if spec.geometry == "centre_square":
        edge = min(width, height)
        left, top = (width - edge) // 2, (height - edge) // 2
        box = (left, top, left + edge, top + edge)
    square = image.resize((side, side), Image.Resampling.BILINEAR, box=box)
    return np.array(square, dtype=np.uint8)
