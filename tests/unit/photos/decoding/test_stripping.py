"""Downloads by others: the same pixels without location or camera data."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageCms, PngImagePlugin, TiffImagePlugin
from tests.support.pictures import make_jpeg

from photos.decoding.stripping import strip
from vignette_shared.errors import ImageError
from vignette_shared.imaging import open_upright_rgb, probe, read_metadata

PIXELS = 4_000_000
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="47,22.2N"/></rdf:RDF>'
    b"</x:xmpmeta>"
)
NOTE = b"MakerNote of the camera with the serial number 12345678"
SECRETS = (b"GPSLatitude", b"12345678", b"secret place", b"Vignette One")


def exif(orientation: int = 6) -> bytes:
    found = Image.Exif()
    found[0x0110], found[0x0112] = "Vignette One", orientation
    found.get_ifd(0x8769).update({0x9003: "2024:05:01 12:30:00", 0x927C: NOTE})
    found.get_ifd(0x8825).update({1: "N", 2: (47.0, 22.0, 12.0), 3: "E", 4: (8.0, 33.0, 0.0)})
    return found.tobytes()


def picture(mode: str = "RGB") -> Image.Image:
    return Image.open(io.BytesIO(make_jpeg(161, 120))).convert(mode)


@cache
def profile() -> bytes:
    """An sRGB profile; made once, because it contains the second in which it was made."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def saved(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    buffer = io.BytesIO()
    (image or picture()).save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(**options: Any) -> bytes:
    return saved("JPEG", exif=exif(), xmp=XMP, comment=b"secret place", icc_profile=profile(), **options)


def tiff(**options: Any) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[270], tags[700] = "secret place", XMP
    if "compression" in options:  # libtiff, which writes these, takes no tags that it doesn't know
        return saved("TIFF", tiffinfo=tags, icc_profile=profile(), **options)
    tags[33922] = (0.0, 0.0, 0.0, 8.55, 47.37, 0.0)  # GeoTIFF's tie point
    return saved("TIFF", exif=_with(exif(), tags), icc_profile=profile(), **options)


def _with(raw: bytes, tags: TiffImagePlugin.ImageFileDirectory_v2) -> Image.Exif:
    found = Image.Exif()
    found.load(raw)
    for tag in tags:
        found[tag] = tags[tag]
    return found


def png() -> bytes:
    text = Image.Exif()
    text.load(exif())
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "secret place")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved("PNG", exif=text, pnginfo=info, icc_profile=profile())


def animation(kind: str, **options: Any) -> bytes:
    frames = [picture().rotate(angle) for angle in (0, 90, 180)]
    return saved(kind, frames[0], save_all=True, append_images=frames[1:], duration=100, loop=0, **options)


def heif(kind: str, rotated: bool = False) -> bytes:
    file = pillow_heif.from_pillow(picture())
    file.info.update(exif=exif(6 if rotated else 1), xmp=XMP)
    buffer = io.BytesIO()
    file.save(buffer, format=kind, quality=90)
    return buffer.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "jpeg": jpeg,
    "progressive jpeg": lambda: jpeg(progressive=True),
    "jpeg with a film behind it": lambda: jpeg() + b"secret place" + bytes(100) + XMP,
    "mpo": lambda: saved("MPO", exif=exif(), save_all=True, append_images=[Image.open(io.BytesIO(jpeg()))]),
    "cmyk jpeg": lambda: saved("JPEG", picture("CMYK"), exif=exif(), comment=b"secret place"),
    "png": png,
    "palette png": lambda: saved("PNG", picture("P"), exif=exif()),
    "apng": lambda: animation("PNG", exif=exif()),
    "webp": lambda: saved("WEBP", exif=exif(), xmp=XMP, icc_profile=profile()),
    "lossless webp": lambda: saved("WEBP", picture("RGBA"), exif=exif(), lossless=True),
    "animated webp": lambda: animation("WEBP", exif=exif(), xmp=XMP),
    "gif": lambda: animation("GIF", comment=b"secret place"),
    "tiff": tiff,
    "lzw tiff": lambda: tiff(compression="tiff_lzw"),
    "jpeg in tiff": lambda: tiff(compression="jpeg"),
    "big tiff": lambda: tiff(big_tiff=True),
    "tiff of pages": lambda: tiff(save_all=True, append_images=[picture(), picture("L")]),
    "heic": lambda: heif("HEIF"),
    "turned heic": lambda: heif("HEIF", rotated=True),
    "avif": lambda: saved("AVIF", exif=exif(), xmp=XMP, icc_profile=profile()),
}


