"""Reading dimensions, and decoding to upright sRGB images."""

import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO

from PIL import ExifTags, Image

from vignette_shared.errors import (
    ImageError,
    NotAnImage,
    TooManyPixels,
    TruncatedImage,
    UnsupportedMediaType,
)
from vignette_shared.imaging.colour import to_srgb
from vignette_shared.imaging.containers import (
    has_own_rotation,
    is_camera_raw,
    is_readable_tiff,
    reject_truncated_boxes,
)
from vignette_shared.imaging.sniffing import ACCEPTED, HEAD_BYTES, MediaType, sniff

DEFAULT_MAX_PIXELS = 100_000_000
"""100 megapixels, which take 300 MB as RGB."""

Source = str | Path | bytes
"""An image file: its path or its bytes."""

_PILLOW_FORMATS: dict[MediaType, tuple[str, ...]] = {
    # Phones write MPO, a JPEG with further frames such as a depth map. The first frame is the photo.
    MediaType.JPEG: ("JPEG", "MPO"),
    MediaType.PNG: ("PNG",),
    MediaType.WEBP: ("WEBP",),
    MediaType.GIF: ("GIF",),
    MediaType.TIFF: ("TIFF",),
    MediaType.HEIC: ("HEIF",),
    MediaType.AVIF: ("AVIF",),
}

_UPRIGHT: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_SIDEWAYS = (5, 6, 7, 8)

# What Pillow and its codecs raise for damaged files, found by fuzzing (tests/unit/vision/test_difficult.py).
DECODER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
)

_TRUNCATION_MESSAGES = ("truncated", "end of file", "unexpected end", "broken data stream", "not enough")
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """Properties known before decoding; `width` and `height` are those of the upright image, in pixels."""

    width: int
    height: int
    media_type: MediaType
    animated: bool = False


def probe(source: Source, max_pixels: int = DEFAULT_MAX_PIXELS) -> ImageInfo:
    """Read the file type and the dimensions without decoding.

    Raises:
        UnsupportedMediaType, NotAnImage: as `sniff` does; NotAnImage also if the header is unreadable.
        TooManyPixels: more than `max_pixels`.
        TruncatedImage: the file ends in its header.
    """
    with open_image(source, max_pixels) as file:
        return _describe(file)


def verify(source: Source, max_pixels: int = DEFAULT_MAX_PIXELS) -> ImageInfo:
    """Check at the lowest cost that `open_upright_rgb` will succeed.

    JPEGs are decoded at an eighth of their size. Of other files only one pixel is converted: decoding a
    100-megapixel file of 300 KB takes half a second of CPU time, converting all of it another second.

    Raises:
        ImageError: as `open_upright_rgb`.
    """
    with open_image(source, max_pixels) as file:
        info = _describe(file)
        if file.is_jpeg:
            file.image.draft(file.image.mode, (1, 1))
        with _decoder_errors(max_pixels):
            file.image.load()
            to_srgb(file.image.resize((1, 1), Image.Resampling.NEAREST))
        return info


def open_upright_rgb(
    source: Source, min_side: int | None = None, max_pixels: int = DEFAULT_MAX_PIXELS
) -> Image.Image:
    """Decode to an upright RGB image in sRGB, on white where it is transparent.

    Args:
        source: path or bytes of the file.
        min_side: lower bound of the shorter side in pixels, which lets JPEGs be decoded at 1/2, 1/4 or 1/8 of
            their size, several times faster. The result may be larger; small images are not enlarged. None
            decodes at full size.
        max_pixels: larger images are rejected before decoding.

    Raises:
        UnsupportedMediaType, NotAnImage, TooManyPixels: as `probe` does.
        TruncatedImage: the data ends early.
        ImageError: the data is damaged and the decoder can't recover (code `decode_failed`).
    """
    with open_image(source, max_pixels) as file:
        if min_side is not None and file.is_jpeg:
            file.image.draft(file.image.mode, (min_side, min_side))
        with _decoder_errors(max_pixels):
            file.image.load()
            upright = to_srgb(file.image)
            if file.orientation in _UPRIGHT:
                upright = upright.transpose(_UPRIGHT[file.orientation])
            # Copy the pixels alone: a rendition must not carry the profile, EXIF or GPS data of its original.
            bare = Image.new("RGB", upright.size)
            bare.paste(upright)
        return bare


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """An image whose header has been read and whose pixels have not.

    `orientation` (EXIF, 1 to 8) is still to be applied after decoding.
    """

    image: Image.Image
    media_type: MediaType
    orientation: int

    @property
    def is_jpeg(self) -> bool:
        return self.media_type is MediaType.JPEG


