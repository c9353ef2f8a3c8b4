"""Copies of originals that tell neither where nor with which very camera they were taken.

What is kept is named, what is not named goes: pixels, colour profile, orientation, animation. The pixels'
bytes are copied as they are; only a file that can't be taken apart is encoded anew.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image

from photos.decoding.stripping.gif import strip_gif
from photos.decoding.stripping.heif import strip_heif
from photos.decoding.stripping.jpeg import strip_jpeg
from photos.decoding.stripping.png import strip_png
from photos.decoding.stripping.tiff import strip_tiff
from photos.decoding.stripping.webp import strip_webp
from vignette_shared.errors import ImageError
from vignette_shared.imaging import MediaType, open_upright_rgb, probe

RE_ENCODED_QUALITY = 92
"""Of a JPEG that stands for an original: no difference to see, at about half the bytes of 98."""
CHECK_SIDE = 16
"""Pixels; as in `photos.decoding.jobs`, it reads every byte of a copy at little cost."""

_STRIPPERS: dict[MediaType, Callable[[bytes, int], bytes]] = {
    MediaType.JPEG: strip_jpeg,
    MediaType.PNG: strip_png,
    MediaType.WEBP: strip_webp,
    MediaType.GIF: strip_gif,
    MediaType.TIFF: strip_tiff,
    MediaType.HEIC: strip_heif,
    MediaType.AVIF: strip_heif,
}


@dataclass(frozen=True, slots=True)
class Stripped:
    """`file` is relative to the folder given to `strip`."""

    file: str
    media_type: str
    bytes: int


def strip(path: str, folder: str, max_pixels: int) -> Stripped:
    """Write a copy without location, maker notes or any other metadata into `folder`; raises `ImageError`."""
    info = probe(path, max_pixels)
    copy = Path(folder, "download")
    try:
        copy.write_bytes(
            _STRIPPERS[info.media_type](Path(path).read_bytes(), _orientation(path, info.media_type))
        )
        _require_whole(copy, info.width, info.height, max_pixels)
        media_type = info.media_type
    except (ValueError, IndexError, struct.error, ImageError):
        open_upright_rgb(path, None, max_pixels).save(copy, "JPEG", quality=RE_ENCODED_QUALITY)
        media_type = MediaType.JPEG
    return Stripped(copy.name, media_type.value, copy.stat().st_size)


def _orientation(path: str, media_type: MediaType) -> int:
    """Return EXIF's 1 to 8; 1 where it is absent, broken, or kept by other means."""
    if media_type not in (MediaType.JPEG, MediaType.PNG, MediaType.WEBP):
        return 1
    with Image.open(path) as image:
        try:
            found = image.getexif().get(ExifTags.Base.Orientation, 1)
        except (ValueError, SyntaxError, struct.error, OSError):
            return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _require_whole(copy: Path, width: int, height: int, max_pixels: int) -> None:
    """Raise `ImageError` or `ValueError` unless the copy decodes to a picture of the same size."""
    info = probe(copy, max_pixels)
    open_upright_rgb(copy, CHECK_SIDE, max_pixels)
    if (info.width, info.height) != (width, height):
        raise ValueError("the copy has another size")
