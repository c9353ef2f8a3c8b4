"""Sliding windows: a heat map for backbones with a small input, which score the photo part by part.

Each window has the size of the network's input and is scored like a photo. docs/decisions/0015 compares this
with Grad-CAM and with occlusion (Zeiler and Fergus 2014, arXiv:1311.2901).
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.head import Head

WINDOWS_ACROSS = 3
"""Windows that fit side by side along the shorter side; smaller windows show too little to recognise."""
STEP = 0.375
"""Distance between windows, as a fraction of their side."""
MAX_WINDOWS = 120
"""Bounds the time for a panorama, whose windows are further apart; a 4:3 photo has 63 windows."""
MAX_ASPECT = 5
"""Longer photos are squeezed to this aspect ratio, or `MAX_WINDOWS` windows would leave gaps."""
BATCH = 8
"""Windows per call; larger batches take more memory and no less time."""
EDGE_WEIGHT = 1e-3
"""Weight of a window at its edges, which keeps the weights of every cell above 0."""


def windows_heatmap(
    backbone: Backbone, head: Head, column: int, image: Image.Image, cells: tuple[int, int]
) -> NDArray[np.float32]:
    """Return a smooth heat map of an upright RGB image, float32[rows, columns] in 0..1.

    Values are proportional to squared scores, which adds contrast; the maximum is 1.

    Args:
        column: index of the label.
        cells: rows and columns of the heat map.
    """
    side = backbone.spec.input_side
    scaled = _scale(image, side)
    height, width = scaled.shape[:2]
    tops, lefts = _starts(height, width, side)
    windows = np.stack([scaled[y : y + side, x : x + side] for y, x in product(tops, lefts)])
    embeddings = [backbone.embed(windows[i : i + BATCH]) for i in range(0, len(windows), BATCH)]
    scores = head.scores(np.concatenate(embeddings))[:, column].astype(np.float64)
    # Averaged as logits: scores saturate near 0 and 1.
    logits = np.log(scores + 1e-9) - np.log1p(1e-9 - scores)
    rows, columns = cells
    down, across = _weights(tops, side, height, rows), _weights(lefts, side, width, columns)
    mean = down.T @ logits.reshape(len(tops), len(lefts)) @ across
    heat = (1 / (1 + np.exp(-mean))) ** 2
    return np.asarray(heat / heat.max(), np.float32)


def _scale(image: Image.Image, side: int) -> NDArray[np.uint8]:
    """Resize the image to a shorter side of `WINDOWS_ACROSS` windows, uint8[h, w, 3]."""
    shorter = side * WINDOWS_ACROSS
    factor = shorter / min(image.size)
    width, height = (min(round(length * factor), MAX_ASPECT * shorter) for length in image.size)
    return np.array(image.resize((width, height), Image.Resampling.BILINEAR), dtype=np.uint8)


def _starts(height: int, width: int, side: int) -> tuple[list[int], list[int]]:
    """Return the top and left coordinates of the windows, evenly spaced from edge to edge."""
    step = side * STEP
    counts = [1 + round((length - side) / step) for length in (height, width)]
    longer = counts.index(max(counts))
    counts[longer] = min(counts[longer], MAX_WINDOWS // min(counts))
    down, across = (
        [round(start) for start in np.linspace(0, length - side, count)]
        for length, count in zip((height, width), counts, strict=True)
    )
    return down, across


def _weights(starts: list[int], side: int, length: int, cells: int) -> NDArray[np.float64]:
    """Return the weight of each window in each cell, float64[starts, cells]; those of a cell sum to 1.

    A Hann window gives most weight to the centre and hides the edges of the windows in the map.
    """
    centres = (np.arange(cells) + 0.5) / cells * length
    offset = (centres[None] - np.array(starts)[:, None]) / side
    inside = (offset >= 0) & (offset <= 1)
    weights = np.where(inside, np.sin(np.pi * offset.clip(0, 1)) ** 2 + EDGE_WEIGHT, 0)
    result: NDArray[np.float64] = weights / weights.sum(axis=0)
    return result