@contextmanager
def open_image(source: Source, max_pixels: int) -> Iterator[OpenedImage]:
    """Open an image by its content, within the pixel limit; raises as `probe` does."""
    with ExitStack() as stack:
        file = stack.enter_context(_binary(source))
        media_type = sniff(file.read(HEAD_BYTES))
        if media_type in (MediaType.HEIC, MediaType.AVIF):
            reject_truncated_boxes(file)
        rotated_by_decoder = media_type is MediaType.TIFF or (
            media_type is MediaType.HEIC and has_own_rotation(file)
        )
        image = stack.enter_context(_open_header(file, media_type, max_pixels))
        if image.width * image.height > max_pixels:
            raise _too_many(max_pixels, image.size)
        if media_type is MediaType.TIFF and is_camera_raw(image):
            raise UnsupportedMediaType(f"Camera raw files are not supported. Export the photo as {ACCEPTED}.")
        yield OpenedImage(image, media_type, 1 if rotated_by_decoder else _orientation(image))


def _describe(file: OpenedImage) -> ImageInfo:
    width, height = file.image.size
    if file.orientation in _SIDEWAYS:
        width, height = height, width
    animated = bool(getattr(file.image, "is_animated", False))
    return ImageInfo(width, height, file.media_type, animated and not file.is_jpeg)


@contextmanager
def _decoder_errors(max_pixels: int) -> Iterator[None]:
    try:
        yield
    except _BOMBS as error:
        raise _too_many(max_pixels) from error
    except DECODER_ERRORS as error:
        raise _damaged(error) from error


def _binary(source: Source) -> IO[bytes]:
    return BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb")


def _open_header(file: IO[bytes], media_type: MediaType, max_pixels: int) -> Image.Image:
    if media_type is MediaType.HEIC:
        _register_heif()
    # Pillow's own limit covers sizes that only decoding reveals, such as GIF frames larger than their screen.
    Image.MAX_IMAGE_PIXELS = max_pixels
    file.seek(0)
    try:
        # Only the detected format: no other parser sees the untrusted bytes.
        return Image.open(file, formats=_PILLOW_FORMATS[media_type])
    except _BOMBS as error:
        raise _too_many(max_pixels) from error
    except DECODER_ERRORS as error:
        if _is_truncated(error):
            raise _damaged(error) from error
        raise _unreadable(file, media_type) from error


def _unreadable(file: IO[bytes], media_type: MediaType) -> ImageError:
    try:
        if media_type is MediaType.TIFF and is_readable_tiff(file):
            return UnsupportedMediaType(
                f"This type of TIFF is not supported. Export it as 8-bit RGB or as {ACCEPTED}."
            )
    except DECODER_ERRORS:
        pass  # The directory is damaged, too, so it is not a TIFF of any type.
    return NotAnImage(f"The file begins like {media_type}, but its header is damaged.")


@cache
def _register_heif() -> None:
    # Loading libheif takes time and memory, and most processes never meet a HEIC.
    from pillow_heif import register_heif_opener  # noqa: PLC0415

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, or 1 if it is absent or invalid."""
    try:
        # pillow-heif removes it from the EXIF, because `irot` overrides it, but some converters omit `irot`.
        value = image.info.get("original_orientation") or image.getexif().get(ExifTags.Base.Orientation, 1)
    except DECODER_ERRORS:
        return 1
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def _too_many(max_pixels: int, size: tuple[int, int] | None = None) -> TooManyPixels:
    dimensions = f" ({size[0]} x {size[1]})" if size else ""
    limit = f"{max_pixels / 1e6:g} megapixels"
    return TooManyPixels(f"The image{dimensions} has more than {limit}. Resize it and upload it again.")


def _is_truncated(error: BaseException) -> bool:
    text = str(error).lower()
    return isinstance(error, EOFError) or any(word in text for word in _TRUNCATION_MESSAGES)


def _damaged(error: BaseException) -> ImageError:
    if _is_truncated(error):
        return TruncatedImage("The image file is incomplete. Upload it again.")
    return ImageError(f"The image can't be decoded because its data is damaged ({error}).")
