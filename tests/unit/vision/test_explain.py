"""Maps of where a label is: planted colours before a network of sums, real photos before the real one."""

import io
import json
import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.registry import Registry
from vignette_shared.vision.backbone import BackboneSpec
from vignette_shared.vision.explain import MOST_WINDOWS, draw, locate
from vignette_shared.vision.head import Dense, Head
from vignette_shared.vision.loading import load_head
from vignette_shared.vision.preprocess import fit
from vignette_shared.vision.runtimes.openvino import OpenVinoBackbone

CASES = 40
QUADRANT = 240
KIN = (
    {"female", "male", "baby", "portrait", "people"},
    {"sea", "lake", "river", "water"},
    {"flower", "tree", "plant_life"},
    {"clouds", "sky", "sunset"},
    {"bird", "dog", "animals"},
    {"car", "transport"},
)


class MeanColour:
    """A `Backbone` whose embedding is the mean colour, 0..1; counts what it is shown."""

    spec = BackboneSpec("ab" * 8, "inception_v3", 32, "squash", 3)

    def __init__(self) -> None:
        self.seen = 0

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.seen += len(pixels)
        return np.asarray(pixels.mean(axis=(1, 2)) / 255, np.float32)

    def feature_maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return pixels.astype(np.float32)


COLOURS = Head(
    (Dense(np.eye(3, dtype=np.float32) * 20, np.full(3, -10, np.float32)),),
    ("red", "green", "blue"),
    np.full(3, 0.9, np.float32),
)


def inside(heat: NDArray[np.float32], box: tuple[float, float, float, float]) -> tuple[float, bool]:
    """Return how much of the map lies in a box (left, top, right, bottom in 0..1), and whether its peak."""
    rows, columns = heat.shape
    part = np.zeros_like(heat)
    cut = np.s_[
        round(box[1] * rows) : round(box[3] * rows), round(box[0] * columns) : round(box[2] * columns)
    ]
    part[cut] = heat[cut]
    return float(part.sum() / heat.sum()), bool(part.max() == heat.max())


@pytest.mark.parametrize("box", [(0.0, 0.0, 0.4, 0.5), (0.6, 0.5, 1.0, 1.0), (0.3, 0.25, 0.7, 0.75)])
def test_what_is_planted_lights_up_and_nothing_else(box: tuple[float, float, float, float]) -> None:
    picture = Image.new("RGB", (300, 200), (0, 0, 255))
    picture.paste(
        (255, 0, 0), (round(box[0] * 300), round(box[1] * 200), round(box[2] * 300), round(box[3] * 200))
    )
    red, blue = (locate(MeanColour(), COLOURS, label, picture) for label in ("red", "blue"))
    share, peak = inside(red, box)
    assert share > 0.9
    assert peak
    assert inside(blue, box)[0] < 0.1
    assert inside(locate(MeanColour(), COLOURS, "green", picture), box)[0] == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize(
    ("size", "cells"),
    [
        ((640, 480), (48, 64)),
        ((480, 640), (64, 48)),
        ((1, 1), (64, 64)),
        ((4000, 3), (1, 64)),
        ((3, 4000), (64, 1)),
        ((1500, 300), (13, 64)),
    ],
)
def test_a_picture_of_any_shape_has_a_map_of_its_shape(size: tuple[int, int], cells: tuple[int, int]) -> None:
    network = MeanColour()
    heat = locate(network, COLOURS, "red", Image.new("RGB", size, (200, 30, 30)))
    assert heat.shape == cells
    assert np.isfinite(heat).all()
    assert heat.min() >= 0
    assert heat.max() == 1
    assert network.seen <= MOST_WINDOWS


def test_a_label_that_nothing_has_gives_a_map_all_the_same() -> None:
    heat = locate(MeanColour(), COLOURS, "red", Image.new("RGB", (64, 48)))
    np.testing.assert_allclose(heat, 1, atol=1e-3)  # everywhere alike, and so nowhere in particular


def test_the_picture_shows_through_where_the_label_is_not() -> None:
    heat = np.linspace(0, 1, 64, dtype=np.float32)[None].repeat(48, axis=0)
    data = draw(heat, 400, 300)
    assert len(data) < 40_000
    drawn = Image.open(io.BytesIO(data))
    assert (drawn.format, drawn.size) == ("PNG", (400, 300))
    pixels = np.array(drawn.convert("RGBA")).astype(int)
    opacity, lightness = pixels[150, :, 3], pixels[150, :, :3] @ (0.2126, 0.7152, 0.0722)
    assert opacity[0] == 0
    assert opacity[-1] == 200
    assert (np.diff(opacity) >= 0).all()
    assert (np.diff(lightness) >= -1).all()
    assert lightness[-1] > 230


@pytest.fixture(scope="module")
def real_network(spec: BackboneSpec, weights: bytes) -> OpenVinoBackbone:
    return OpenVinoBackbone(spec, weights, precision="float32")


def test_in_collages_of_real_photos_the_one_with_the_label_lights_up(
    shared_data: Path, starter: Registry, spec: BackboneSpec, real_network: OpenVinoBackbone
) -> None:
    """2 x 2 squares, one of a photo that has the label and the network finds it in; chance is 0.25."""
    head = load_head(starter, starter.production())
    folder = shared_data / "photos"
    entries = json.loads((folder / "annotations.json").read_text())
    truth = {entry["image"]: set(entry["annotation"]) for entry in entries}
    squares = {name: _square(folder / name) for name in truth}
    scores = head.scores(real_network.embed(np.stack([fit(square, spec) for square in squares.values()])))
    shares, peaks = [], []
    for image, label, others, quadrant in _collages(
        truth, dict(zip(truth, scores, strict=True)), head.labels
    ):
        order = [squares[name] for name in others]
        order.insert(quadrant, squares[image])
        heat = locate(real_network, head, label, _collage(order))
        left, top = quadrant % 2 / 2, quadrant // 2 / 2
        share, peak = inside(heat, (left, top, left + 0.5, top + 0.5))
        shares.append(share)
        peaks.append(peak)
    assert len(shares) == CASES
    # 0.63 and 0.85 over all 115 that can be made so; what is asked leaves room for the 40.
    assert np.mean(shares) >= 0.45
    assert np.mean(peaks) >= 0.6


def _square(path: Path) -> Image.Image:
    image = Image.open(path).convert("RGB")
    edge = min(image.size)
    left, top = (image.width - edge) // 2, (image.height - edge) // 2
    box = (left, top, left + edge, top + edge)
    return image.resize((QUADRANT, QUADRANT), Image.Resampling.BILINEAR, box=box)


def _collage(squares: list[Image.Image]) -> Image.Image:
    collage = Image.new("RGB", (2 * QUADRANT, 2 * QUADRANT))
    for place, square in enumerate(squares):
        collage.paste(square, (place % 2 * QUADRANT, place // 2 * QUADRANT))
    return collage


def _collages(
    truth: dict[str, set[str]], scores: dict[str, NDArray[np.float32]], labels: tuple[str, ...]
) -> list[tuple[str, str, list[str], int]]:
    """Draw (image, label, three images without label and kin, quadrant), the same on every run."""
    rng = random.Random(0)  # noqa: S311 - a choice of tests
    found = []
    for name, has in truth.items():
        for label in sorted(has & set(labels)):
            kin = next((kin for kin in KIN if label in kin), {label})
            others = [other for other, tags in truth.items() if not tags & kin]
            if scores[name][labels.index(label)] >= 0.4 and len(others) >= 3:
                found.append((name, label, rng.sample(others, 3), rng.randrange(4)))
    rng.shuffle(found)
    return found[:CASES]
