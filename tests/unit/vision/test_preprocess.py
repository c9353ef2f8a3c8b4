"""Preprocessing is pinned bit for bit: a change needs a new PREPROCESSING_VERSION."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vignette_shared.errors import NotAnImage
from vignette_shared.vision.backbone import BackboneSpec, Geometry
from vignette_shared.vision.preprocess import fit, load_pixels

SPEC = BackboneSpec("f" * 16, "inception_v3", 96, "centre_square", 2048)

# sha256 of the arrays below. Another value means that stored embeddings and new ones no longer agree.
GOLDEN: dict[Geometry, str] = {
    "centre_square": "2a217c2ad641e636913f6813d6942f86179c48b4864ac079a6514999885bbded",
    "squash": "b94ff37e09bfd646b4fa4ee1a9f28a273725f34ff90758105742e1888aa2f732",
}


def picture(width: int, height: int) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    channels = [(x * 7 + y * 3) % 256, (x * x // 5 + y) % 256, (x * y // 11) % 256]
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8))


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("geometry", ["centre_square", "squash"])
def test_preprocessed_array_matches_the_golden_file(geometry: Geometry) -> None:
    spec = replace(SPEC, geometry=geometry)
    pixels = load_pixels(png(picture(400, 267)), spec)
    assert hashlib.sha256(pixels.tobytes()).hexdigest() == GOLDEN[geometry]


@pytest.mark.parametrize("size", [(1, 1), (96, 96), (500, 30), (30, 500), (128, 128)])
def test_any_shape_is_resized_to_the_square(size: tuple[int, int]) -> None:
    pixels = load_pixels(png(picture(*size)), SPEC)
    assert pixels.shape == (96, 96, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.writeable


def test_centre_square_crops_the_sides_and_squash_keeps_them() -> None:
    wide = Image.new("RGB", (300, 100), (255, 0, 0))
    wide.paste((0, 0, 255), (100, 0, 200, 100))
    # The antialias filter may look past the square's edge by its own width, two pixels here.
    assert (fit(wide, SPEC)[:, 2:-2] == (0, 0, 255)).all()
    squashed = fit(wide, replace(SPEC, geometry="squash"))
    assert tuple(squashed[48, 5]) == (255, 0, 0)
    assert tuple(squashed[48, 48]) == (0, 0, 255)


def test_downsizing_antialiases() -> None:
    """One-pixel stripes become grey; without antialiasing they would leave bands."""
    stripes = np.zeros((960, 960, 3), np.uint8)
    stripes[:, ::2] = 255
    pixels = fit(Image.fromarray(stripes), SPEC)
    assert abs(int(pixels.min()) - 128) <= 4
    assert abs(int(pixels.max()) - 128) <= 4


def test_bytes_and_path_give_equal_arrays(tmp_path_factory: pytest.TempPathFactory) -> None:
    data = png(picture(300, 200))
    path = tmp_path_factory.mktemp("images") / "x.bin"
    path.write_bytes(data)
    assert (load_pixels(data, SPEC) == load_pixels(path, SPEC)).all()


def test_file_that_is_not_an_image_is_rejected() -> None:
    with pytest.raises(NotAnImage):
        load_pixels(b"nothing", SPEC)


def test_trainer_and_tagger_share_the_preprocessing() -> None:
    from tagger_worker import tagger  # noqa: PLC0415
    from trainer.embedding import bottlenecks  # noqa: PLC0415

    assert vars(bottlenecks)["load_pixels"] is vars(tagger)["load_pixels"] is load_pixels
