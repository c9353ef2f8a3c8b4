"""Small datasets in MIRFLICKR's layout, and a backbone that averages pixels."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from trainer.dataset import ANNOTATIONS_ZIP, IMAGES_ZIP
from vignette_shared.vision.backbone import BackboneSpec

COLOURS = {"red": (220, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 220)}
SPEC = BackboneSpec("cd" * 8, "inception_v3", 96, "centre_square", 3)


class MeanColour:
    """A `Backbone` whose embedding is the mean colour, 0..1; counts what it embeds."""

    spec = SPEC

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.embedded += len(pixels)
        return np.asarray(pixels.mean(axis=(1, 2)) / 255, np.float32)

    def feature_maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return pixels.astype(np.float32)


def jpeg(colour: tuple[int, int, int], shade: int = 0) -> bytes:
    buffer = io.BytesIO()
    shaded = (min(colour[0] + shade, 255), colour[1], min(colour[2] + shade, 255))
    Image.new("RGB", (40, 32), shaded).save(buffer, "JPEG", quality=95, comment=f"{shade}")
    return buffer.getvalue()


def write_archives(folder: Path, images: dict[str, bytes], labels: dict[str, str]) -> Path:
    with zipfile.ZipFile(folder / IMAGES_ZIP, "w") as archive:
        for name, body in images.items():
            archive.writestr(name, body)
    with zipfile.ZipFile(folder / ANNOTATIONS_ZIP, "w") as archive:
        archive.writestr("README.txt", "not a label")
        for name, numbers in labels.items():
            archive.writestr(name, numbers)
    return folder


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """90 images of three colours, one label each, and the stricter labels that must stay out."""
    images: dict[str, bytes] = {}
    numbers: dict[str, list[str]] = {label: [] for label in COLOURS}
    for i in range(90):
        label = list(COLOURS)[i % 3]
        images[f"mirflickr/im{i + 1}.jpg"] = jpeg(COLOURS[label], shade=i // 3)
        numbers[label].append(str(i + 1))
    files = {f"{label}.txt": "\r\n".join(words) for label, words in numbers.items()}
    return write_archives(tmp_path, images, {**files, "red_r1.txt": "1"})


@pytest.fixture
def annotated(tmp_path: Path) -> Path:
    """Three photos with `annotations.json`, one label of which is unknown."""
    folder = tmp_path / "photos"
    folder.mkdir()
    entries = []
    for label, colour in COLOURS.items():
        (folder / f"{label}.jpg").write_bytes(jpeg(colour))
        entries.append({"image": f"{label}.jpg", "annotation": [label, "unheard_of"]})
    (folder / "annotations.json").write_text(json.dumps(entries))
    return folder
