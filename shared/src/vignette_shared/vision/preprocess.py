"""The only conversion of images to arrays: training and production see the same pixels, bit for bit."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.imaging import DEFAULT_MAX_PIXELS, Source, open_upright_rgb
from vignette_shared.vision.backbone import BackboneSpec

PREPROCESSING_VERSION = 1
"""Part of the fingerprint. Increment it with every change after which a file gives another array."""

_DECODE_FACTOR = 2
"""JPEGs are decoded at this many times the input side or more: the last halving is left to the antialiased
resize, because the decoder's own scaling is of lower quality."""


def load_pixels(
    source: Source, spec: BackboneSpec, max_pixels: int = DEFAULT_MAX_PIXELS
) -> NDArray[np.uint8]:
    """Decode an image to the input of the network, uint8[N, N, 3] in 0..255 with N = `spec.input_side`.

    Raises:
        ImageError: as `vignette_shared.imaging.open_upright_rgb` does.
    """
    image = open_upright_rgb(source, spec.input_side * _DECODE_FACTOR, max_pixels)
    return fit(image, spec)


def fit(image: Image.Image, spec: BackboneSpec) -> NDArray[np.uint8]:
    """Resize an upright RGB image to the square input of the network, uint8[N, N, 3].

    `centre_square` crops the largest square in the centre; `squash` resizes the whole image and ignores its
    aspect ratio.
    """
    side = spec.input_side
    width, height = image.size
    box: tuple[float, float, float, float] = (0, 0, width, height)
    if spec.geometry == "centre_square":
        edge = min(width, height)
        left, top = (width - edge) // 2, (height - edge) // 2
        box = (left, top, left + edge, top + edge)
    # Pillow's bilinear filter antialiases when it downsizes. With `box`, unlike after a crop, it also reads
    # the pixels just outside the square.
    square = image.resize((side, side), Image.Resampling.BILINEAR, box=box)
    return np.array(square, dtype=np.uint8)
