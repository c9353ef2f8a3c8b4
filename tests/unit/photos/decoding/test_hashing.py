"""dHash: its definition, and its stability for copies of real photos."""

import io
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from photos.decoding.hashing import difference_hash

Change = Callable[[Image.Image], Image.Image]


def differing(a: int, b: int) -> int:
    return ((a ^ b) & (2**64 - 1)).bit_count()


def saved(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def cropped(image: Image.Image, share: float) -> Image.Image:
    left, top = round(image.width * share), round(image.height * share)
    return image.crop((left, top, image.width - left, image.height - top))


def test_each_bit_compares_two_neighbouring_cells() -> None:
    rising = Image.new("L", (9, 8))
    rising.putdata([column * 20 for _ in range(8) for column in range(9)])
    assert difference_hash(rising) == -1  # all 64 bits, as a signed number
    assert difference_hash(rising.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) == 0
    first = Image.new("L", (9, 8))
    first.putpixel((1, 0), 255)
    assert difference_hash(first) == -(2**63)
    last = Image.new("L", (9, 8))
    last.putpixel((8, 7), 255)
    assert difference_hash(last) == 1


@pytest.mark.parametrize("size", [(1, 1), (2000, 1), (1, 2000), (9, 8)])
def test_any_aspect_ratio_has_a_hash(size: tuple[int, int]) -> None:
    assert difference_hash(Image.new("RGB", size, (10, 200, 30))) == 0


@pytest.mark.parametrize(
    ("change", "bits", "share"),
    [
        (lambda image: image.resize((image.width // 2, image.height // 2)), 3, 0.98),
        (lambda image: image.resize((image.width // 4, image.height // 4)), 3, 0.9),
        (lambda image: saved(image, 30), 3, 0.95),
        (lambda image: saved(image.resize((image.width // 2, image.height // 2)), 40), 3, 0.95),
        (lambda image: cropped(image, 0.01), 8, 0.98),
        (lambda image: cropped(image, 0.02), 8, 0.95),
    ],
    ids=["half", "quarter", "quality 30", "half at quality 40", "1 % cropped", "2 % cropped"],
)
def test_copies_of_real_photos_have_nearly_the_same_hash(
    real: list[Image.Image], change: Change, bits: int, share: float
) -> None:
    near = [differing(difference_hash(image), difference_hash(change(image))) <= bits for image in real]
    assert sum(near) >= share * len(near)


def test_different_photos_have_distant_hashes(real: list[Image.Image]) -> None:
    hashes = [difference_hash(image) for image in real]
    pairs = [differing(a, b) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(pairs) > 3
    assert sum(bits <= 8 for bits in pairs) <= 0.002 * len(pairs)
    assert 25 < statistics.median(pairs) < 40


@pytest.fixture(scope="module")
def real(shared_data: Path) -> list[Image.Image]:
    """Every real photo, as large as a preview at most."""
    with pytest.MonkeyPatch.context() as patched:
        # Tests that decode without processes of their own leave their limit to this one.
        patched.setattr(Image, "MAX_IMAGE_PIXELS", None)
        paths = sorted((shared_data / "photos").glob("*.jpg"))
        images = [Image.open(path).convert("RGB") for path in paths]
    for image in images:
        image.thumbnail((800, 800))
    return images
