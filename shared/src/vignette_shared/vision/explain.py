"""Where in a photo a tag comes from: the network looks at its parts one by one.

Windows slide over the photo, each as large as the network's input, and the head scores each as if it were a
photo of its own. What the usual method, class activation from the last convolution's map (Grad-CAM, Selvaraju
et al. 2017, arXiv:1610.02391), lacks here is the map: at 96 px it is 1 x 1, and at a larger input the network
sees objects at scales that it was not trained for. docs/decisions/0015 has the figures of both, and of
occlusion (Zeiler and Fergus 2014, arXiv:1311.2901).
"""

from io import BytesIO
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head

WINDOWS_ACROSS = 3
"""Windows side by side over the photo's shorter side: smaller ones show too little to be recognised."""
STEP = 0.375
"""Of a window, from one to the next."""
MOST_WINDOWS = 120
"""A photo of 4:3 takes 63; a panorama is looked at in longer steps rather than for longer."""
LONGEST_ASPECT = 5
"""Beyond it a photo is squeezed: with so few windows, those of a longer one would not touch any more."""
BATCH = 8
"""Windows a call: with more, the network's buffers grow and the time does not shrink."""
GRID = 64
"""Cells of the map along the longer side; a window is some twenty of them, and the map is smooth."""
EDGE_WEIGHT = 1e-3
OPAQUEST = 200
"""Of 255: the photo shows through even where the map is brightest."""
OPAQUE_FROM = 0.6

# Black, purple, orange, pale yellow: nine steps of Matplotlib's "inferno" (CC0), of even lightness.
_COLOURS = (
    (0, 0, 4), (31, 12, 72), (85, 15, 109), (136, 34, 106), (187, 55, 84), (227, 89, 50), (249, 140, 10),
    (249, 201, 50), (252, 255, 164),
)  # fmt: skip


def locate(backbone: Backbone, head: Head, label: str, image: Image.Image) -> NDArray[np.float32]:
    """Return how strongly the parts of an upright RGB image have a label, float32[h, w] in 0..1.

    The brightest part is 1 and the others stand to it as the squares of their scores. The longer side has 64
    cells; the shorter as many as the image's aspect leaves it.

    Raises:
        ValueError: the head does not have the label.
    """
    column = head.labels.index(label)
    side = backbone.spec.input_side
    scaled = _scale(image, side)
    height, width = scaled.shape[:2]
    tops, lefts = _starts(height, width, side)
    windows = np.stack([scaled[y : y + side, x : x + side] for y, x in product(tops, lefts)])
    embeddings = [backbone.embed(windows[i : i + BATCH]) for i in range(0, len(windows), BATCH)]
    scores = head.scores(np.concatenate(embeddings))[:, column].astype(np.float64)
    logits = np.log(scores + 1e-9) - np.log1p(1e-9 - scores)
    rows, columns = _cells(image.size)
    down, across = _weights(tops, side, height, rows), _weights(lefts, side, width, columns)
    mean = down.T @ logits.reshape(len(tops), len(lefts)) @ across
    heat = (1 / (1 + np.exp(-mean))) ** 2
    return np.asarray(heat / heat.max(), np.float32)


def draw(heat: NDArray[np.float32], width: int, height: int) -> bytes:
    """Return a map in 0..1 as a PNG of this size in pixels, to be laid over the photo.

    Colours run from black over purple and orange to pale yellow, lighter where the tag is stronger; where it
    is not at all the PNG is transparent. It has a palette, and so some 20 kB.
    """
    levels = Image.fromarray(np.asarray(np.round(heat * 255), np.uint8))
    picture = levels.resize((width, height), Image.Resampling.BICUBIC)
    picture.putpalette(_palette().tobytes(), "RGBA")
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _palette() -> NDArray[np.uint8]:
    """Return uint8[256, 4]: colour and opacity of each level."""
    levels = np.linspace(0, 1, 256)
    steps = np.linspace(0, 1, len(_COLOURS))
    channels = [np.interp(levels, steps, channel) for channel in np.array(_COLOURS, float).T]
    opacity = np.clip(levels / OPAQUE_FROM, 0, 1) * OPAQUEST
    return np.asarray(np.round(np.stack([*channels, opacity], axis=1)), np.uint8)


def _scale(image: Image.Image, side: int) -> NDArray[np.uint8]:
    """Bring the shorter side to `WINDOWS_ACROSS` windows, uint8[h, w, 3]."""
    shorter = side * WINDOWS_ACROSS
    factor = shorter / min(image.size)
    width, height = (min(round(length * factor), LONGEST_ASPECT * shorter) for length in image.size)
    return np.array(image.resize((width, height), Image.Resampling.BILINEAR), dtype=np.uint8)


def _starts(height: int, width: int, side: int) -> tuple[list[int], list[int]]:
    """Return where windows begin, evenly spread from edge to edge, down and across."""
    step = side * STEP
    counts = [1 + round((length - side) / step) for length in (height, width)]
    longer = counts.index(max(counts))
    counts[longer] = min(counts[longer], MOST_WINDOWS // min(counts))
    down, across = (
        [round(start) for start in np.linspace(0, length - side, count)]
        for length, count in zip((height, width), counts, strict=True)
    )
    return down, across


def _cells(size: tuple[int, int]) -> tuple[int, int]:
    """Return the map's rows and columns for an image's width and height."""
    width, height = (max(1, round(GRID * length / max(size))) for length in size)
    return height, width


def _weights(starts: list[int], side: int, length: int, cells: int) -> NDArray[np.float64]:
    """Return float64[starts, cells]: how much each window counts in each cell; a cell's weights sum to 1.

    A window counts most in its middle and fades towards its edges (Hann), so that none leaves a border.
    """
    centres = (np.arange(cells) + 0.5) / cells * length
    place = (centres[None] - np.array(starts)[:, None]) / side
    inside = (place >= 0) & (place <= 1)
    weights = np.where(inside, np.sin(np.pi * place.clip(0, 1)) ** 2 + EDGE_WEIGHT, 0)
    result: NDArray[np.float64] = weights / weights.sum(axis=0)
    return result
