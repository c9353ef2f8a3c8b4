"""The jobs of a decoder process: inspect, render, hash, strip."""

import hashlib
import resource
import signal
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from thumbhash import rgba_to_thumb_hash

from photos.decoding.hashing import difference_hash
from vignette_shared.imaging import open_upright_rgb, probe, read_metadata, verify

PREVIEW_SIDE, MEDIUM_SIDE, THUMB_SIDE = 1600, 1024, 400
"""The longest side of each rendition, in pixels."""
# JPEG: WebP and AVIF are 8 to 40 % smaller, but take many times the CPU time (docs/decisions/0027).
JPEG_QUALITY = 82
THUMBHASH_SIDE = 32
"""Pixels. A thumbhash holds at most 7 frequencies per side; more pixels only cost time (pure Python)."""

RenditionName = Literal["thumb", "medium", "preview"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """The facts of a file that decodes completely; width and height in pixels, after orientation."""

    width: int
    height: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Rendition:
    """A JPEG in sRGB without metadata; `file` is relative to the output folder of `render`."""

    name: RenditionName
    file: str
    width: int
    height: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """The result of `render`.

    Attributes:
        thumbhash: in Base64.
        dhash: as `difference_hash` returns it.
        camera: the fields of the API's `Camera`.
        latitude, longitude: in degrees.
    """

    width: int
    height: int
    thumbhash: str
    dhash: int
    renditions: tuple[Rendition, ...]
    taken_at: datetime | None
    camera: dict[str, Any] | None
    latitude: float | None
    longitude: float | None


# RLIMIT_AS rather than a cgroup: it works in any container and on any host.
def confine(memory_bytes: int) -> None:
    """Limit the memory of this process; each decoder process calls it at start."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    # No core dump if the decoder crashes: it would contain a user's photo.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Ctrl-C in a terminal reaches every process of the group; the parent stops this one at shutdown.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def inspect(path: str, max_pixels: int) -> Inspection:
    """Decode the whole file once; raises `ImageError`."""
    info = verify(path, max_pixels)
    return Inspection(info.width, info.height, info.media_type.value)


def render(path: str, folder: str, max_pixels: int) -> Rendering:
    """Write the renditions into `folder`, never enlarging the image; raises `ImageError`.

    `medium` is omitted if the preview is not larger.
    """
    info = probe(path, max_pixels)
    longer, shorter = max(info.width, info.height), min(info.width, info.height)
    # `open_upright_rgb` bounds the shorter side, so that large JPEGs decode at a fraction of their size.
    image = open_upright_rgb(path, ceil(PREVIEW_SIDE * shorter / longer), max_pixels)
    preview = _fit(image, PREVIEW_SIDE)
    # From the preview rather than from the original, which may have fifty times the pixels.
    thumb = _fit(preview, THUMB_SIDE)
    # Progressive JPEG pays off for an image that is shown large while it loads, not for a thumb.
    saved = [_save(preview, Path(folder), "preview", progressive=True)]
    if max(preview.size) > MEDIUM_SIDE:
        saved.append(_save(_fit(preview, MEDIUM_SIDE), Path(folder), "medium", progressive=True))
    saved.append(_save(thumb, Path(folder), "thumb", progressive=False))
    metadata = read_metadata(path, max_pixels)
    return Rendering(
        width=info.width,
        height=info.height,
        thumbhash=_thumbhash(thumb),
        dhash=difference_hash(thumb),
        renditions=tuple(saved),
        taken_at=metadata.taken_at,
        camera=metadata.camera.model_dump(exclude_none=True) if metadata.camera else None,
        latitude=metadata.location.latitude if metadata.location else None,
        longitude=metadata.location.longitude if metadata.location else None,
    )


def hash_picture(path: str, max_pixels: int) -> int:
    """Return the difference hash of an image; raises `ImageError`."""
    return difference_hash(open_upright_rgb(path, None, max_pixels))


def _fit(image: Image.Image, side: int) -> Image.Image:
    # `thumbnail` works in place, and the caller needs the image again.
    fitted = image.copy()
    # Two steps, the first by an integer factor; from a gap of 3.0 on, Pillow notes no visible difference.
    fitted.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return fitted


def _save(image: Image.Image, folder: Path, name: RenditionName, *, progressive: bool) -> Rendition:
    path = folder / f"{name}.jpg"
    image.save(path, "JPEG", quality=JPEG_QUALITY, progressive=progressive, optimize=progressive)
    data = path.read_bytes()
    return Rendition(name, path.name, image.width, image.height, len(data), hashlib.sha256(data).hexdigest())


def _thumbhash(image: Image.Image) -> str:
    small = image.copy()
    small.thumbnail((THUMBHASH_SIDE, THUMBHASH_SIDE), Image.Resampling.BOX)
    pixels = list(small.convert("RGBA").tobytes())
    return b64encode(bytes(rgba_to_thumb_hash(small.width, small.height, pixels))).decode("ascii")
