"""Measure a head on distorted photos: darker, blurred, rotated, heavily compressed.

The network's square input is distorted, not the photo: a blur radius then means the same for every photo.
"""

import io
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from trainer.evaluation.metrics import mean_average_precision
from vignette_shared.contracts.metrics import DistortionLevel
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head

Distort = Callable[[Image.Image, float], Image.Image]


def _hue(image: Image.Image, degrees: float) -> Image.Image:
    hue, saturation, value = image.convert("HSV").split()
    # Pillow stores hue in 256 steps.
    turn = round(degrees / 360 * 256)
    turned = hue.point([(level + turn) % 256 for level in range(256)])
    return Image.merge("HSV", (turned, saturation, value)).convert("RGB")


def _jpeg(image: Image.Image, quality: float) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=round(quality))
    return Image.open(stream).convert("RGB")


def _rotated(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC)


_DISTORTIONS: Mapping[str, tuple[Distort, tuple[float, ...]]] = {
    "brightness (factor)": (lambda i, x: ImageEnhance.Brightness(i).enhance(x), (0.25, 0.5, 0.75, 1.5, 2.0)),
    "contrast (factor)": (lambda i, x: ImageEnhance.Contrast(i).enhance(x), (0.25, 0.5, 0.75, 1.5, 2.0)),
    "saturation (factor)": (lambda i, x: ImageEnhance.Color(i).enhance(x), (0.0, 0.5, 1.5, 2.0)),
    "hue (degrees)": (_hue, (15, 45, 90, 180)),
    "blur (radius, px)": (lambda i, x: i.filter(ImageFilter.GaussianBlur(x)), (0.5, 1.0, 2.0, 4.0)),
    "JPEG (quality)": (_jpeg, (75, 50, 25, 10, 5)),
    "rotation (degrees)": (_rotated, (5, 15, 45, 90, 180)),
}
# How many times each image is embedded.
PASSES = 1 + sum(len(strengths) for _, strengths in _DISTORTIONS.values())


def measure_robustness(
    head: Head,
    backbone: Backbone,
    pixels: NDArray[np.uint8],
    truth: NDArray[np.bool_],
    progress: Callable[[int], None] = lambda _: None,
) -> list[DistortionLevel]:
    """Return mean AP without distortion (`none`), then for each distortion and strength.

    Args:
        pixels: uint8[n, side, side, 3], the backbone's input.
        progress: called with the number of images embedded; each image is embedded `PASSES` times.
    """
    measured = []
    for name, strength, distort in _levels():
        distorted = np.stack([np.asarray(distort(Image.fromarray(each), strength)) for each in pixels])
        mean_ap = mean_average_precision(truth, head.logits(backbone.embed(distorted)))
        measured.append(DistortionLevel(distortion=name, strength=strength, mean_ap=round(mean_ap, 4)))
        progress(len(pixels))
    return measured


def _levels() -> Iterator[tuple[str, float, Distort]]:
    yield "none", 0.0, lambda image, _: image
    for name, (distort, strengths) in _DISTORTIONS.items():
        for strength in strengths:
            yield name, strength, distort
