"""Untrusted images: detection by content, limits before decoding, upright sRGB afterwards."""

import io
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageCms, TiffImagePlugin
from PIL.TiffImagePlugin import IFDRational
from pillow_heif import register_heif_opener

from vignette_shared.errors import (
    ImageError,
    NotAnImage,
    TooManyPixels,
    TruncatedImage,
    UnsupportedMediaType,
)
from vignette_shared.imaging import MediaType, open_upright_rgb, probe, read_metadata, sniff
from vignette_shared.imaging.metadata import _location

# A file that a decoder reads with warnings is taken.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
register_heif_opener()

RED, GREEN, BLUE, WHITE = (230, 20, 20), (20, 200, 20), (20, 20, 230), (240, 240, 240)
TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters() -> Image.Image:
    """64 x 32 with a colour per quarter, which shows every wrong rotation."""
    image = Image.new("RGB", (64, 32))
    for box, colour in zip(
        ((0, 0, 32, 16), (32, 0, 64, 16), (0, 16, 32, 32), (32, 16, 64, 32)),
        (RED, GREEN, BLUE, WHITE),
        strict=True,
    ):
        image.paste(colour, box)
    return image


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def is_quarters(image: Image.Image) -> bool:
    found = [image.getpixel(at) for at in ((8, 6), (56, 6), (8, 26), (56, 26))]
    return all(
        isinstance(pixel, tuple) and max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) < 30
        for pixel, colour in zip(found, (RED, GREEN, BLUE, WHITE), strict=True)
    )


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_every_exif_orientation_is_applied(kind: str, orientation: int) -> None:
    turn = TURNS[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = quarters() if turn is None else quarters().transpose(turn)
    data = encode(stored, kind, exif=exif.tobytes() if kind != "TIFF" else exif)

    info = probe(data)
    image = open_upright_rgb(data)

    assert (info.width, info.height) == image.size == (64, 32)
    assert is_quarters(image)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_invalid_orientation_is_ignored(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert is_quarters(open_upright_rgb(encode(quarters(), "JPEG", exif=exif.tobytes(), quality=95)))


def test_image_with_damaged_exif_still_opens() -> None:
    data = encode(quarters(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7fgarbage", quality=95)
    assert is_quarters(open_upright_rgb(data))
    assert read_metadata(data).taken_at is None


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", MediaType.JPEG),
        ("PNG", MediaType.PNG),
        ("WEBP", MediaType.WEBP),
        ("GIF", MediaType.GIF),
        ("TIFF", MediaType.TIFF),
        ("HEIF", MediaType.HEIC),
        ("AVIF", MediaType.AVIF),
    ],
)
def test_file_type_is_detected_by_content(kind: str, media_type: MediaType, tmp_path: Path) -> None:
    data = encode(quarters(), kind)
    misnamed = tmp_path / "photo.docx"
    misnamed.write_bytes(data)
    assert sniff(data[:64]) is media_type
    assert probe(misnamed).media_type is media_type
    assert open_upright_rgb(misnamed).mode == "RGB"


@pytest.mark.parametrize(
    "head",
    [
        b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<svg></svg>",
        b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\0",
        b"\xff\x0a\x00\x10",
        b"\0\0\0\x0cJXL \r\n\x87\n",
        b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        b"II*\0\x10\0\0\0CR\2\0",
        b"8BPS\0\1",
        b"%PDF-1.7",
        b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"\0\0\1\0\1\0",
    ],
)
def test_known_but_unsupported_types_are_rejected(head: bytes) -> None:
    with pytest.raises(UnsupportedMediaType, match="Convert it"):
        sniff(head)


@pytest.mark.parametrize("data", [b"", b"hello, world", b"\0" * 100, b"BMW is a car", b"<html></html>"])
def test_other_files_raise_not_an_image(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        probe(data)


def test_dng_is_rejected_as_camera_raw() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[50706] = bytes((1, 4, 0, 0))
    tags.tagtype[50706] = 1
    with pytest.raises(UnsupportedMediaType, match="raw"):
        probe(encode(quarters(), "TIFF", tiffinfo=tags))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_001, 20_000, 60_000])
def test_pixel_limit_applies_before_decoding(side: int) -> None:
    """A decompression bomb's PNG header, without any pixels to decode."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    )
    bomb = b"\x89PNG\r\n\x1a\n" + chunks
    with pytest.raises(TooManyPixels, match="100 megapixels"):
        probe(bomb)
    with pytest.raises(TooManyPixels):
        open_upright_rgb(bomb)


def test_caller_sets_the_pixel_limit() -> None:
    data = encode(quarters(), "PNG")
    assert probe(data, max_pixels=64 * 32).width == 64
    with pytest.raises(TooManyPixels):
        probe(data, max_pixels=64 * 32 - 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_truncated_file_is_rejected(kind: str) -> None:
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    data = encode(noise, kind)
    with pytest.raises(ImageError) as refused:
        open_upright_rgb(data[: len(data) * 2 // 3])
    # A TIFF keeps its directory at the end: without it there is no image to speak of.
    assert isinstance(refused.value, TruncatedImage) or kind in ("TIFF", "WEBP")


@pytest.mark.parametrize("min_side", [100, 192, 400, 700])
def test_scaled_decode_keeps_the_minimum_side(min_side: int) -> None:
    data = encode(Image.new("RGB", (1600, 1200), RED), "JPEG")
    image = open_upright_rgb(data, min_side)
    assert min_side <= min(image.size) < 2 * min_side
    assert abs(image.width / image.height - 4 / 3) < 0.01


def test_small_images_are_never_enlarged() -> None:
    assert open_upright_rgb(encode(Image.new("RGB", (1, 1), RED), "JPEG"), 400).size == (1, 1)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("RGBA", (8, 8), (255, 0, 0, 0)), (255, 255, 255)),
        (Image.new("LA", (8, 8), (0, 128)), (127, 127, 127)),
        (Image.new("L", (8, 8), 77), (77, 77, 77)),
        (Image.new("1", (8, 8), 1), (255, 255, 255)),
        (Image.new("I;16", (8, 8), 32896), (128, 128, 128)),
        (Image.new("P", (8, 8), 0), (0, 0, 0)),
    ],
)
def test_every_mode_is_converted_to_rgb(image: Image.Image, expected: tuple[int, int, int]) -> None:
    pixel = open_upright_rgb(encode(image, "PNG")).getpixel((4, 4))
    assert isinstance(pixel, tuple)
    assert max(abs(a - b) for a, b in zip(pixel, expected, strict=True)) <= 1


def test_cmyk_is_converted_to_rgb() -> None:
    pixel = open_upright_rgb(encode(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG")).getpixel((8, 8))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200
    assert max(pixel[1:]) < 60


def test_colour_profile_is_applied_and_an_invalid_one_ignored() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (lab, b"not a profile", b""):
        assert is_quarters(open_upright_rgb(encode(quarters(), "PNG", icc_profile=profile)))


def test_decoded_image_carries_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    image = open_upright_rgb(encode(quarters(), "JPEG", exif=exif.tobytes()))
    assert image.info == {}
    assert not dict(image.getexif())


def test_animation_decodes_to_its_first_frame() -> None:
    frames = [quarters(), Image.new("RGB", (64, 32), BLUE)]
    for kind in ("GIF", "WEBP", "PNG"):
        data = encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        assert probe(data).animated
        assert is_quarters(open_upright_rgb(data))


def test_camera_metadata_is_read() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon\0", "EOS 5D"
    detail = exif.get_ifd(0x8769)
    detail[0x9003], detail[0x9011] = "2024:05:01 12:30:00", "+02:00"
    detail[0x829A], detail[0x829D], detail[0x8827] = IFDRational(1, 200), IFDRational(28, 10), 400
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "S", (33.0, 51.0, 31.0), "E", (151.0, 12.0, 40.0)

    found = read_metadata(encode(quarters(), "JPEG", exif=exif.tobytes()))

    assert found.taken_at == datetime(2024, 5, 1, 10, 30, tzinfo=UTC)
    assert found.camera is not None
    assert (found.camera.make, found.camera.model, found.camera.iso) == ("Canon", "EOS 5D", 400)
    assert found.camera.exposure_s == pytest.approx(0.005)
    assert found.location is not None
    assert found.location.latitude == pytest.approx(-33.8586, abs=1e-4)
    assert found.location.longitude == pytest.approx(151.2111, abs=1e-4)


@pytest.mark.parametrize(
    "latitude",
    [(91.0, 0.0, 0.0), (float("nan"), 0.0, 0.0), (-1.0, 0.0, 0.0), (IFDRational(1, 0),), (), "here", None],
)
def test_impossible_location_is_ignored(latitude: object) -> None:
    """Cameras write such values but Pillow does not, so they are passed as Pillow would read them."""
    assert _location({1: "N", 2: latitude, 3: "E", 4: (10.0, 0.0, 0.0)}) is None


def test_location_zero_zero_is_ignored() -> None:
    assert _location({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}) is None