@pytest.fixture
def stripped(tmp_path: Path) -> Callable[[bytes], tuple[Path, Path, str]]:
    """Strip a file; gives it, its copy and the copy's kind."""

    def work(data: bytes) -> tuple[Path, Path, str]:
        source = tmp_path / "original"
        source.write_bytes(data)
        found = strip(str(source), str(tmp_path), PIXELS)
        copy = tmp_path / found.file
        assert found.bytes == copy.stat().st_size
        return source, copy, found.media_type

    return work


@pytest.mark.parametrize("name", FILES)
def test_pixels_stay_and_metadata_is_dropped(
    stripped: Callable[[bytes], tuple[Path, Path, str]], name: str
) -> None:
    data = FILES[name]()
    source, copy, media_type = stripped(data)
    assert (name == "gif") or any(secret in data for secret in SECRETS) or b"Exif" in data
    before, after = probe(source, PIXELS), probe(copy, PIXELS)
    assert (after, media_type) == (before, before.media_type), "stripped, not encoded again"
    shown, kept = (open_upright_rgb(path, None, PIXELS) for path in (source, copy))
    assert ImageChops.difference(shown, kept).getbbox() is None
    found = read_metadata(copy, PIXELS)
    assert (found.location, found.camera, found.taken_at) == (None, None, None)
    raw = copy.read_bytes()
    assert [secret for secret in SECRETS if secret in raw] == []
    with Image.open(copy) as image:
        left = image.getexif()
        assert set(left) <= {0x0112} | set(range(254, 340)) | {530, 531, 532, 34675, 347}
        assert dict(left.get_ifd(0x8825)) == dict(left.get_ifd(0x8769)) == {}
        assert image.getxmp() in ({}, {"xmpmeta": None})


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "tiff", "avif"])
def test_colour_profile_stays(stripped: Callable[[bytes], tuple[Path, Path, str]], name: str) -> None:
    _, copy, _ = stripped(FILES[name]())
    with Image.open(copy) as image:
        assert image.info["icc_profile"] == profile()


@pytest.mark.parametrize(
    ("name", "frames"), [("gif", 3), ("animated webp", 3), ("apng", 3), ("tiff of pages", 3)]
)
def test_every_frame_stays(
    stripped: Callable[[bytes], tuple[Path, Path, str]], name: str, frames: int
) -> None:
    _, copy, _ = stripped(FILES[name]())
    with Image.open(copy) as image:
        assert getattr(image, "n_frames", 1) == frames


def test_second_image_of_an_mpo_is_dropped(stripped: Callable[[bytes], tuple[Path, Path, str]]) -> None:
    _, copy, _ = stripped(FILES["mpo"]())
    assert copy.read_bytes().count(b"\xff\xd8\xff") == 1


def test_unparsable_file_is_reencoded(
    stripped: Callable[[bytes], tuple[Path, Path, str]],
) -> None:
    data = jpeg()
    at = data.index(b"\xff\xdb")  # a stray byte that decoders pass over
    source, copy, media_type = stripped(data[:at] + b"\0" + data[at:])
    assert media_type == "image/jpeg"
    shown, kept = (open_upright_rgb(path, None, PIXELS) for path in (source, copy))
    assert shown.size == kept.size
    assert not any(secret in copy.read_bytes() for secret in SECRETS)


def test_non_image_is_rejected(stripped: Callable[[bytes], tuple[Path, Path, str]]) -> None:
    with pytest.raises(ImageError):
        stripped(b"no image")


def test_real_and_difficult_photos_are_stripped(shared_data: Path, tmp_path: Path) -> None:
    checked = 0
    for path in sorted([*shared_data.glob("photos/**/*.jp*g"), *shared_data.glob("difficult/metadata/**/*")]):
        if not path.is_file() or path.stat().st_size > 4_000_000:
            continue
        try:
            shown = open_upright_rgb(path, 64, PIXELS)
        except ImageError:
            continue
        copy = tmp_path / strip(str(path), str(tmp_path), PIXELS).file
        found = read_metadata(copy, PIXELS)
        assert (found.location, found.camera) == (None, None), path
        kept = open_upright_rgb(copy, 64, PIXELS)
        assert ImageChops.difference(shown, kept).getbbox() is None, path
        checked += 1
    assert checked > 20
