"""Detection of the file type by content; file names and Content-Type headers are not trusted."""

from enum import StrEnum

from vignette_shared.errors import NotAnImage, UnsupportedMediaType

HEAD_BYTES = 4096
"""Bytes that `sniff` needs. A few dozen would do, except for SVG."""


class MediaType(StrEnum):
    """The supported file types."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    GIF = "image/gif"
    TIFF = "image/tiff"
    HEIC = "image/heic"
    AVIF = "image/avif"


ACCEPTED = "JPEG, PNG, WebP, GIF, TIFF, HEIC or AVIF"

_MAGIC: tuple[tuple[bytes, MediaType], ...] = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"GIF87a", MediaType.GIF),
    (b"GIF89a", MediaType.GIF),
    (b"II*\0", MediaType.TIFF),
    (b"MM\0*", MediaType.TIFF),
    (b"II+\0", MediaType.TIFF),
    (b"MM\0+", MediaType.TIFF),
)

# Recognised to answer 415 ("convert it") instead of 422 ("not an image").
_UNSUPPORTED: tuple[tuple[bytes, str], ...] = (
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"FUJIFILMCCD-RAW", "a camera raw"),
    (b"IIRO", "a camera raw"),
    (b"IIRS", "a camera raw"),
    (b"MMOR", "a camera raw"),
    (b"IIU\0", "a camera raw"),
    (b"FOVb", "a camera raw"),
    (b"8BPS", "Photoshop"),
    (b"\0\0\1\0", "an icon"),
    (b"gimp xcf", "GIMP"),
    (b"v/1\x01", "OpenEXR"),
    (b"DDS ", "DirectDraw"),
    (b"%PDF-", "PDF"),
    (b"%!PS", "PostScript"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"qoif", "QOI"),
)

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_ANY = {b"mif1", b"msf1", b"mif2", b"miaf"}


def sniff(head: bytes) -> MediaType:
    """Return the type of an image file from its first `HEAD_BYTES` bytes.

    Raises:
        UnsupportedMediaType: a known type that is not supported, such as raw, SVG, JPEG 2000, video or PDF.
        NotAnImage: the file is empty or of an unknown type.
    """
    if not head:
        raise NotAnImage("The file is empty. Choose a photo and upload it again.")
    if _is_canon_raw(head):
        raise _unsupported("a camera raw")
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF":
        return _sniff_riff(head)
    if head[4:8] == b"ftyp":
        return _sniff_isobmff(head)
    for magic, name in _UNSUPPORTED:
        if head.startswith(magic):
            raise _unsupported(name)
    if _is_bmp(head):
        raise _unsupported("BMP")
    if _is_svg(head):
        raise _unsupported("SVG")
    raise NotAnImage(f"The file is not an image. Upload a {ACCEPTED} file.")


def _unsupported(name: str) -> UnsupportedMediaType:
    return UnsupportedMediaType(f"The file is {name}, which is not supported. Convert it to {ACCEPTED}.")


def _sniff_riff(head: bytes) -> MediaType:
    if head[8:12] == b"WEBP":
        return MediaType.WEBP
    raise _unsupported("audio or video")


def _sniff_isobmff(head: bytes) -> MediaType:
    size = int.from_bytes(head[:4], "big")
    brands = head[8:12], *(head[i : i + 4] for i in range(16, min(size, len(head)), 4))
    # Files may list several brands. The first with a codec decides; "mif1" alone does not name one.
    for brand in brands:
        if brand in _HEIC_BRANDS:
            return MediaType.HEIC
        if brand in _AVIF_BRANDS:
            return MediaType.AVIF
    if _HEIF_ANY & set(brands):
        return MediaType.HEIC
    raise _unsupported("a camera raw" if brands[0] == b"crx " else "a video")


def _is_canon_raw(head: bytes) -> bool:
    return head[:4] in (b"II*\0", b"MM\0*") and head[8:10] == b"CR"


def _is_bmp(head: bytes) -> bool:
    # Text may begin with "BM", too; in a bitmap, the reserved words that follow are 0.
    return head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"


def _is_svg(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(b"<svg") or (text[:5] in (b"<?xml", b"<!doc") and b"<svg" in text)
