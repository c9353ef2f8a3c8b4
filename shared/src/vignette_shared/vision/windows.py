"""Where in a photo a tag comes from, for a network of small input: it looks at the photo's parts one by one.

Windows slide over the photo, each as large as the network's input, and the head scores each as if it were a
photo of its own. docs/decisions/0015 has the figures, and those of class activation and of occlusion (Zeiler
and Fergus 2014, arXiv:1311.2901).
"""

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
EDGE_WEIGHT = 1e-3


def window_activation(
    backbone: Backbone, head: Head, column: int, image: Image.Image, cells: tuple[int, int]
) -> NDArray[np.float32]:
    """Return how strongly the parts of an upright RGB image have a label, float32[rows, columns] in 0..1.

    The brightest part is 1 and the others stand to it as the squares of their scores.

    Args:
        column: of the label.
        cells: rows and columns of the map; a window is some twenty of 64, and the map is smooth.
    """
    side = backbone.spec.input_side
    scaled = _scale(image, side)
    height, width = scaled.shape[:2]
    tops, lefts = _starts(height, width, side)
    windows = np.stack([scaled[y : y + side, x : x + side] for y, x in product(tops, lefts)])
    embeddings = [backbone.embed(windows[i : i + BATCH]) for i in range(0, len(windows), BATCH)]
    scores = head.scores(np.concatenate(embeddings))[:, column].astype(np.float64)
    logits = np.log(scores + 1e-9) - np.log1p(1e-9 - scores)
    rows, columns = cells
    down, across = _weights(tops, side, height, rows), _weights(lefts, side, width, columns)
    mean = down.T @ logits.reshape(len(tops), len(lefts)) @ across
    heat = (1 / (1 + np.exp(-mean))) ** 2
    return np.asarray(heat / heat.max(), np.float32)


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
