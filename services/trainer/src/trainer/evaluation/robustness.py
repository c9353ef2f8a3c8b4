"""How a head holds up when photos are darker, blurred, turned or badly compressed.

Distortions are made to the square that the network sees, so that they mean the same for every photo.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from trainer.evaluation.metrics import mean_average_precision
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head

Distort = Callable[[Image.Image, float], Image.Image]


@dataclass(frozen=True, slots=True)
class Distorted:
    """Mean AP at one strength of one distortion; `strength` in the distortion's own unit."""

    distortion: str
    strength: float
    mean_ap: float


def _hue(image: Image.Image, degrees: float) -> Image.Image:
    hue, saturation, value = image.convert("HSV").split()
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
PASSES = 1 + sum(len(strengths) for _, strengths in _DISTORTIONS.values())
"""How often every image is embedded."""


def measure_robustness(
    head: Head,
    backbone: Backbone,
    pixels: NDArray[np.uint8],
    truth: NDArray[np.bool_],
    progress: Callable[[int], None] = lambda _: None,
) -> list[Distorted]:
    """Return mean AP undistorted (`none`), then for each distortion and strength.

    Args:
        pixels: uint8[n, side, side, 3], as the backbone takes them.
        progress: called with the number of images embedded; each is `PASSES` times.
    """
    found = []
    for name, strength, distort in _levels():
        seen = np.stack([np.asarray(distort(Image.fromarray(each), strength)) for each in pixels])
        mean_ap = mean_average_precision(truth, head.logits(backbone.embed(seen)))
        found.append(Distorted(name, strength, round(mean_ap, 4)))
        progress(len(pixels))
    return found


def _levels() -> Iterator[tuple[str, float, Distort]]:
    yield "none", 0.0, lambda image, _: image
    for name, (distort, strengths) in _DISTORTIONS.items():
        for strength in strengths:
            yield name, strength, distort
