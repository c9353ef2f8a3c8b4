"""Which kind of file bytes are, told by their content and never by a name or a header."""

from enum import StrEnum

from vignette_shared.errors import NotAnImage, UnsupportedMediaType

HEAD_BYTES = 4096
"""How much of a file `sniff` wants to see; what it needs lies in the first few dozen bytes but for SVG."""


class MediaType(StrEnum):
    """The kinds of image that are taken."""

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

# Recognised only to answer 415 ("convert it") rather than 422 ("this is no image").
_REFUSED: tuple[tuple[bytes, str], ...] = (
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
    """Tell the kind of an image from the first bytes of its file (`HEAD_BYTES` of them suffice).

    Raises:
        UnsupportedMediaType: a kind that is known and not taken (raws, SVG, JPEG 2000, JPEG XL, video, PDF).
        NotAnImage: empty, or nothing that is known.
    """
    if not head:
        raise NotAnImage("The file is empty: choose a photo and send it again.")
    if _is_canon_raw(head):
        raise _refused("a camera raw")
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF":
        return _sniff_riff(head)
    if head[4:8] == b"ftyp":
        return _sniff_isobmff(head)
    for magic, name in _REFUSED:
        if head.startswith(magic):
            raise _refused(name)
    if _is_bmp(head):
        raise _refused("BMP")
    if _is_svg(head):
        raise _refused("SVG")
    raise NotAnImage(f"The file is not an image that we know: send {ACCEPTED}.")


def _refused(name: str) -> UnsupportedMediaType:
    return UnsupportedMediaType(f"The file is {name}, which is not taken: convert it to {ACCEPTED}.")


def _sniff_riff(head: bytes) -> MediaType:
    if head[8:12] == b"WEBP":
        return MediaType.WEBP
    raise _refused("audio or video")


def _sniff_isobmff(head: bytes) -> MediaType:
    size = int.from_bytes(head[:4], "big")
    brands = head[8:12], *(head[i : i + 4] for i in range(16, min(size, len(head)), 4))
    # A file may list both; the major brand decides, then AVIF, since "mif1" alone says nothing of the codec.
    for brand in brands:
        if brand in _HEIC_BRANDS:
            return MediaType.HEIC
        if brand in _AVIF_BRANDS:
            return MediaType.AVIF
    if _HEIF_ANY & set(brands):
        return MediaType.HEIC
    raise _refused("a camera raw" if brands[0] == b"crx " else "a video")


def _is_canon_raw(head: bytes) -> bool:
    return head[:4] in (b"II*\0", b"MM\0*") and head[8:10] == b"CR"


def _is_bmp(head: bytes) -> bool:
    # Two letters would catch any text that starts with "BM": the reserved words must be 0, too.
    return head[:2] == b"BM" and head[6:10] == b"\0\0\0\0"


def _is_svg(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(b"<svg") or (text[:5] in (b"<?xml", b"<!doc") and b"<svg" in text)
