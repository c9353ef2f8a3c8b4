"""What Pillow does not tell of a file's structure: boxes of HEIC and AVIF, directories of TIFF."""

from collections.abc import Iterator
from typing import IO, Any

from PIL import Image, TiffImagePlugin

from vignette_shared.errors import TruncatedImage

_META_LIMIT = 1 << 20
"""Bytes of a HEIC's `meta` box that are looked at; real ones hold a few kilobytes."""

_DNG_VERSION = 50706
_NEW_SUBFILE_TYPE = 254
_SUB_IFDS = 330
_IMAGE_WIDTH = 256


def refuse_cut_boxes(file: IO[bytes]) -> None:
    """Raise TruncatedImage if a top-level box of a HEIC or AVIF reaches beyond the file's end."""
    end = file.seek(0, 2)
    for _, _, stop in _boxes(file, end):
        if stop > end:
            raise TruncatedImage(f"The file is cut short by {stop - end} bytes: send it again.")


def has_own_rotation(file: IO[bytes]) -> bool:
    """Whether a HEIC carries `irot` or `imir`, which the decoder applies and which overrule EXIF."""
    end = file.seek(0, 2)
    for kind, start, stop in _boxes(file, end):
        if kind == b"meta":
            file.seek(start)
            meta = file.read(min(stop - start, _META_LIMIT))
            return b"irot" in meta or b"imir" in meta
    return False


def _boxes(file: IO[bytes], end: int) -> Iterator[tuple[bytes, int, int]]:
    """Top-level boxes as (kind, start, stop); stops at what is no box."""
    start = 0
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        size = int.from_bytes(head[:4], "big")
        if size == 1:  # the real, 64-bit size follows the kind
            size = int.from_bytes(head[8:16], "big")
        if size == 0:  # reaches to the file's end
            size = end - start
        if size < 8:
            return
        yield head[4:8], start, start + size
        start += size


def is_camera_raw(image: Image.Image) -> bool:
    """DNG, NEF, ARW, PEF…: TIFF files whose first directory is a thumbnail of the sensor's data."""
    tags: Any = getattr(image, "tag_v2", {})
    return _DNG_VERSION in tags or (_SUB_IFDS in tags and tags.get(_NEW_SUBFILE_TYPE, 0) & 1 == 1)


def is_readable_tiff(file: IO[bytes]) -> bool:
    """Whether the first directory of a TIFF can be read, so that only its kind of pixels is unknown."""
    file.seek(0)
    directory = TiffImagePlugin.ImageFileDirectory_v2(file.read(8))
    file.seek(directory.next)
    directory.load(file)
    return _IMAGE_WIDTH in directory
