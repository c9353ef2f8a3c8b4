"""File structure that Pillow does not expose: boxes of HEIC and AVIF, directories of TIFF."""

from collections.abc import Iterator
from typing import IO, Any

from PIL import Image, TiffImagePlugin

from vignette_shared.errors import TruncatedImage

_META_LIMIT = 1 << 20
"""Bytes of a HEIC's `meta` box that are searched; real ones have a few kilobytes."""

_DNG_VERSION = 50706
_NEW_SUBFILE_TYPE = 254
_SUB_IFDS = 330
_IMAGE_WIDTH = 256


def reject_truncated_boxes(file: IO[bytes]) -> None:
    """Raise `TruncatedImage` if a top-level box of a HEIC or AVIF extends beyond the end of the file."""
    end = file.seek(0, 2)
    for _, _, stop in _boxes(file, end):
        if stop > end:
            raise TruncatedImage(
                f"The image file is incomplete: {stop - end} bytes are missing. Upload it again."
            )


def has_own_rotation(file: IO[bytes]) -> bool:
    """Return whether a HEIC has `irot` or `imir`, which override EXIF and are applied by the decoder."""
    end = file.seek(0, 2)
    for kind, start, stop in _boxes(file, end):
        if kind == b"meta":
            file.seek(start)
            meta = file.read(min(stop - start, _META_LIMIT))
            return b"irot" in meta or b"imir" in meta
    return False


def _boxes(file: IO[bytes], end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the top-level boxes as (type, start, stop) up to the first malformed one."""
    start = 0
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        size = int.from_bytes(head[:4], "big")
        if size == 1:  # the 64-bit size follows the type
            size = int.from_bytes(head[8:16], "big")
        if size == 0:  # extends to the end of the file
            size = end - start
        if size < 8:
            return
        yield head[4:8], start, start + size
        start += size


def is_camera_raw(image: Image.Image) -> bool:
    """Return whether a TIFF is a raw file (DNG, NEF, ARW, PEF): its first directory is only a thumbnail."""
    tags: Any = getattr(image, "tag_v2", {})
    return _DNG_VERSION in tags or (_SUB_IFDS in tags and tags.get(_NEW_SUBFILE_TYPE, 0) & 1 == 1)


def is_readable_tiff(file: IO[bytes]) -> bool:
    """Return whether the first directory of a TIFF is intact, which leaves only its pixel format unknown."""
    file.seek(0)
    directory = TiffImagePlugin.ImageFileDirectory_v2(file.read(8))
    file.seek(directory.next)
    directory.load(file)
    return _IMAGE_WIDTH in directory
