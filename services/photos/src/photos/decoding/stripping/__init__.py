"""Stripping: copies of originals without location, maker notes and camera serial numbers.

It works by an allow-list: pixels, colour profile, orientation and animation are kept, everything else is
dropped. Compressed pixels are copied unchanged; only a file that can't be parsed is re-encoded
(docs/decisions/0019).
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
from vignette_shared.imaging.decoding import open_image

RE_ENCODED_QUALITY = 92
"""The JPEG quality of a re-encoded original: visually lossless, at about half the bytes of 98."""
CHECK_SIDE = 16
"""Pixels of the side to which a copy is decoded for the comparison: reads every byte at little cost."""

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
    """A stripped copy; `file` is relative to the output folder of `strip`."""

    file: str
    media_type: str
    bytes: int


def strip(path: str, folder: str, max_pixels: int) -> Stripped:
    """Write a copy without location, maker notes or any other metadata into `folder`; raises `ImageError`."""
    with open_image(path, max_pixels) as file:
        media_type, orientation = file.media_type, file.orientation
    copy = Path(folder, "download")
    try:
        copy.write_bytes(_STRIPPERS[media_type](Path(path).read_bytes(), orientation))
        _require_same(path, copy, max_pixels)
    # Any failure to parse leads to a re-encoded copy: never to one with metadata left in it.
    except (ValueError, IndexError, KeyError, struct.error, ImageError):
        open_upright_rgb(path, None, max_pixels).save(copy, "JPEG", quality=RE_ENCODED_QUALITY)
        media_type = MediaType.JPEG
    return Stripped(copy.name, media_type.value, copy.stat().st_size)


def _require_same(path: str, copy: Path, max_pixels: int) -> None:
    """Raise `ImageError` or `ValueError` unless the copy decodes to the same image.

    A damaged file may be parsed differently here than by the decoder.
    """
    shown, kept = (open_upright_rgb(each, CHECK_SIDE, max_pixels) for each in (path, copy))
    if probe(path, max_pixels) != probe(copy, max_pixels) or shown.tobytes() != kept.tobytes():
        raise ValueError("the copy decodes to another image")
