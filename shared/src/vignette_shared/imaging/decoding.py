"""Probe and decode: dimensions before pixels, upright, in sRGB."""

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
    refuse_cut_boxes,
)
from vignette_shared.imaging.sniffing import ACCEPTED, HEAD_BYTES, MediaType, sniff

DEFAULT_MAX_PIXELS = 100_000_000
"""100 megapixels: 300 MB as RGB, the most that one decode may take."""

Source = str | Path | bytes
"""An image: a file's path, or the file's bytes."""

_PILLOW_FORMATS: dict[MediaType, tuple[str, ...]] = {
    # Pillow finds MPO through its JPEG reader; its first frame is the photo itself.
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

# What Pillow and the libraries beneath it raise on damaged bytes (tests/unit/vision/test_difficult.py).
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

_CUT_SHORT = ("truncated", "end of file", "unexpected end", "broken data stream", "not enough")
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What a file says of itself before its pixels are decoded; width and height are upright."""

    width: int
    height: int
    media_type: MediaType
    animated: bool = False


def probe(source: Source, max_pixels: int = DEFAULT_MAX_PIXELS) -> ImageInfo:
    """Read kind and dimensions without decoding the pixels.

    Raises:
        UnsupportedMediaType, NotAnImage: as `sniff` does; NotAnImage also when the header can't be read.
        TooManyPixels: more than `max_pixels`.
        TruncatedImage: the file ends within its header.
    """
    with opened(source, max_pixels) as file:
        return _describe(file)


def verify(source: Source, max_pixels: int = DEFAULT_MAX_PIXELS) -> ImageInfo:
    """Read the whole file once, at the least cost that shows what would end `open_upright_rgb` in an error.

    A JPEG is decoded at an eighth, and of other kinds one pixel is converted: a hundred megapixels that weigh
    300 KB take half a second of a core, and an image made of them three times that.

    Raises:
        ImageError: as `open_upright_rgb`.
    """
    with opened(source, max_pixels) as file:
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
    """Decode to an upright RGB image in sRGB, on white where it was transparent.

    Args:
        source: path or bytes of the file.
        min_side: pixels that the shorter side must keep. A JPEG is then decoded at 1/2, 1/4 or 1/8 where
            that leaves enough, which is several times faster; the result may be larger than asked for and
            is never enlarged. None decodes at full size.
        max_pixels: more than that is refused before decoding.

    Raises:
        UnsupportedMediaType, NotAnImage, TooManyPixels: as `probe` does.
        TruncatedImage: the data ends early.
        ImageError: the data is damaged beyond what the decoder mends (code `decode_failed`).
    """
    with opened(source, max_pixels) as file:
        if min_side is not None and file.is_jpeg:
            file.image.draft(file.image.mode, (min_side, min_side))
        with _decoder_errors(max_pixels):
            file.image.load()
            upright = to_srgb(file.image)
            if file.orientation in _UPRIGHT:
                upright = upright.transpose(_UPRIGHT[file.orientation])
            # A copy of the pixels alone: no profile, EXIF or file handle may travel on with them.
            bare = Image.new("RGB", upright.size)
            bare.paste(upright)
        return bare


@dataclass(frozen=True, slots=True)
class OpenedImage:
    """A file whose header is read and whose pixels are not yet.

    `orientation` (EXIF, 1..8) is what still has to be applied after decoding.
    """

    image: Image.Image
    media_type: MediaType
    orientation: int

    @property
    def is_jpeg(self) -> bool:
        return self.media_type is MediaType.JPEG


@contextmanager
def opened(source: Source, max_pixels: int) -> Iterator[OpenedImage]:
    """Open by content and refuse what is too large or of a wrong kind; raises what `probe` raises."""
    with ExitStack() as stack:
        file = stack.enter_context(_binary(source))
        media_type = sniff(file.read(HEAD_BYTES))
        if media_type in (MediaType.HEIC, MediaType.AVIF):
            refuse_cut_boxes(file)
        rotated_by_decoder = media_type is MediaType.TIFF or (
            media_type is MediaType.HEIC and has_own_rotation(file)
        )
        image = stack.enter_context(_open_header(file, media_type, max_pixels))
        if image.width * image.height > max_pixels:
            raise _too_many(max_pixels, image.size)
        if media_type is MediaType.TIFF and is_camera_raw(image):
            raise UnsupportedMediaType(
                f"The file is a camera raw, which is not taken: export it as {ACCEPTED}."
            )
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
    # Pillow's own guard, for the sizes that only show while decoding (frames larger than their GIF's screen).
    Image.MAX_IMAGE_PIXELS = max_pixels
    file.seek(0)
    try:
        return Image.open(file, formats=_PILLOW_FORMATS[media_type])
    except _BOMBS as error:
        raise _too_many(max_pixels) from error
    except DECODER_ERRORS as error:
        if _is_cut_short(error):
            raise _damaged(error) from error
        raise _unreadable(file, media_type) from error


def _unreadable(file: IO[bytes], media_type: MediaType) -> ImageError:
    try:
        if media_type is MediaType.TIFF and is_readable_tiff(file):
            return UnsupportedMediaType(
                f"This kind of TIFF is not supported: export it as 8-bit RGB, or as {ACCEPTED}."
            )
    except DECODER_ERRORS:
        pass  # not even its directory is whole: the answer below is the right one
    return NotAnImage(f"The file starts like {media_type} but its header can't be read.")


@cache
def _register_heif() -> None:
    # Imported on the first HEIC only: most processes never see one.
    from pillow_heif import register_heif_opener  # noqa: PLC0415

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 where it is absent or broken."""
    try:
        # pillow-heif takes it out of the EXIF, since `irot` overrules it; some converters forget `irot`.
        value = image.info.get("original_orientation") or image.getexif().get(ExifTags.Base.Orientation, 1)
    except DECODER_ERRORS:
        return 1
    return value if isinstance(value, int) and value in _UPRIGHT else 1


def _too_many(max_pixels: int, size: tuple[int, int] | None = None) -> TooManyPixels:
    found = f"{size[0]} x {size[1]} pixels" if size else "more"
    limit = f"{max_pixels / 1e6:g} megapixels"
    return TooManyPixels(f"The image has {found}; at most {limit} are taken. Make it smaller.")


def _is_cut_short(error: BaseException) -> bool:
    text = str(error).lower()
    return isinstance(error, EOFError) or any(word in text for word in _CUT_SHORT)


def _damaged(error: BaseException) -> ImageError:
    if _is_cut_short(error):
        return TruncatedImage("The image file is cut short or torn: send it again.")
    return ImageError(f"The image can't be decoded, its data is damaged ({error}).")
