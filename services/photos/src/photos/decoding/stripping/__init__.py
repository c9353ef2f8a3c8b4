"""Copies of originals that tell neither where nor with which very camera they were taken.

What is kept is named, what is not named goes: pixels, colour profile, orientation, animation. The pixels'
bytes are copied as they are; only a file that can't be taken apart is encoded anew.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photos.decoding.stripping.gif import strip_gif
from photos.decoding.stripping.heif import strip_heif
from photos.decoding.stripping.jpeg import strip_jpeg
from photos.decoding.stripping.png import strip_png
from photos.decoding.stripping.tiff import strip_tiff
from photos.decoding.stripping.webp import strip_webp
from vignette_shared.errors import ImageError
from vignette_shared.imaging import MediaType, open_upright_rgb, probe
from vignette_shared.imaging.decoding import opened

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
    with opened(path, max_pixels) as file:
        media_type, orientation = file.media_type, file.orientation
    copy = Path(folder, "download")
    try:
        copy.write_bytes(_STRIPPERS[media_type](Path(path).read_bytes(), orientation))
        _require_same(path, copy, max_pixels)
    except (ValueError, IndexError, KeyError, struct.error, ImageError):
        open_upright_rgb(path, None, max_pixels).save(copy, "JPEG", quality=RE_ENCODED_QUALITY)
        media_type = MediaType.JPEG
    return Stripped(copy.name, media_type.value, copy.stat().st_size)


def _require_same(path: str, copy: Path, max_pixels: int) -> None:
    """Raise `ImageError` or `ValueError` unless the copy decodes to the same picture.

    Damaged files may be read in more than one way, and taking them apart in another than the decoder's.
    """
    shown, kept = (open_upright_rgb(each, CHECK_SIDE, max_pixels) for each in (path, copy))
    if probe(path, max_pixels) != probe(copy, max_pixels) or shown.tobytes() != kept.tobytes():
        raise ValueError("the copy is another picture")
