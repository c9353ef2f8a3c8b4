"""Collages of real photos, one of which has a label, to measure where explanations point."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head
from vignette_shared.vision.preprocess import fit

QUADRANT = 240
SURE = 0.4
"""the least score at which the model counts as finding a label in a single photo"""
KIN = (
    {"female", "male", "baby", "portrait", "people"},
    {"sea", "lake", "river", "water"},
    {"flower", "tree", "plant_life"},
    {"clouds", "sky", "sunset"},
    {"bird", "dog", "animals"},
    {"car", "transport"},
)


@dataclass(frozen=True, slots=True)
class Case:
    """A photo with a label, three without it or related labels, and the quadrant of the first."""

    label: str
    quadrant: int
    photo: Image.Image
    others: tuple[Image.Image, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the quadrant, in 0..1."""
        left, top = self.quadrant % 2 / 2, self.quadrant // 2 / 2
        return left, top, left + 0.5, top + 0.5

    def collage(self) -> Image.Image:
        """Return 2 x 2 photos."""
        return self._joined(list(self.others))

    def planted(self) -> Image.Image:
        """Return the photo alone on grey."""
        return self._joined([Image.new("RGB", (QUADRANT, QUADRANT), (128, 128, 128))] * 3)

    def _joined(self, squares: list[Image.Image]) -> Image.Image:
        squares.insert(self.quadrant, self.photo)
        joined = Image.new("RGB", (2 * QUADRANT, 2 * QUADRANT))
        for place, square in enumerate(squares):
            joined.paste(square, (place % 2 * QUADRANT, place // 2 * QUADRANT))
        return joined


def cases(folder: Path, backbone: Backbone, head: Head, most: int) -> list[Case]:
    """Draw cases from annotated photos with confident scores, the same in every run."""
    entries = json.loads((folder / "annotations.json").read_text())
    truth = {entry["image"]: set(entry["annotation"]) for entry in entries}
    squares = {name: _square(folder / name) for name in truth}
    pixels = np.stack([fit(square, backbone.spec) for square in squares.values()])
    scores = dict(zip(truth, head.scores(backbone.embed(pixels)), strict=True))
    rng = random.Random(0)  # noqa: S311 - a choice of tests
    found = []
    for name, label, others in _drawn(truth, scores, head.labels):
        chosen = tuple(squares[other] for other in rng.sample(others, 3))
        found.append(Case(label, rng.randrange(4), squares[name], chosen))
    rng.shuffle(found)
    return found[:most]


def _drawn(
    truth: dict[str, set[str]], scores: dict[str, NDArray[np.float32]], labels: tuple[str, ...]
) -> Iterator[tuple[str, str, list[str]]]:
    for name, has in truth.items():
        for label in sorted(has & set(labels)):
            kin = next((kin for kin in KIN if label in kin), {label})
            others = [other for other, tags in truth.items() if not tags & kin]
            if scores[name][labels.index(label)] >= SURE and len(others) >= 3:
                yield name, label, others


def inside(heat: NDArray[np.float32], box: tuple[float, float, float, float]) -> tuple[float, bool]:
    """Return the share of the map in a box (left, top, right, bottom in 0..1), and if its peak is there."""
    rows, columns = heat.shape
    part = np.zeros_like(heat)
    cut = np.s_[
        round(box[1] * rows) : round(box[3] * rows), round(box[0] * columns) : round(box[2] * columns)
    ]
    part[cut] = heat[cut]
    return float(part.sum() / heat.sum()), bool(part.max() == heat.max())


def _square(path: Path) -> Image.Image:
    image = Image.open(path).convert("RGB")
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    return image.resize((QUADRANT, QUADRANT), Image.Resampling.BILINEAR, box=box)
