"""Files that are known to break image software open upright or raise the expected error, in time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# What is refused, and how; everything else in the folder must open.
REFUSED = {
    "colour/sharp__cielab-dagams.tiff": "unsupported_media_type",
    "corrupt/libvips__truncated.gif": "truncated_image",
    "corrupt/libvips__truncated.jpg": "truncated_image",
    "corrupt/pillow__truncated_jpeg.jpg": "truncated_image",
    "corrupt/pillow_heif__empty.heic": "not_an_image",
    "corrupt/pillow_heif__truncated.heic": "truncated_image",
    "corrupt/sharp__corrupt-header.jpg": "truncated_image",
    "heif_avif/photoprism__canon_eos_6d.dng": "unsupported_media_type",
    "huge/pillow__png_decompression_dos.png": "not_an_image",
    "huge/sharp__65536-uint32-limit.png": "too_many_pixels",
}
# Photos of one scene, tall or wide, that are stored in every turn.
UPRIGHT = {
    **{f"orientation/exif-orientation__Landscape_{i}.jpg": (1800, 1200) for i in (0, 1, 3, 4, 7)},
    **{f"orientation/exif-orientation__Portrait_{i}.jpg": (1200, 1800) for i in (0, 2, 3, 4, 6, 7)},
    "orientation/libvips__avif-orientation-6.avif": (3024, 4032),
    "heif_avif/photoprism__iphone_7.heic": (3024, 4032),
    "heif_avif/pillow_heif__arrow.heic": (3024, 4032),
}
SECONDS = 90
"""For all of a hundred files, in a process that can be ended: the limit catches what hangs."""

PROGRAM = """
import json, sys
from pathlib import Path
from vignette_shared.errors import ImageError
from vignette_shared.imaging import open_upright_rgb, probe, read_metadata, verify
def verified(path):
    try:
        return verify(path)
    except ImageError as error:
        return error.code
root = Path(sys.argv[1])
for path in sorted(root.glob("*/*")):
    try:
        info = probe(path)
        image = open_upright_rgb(path)
        small = open_upright_rgb(path, 192)
        read_metadata(path)
        word = "differs" if image.size != (info.width, info.height) or image.mode != "RGB" else "ok"
    except ImageError as error:
        word, image, small = error.code, None, None
    if verified(path) != (info if word == "ok" else word):
        word = "verified otherwise"
    print(json.dumps([path.relative_to(root).as_posix(), word, image and image.size, small and small.size]))
"""


@pytest.fixture(scope="module")
def outcomes(shared_data: Path) -> dict[str, tuple[str, list[int] | None, list[int] | None]]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(shared_data / "difficult")],
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (word, size, small) for name, word, size, small in rows}


def test_difficult_file_opens_or_raises_the_expected_error(
    outcomes: dict[str, tuple[str, list[int] | None, list[int] | None]],
) -> None:
    assert len(outcomes) > 90
    wrong = {
        name: word
        for name, (word, _, _) in outcomes.items()
        if not name.startswith("corrupt_imagetestsuite/") and word != REFUSED.get(name, "ok")
    }
    assert wrong == {}


def test_fuzzed_jpeg_opens_or_raises_image_error(
    outcomes: dict[str, tuple[str, list[int] | None, list[int] | None]],
) -> None:
    words = {word for name, (word, _, _) in outcomes.items() if name.startswith("corrupt_imagetestsuite/")}
    assert words <= {"ok", "truncated_image", "not_an_image", "decode_failed"}


@pytest.mark.parametrize(("name", "size"), UPRIGHT.items())
def test_dimensions_are_those_of_the_upright_image(
    outcomes: dict[str, tuple[str, list[int] | None, list[int] | None]], name: str, size: tuple[int, int]
) -> None:
    _, full, small = outcomes[name]
    assert full is not None
    assert tuple(full) == size
    assert small is not None
    assert (small[0] > small[1]) == (size[0] > size[1])
