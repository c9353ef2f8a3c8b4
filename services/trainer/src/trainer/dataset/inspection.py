"""Inspect the images of a dataset: hashes, near-duplicates, unreadable files."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trainer.dataset.dataset import Dataset
from trainer.errors import DatasetError
from vignette_shared.errors import ImageError
from vignette_shared.imaging import open_upright_rgb

# The most bits, of 64, in which the hashes of near-duplicates differ.
ALIKE_BITS = 3
_BLOCK = 256
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Inspection:
    """Hashes and problems of the images, by row of the dataset.

    Attributes:
        sha256: in hex; empty if the file can't be read.
        dhash: uint64[images], difference hashes; 0 for an image that can't be decoded or is a single colour.
        problems: why an image can't be used.
    """

    sha256: tuple[str, ...]
    dhash: NDArray[np.uint64]
    problems: dict[int, str]

    def exact_duplicates(self) -> list[list[int]]:
        """Return groups of rows with the same bytes."""
        rows: dict[str, list[int]] = defaultdict(list)
        for row, digest in enumerate(self.sha256):
            if digest:
                rows[digest].append(row)
        return [group for group in rows.values() if len(group) > 1]

    def near_duplicates(self) -> list[Pair]:
        """Return pairs of rows whose images look the same but whose bytes differ."""
        rows = np.flatnonzero(self.dhash)
        pairs = ((int(rows[i]), int(rows[k])) for i, k in _alike(self.dhash[rows]))
        return [(i, k) for i, k in pairs if self.sha256[i] != self.sha256[k]]


def groups_alike(dhash: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Return a group number for each image: images connected by near-duplicates share one.

    Args:
        dhash: difference hashes; an image whose hash is 0 is a group by itself.
    """
    values, which = np.unique(dhash, return_inverse=True)
    plain = int(values[:1].sum() == 0) if len(values) else 0
    root = np.arange(len(values))

    def top(value: int) -> int:
        # Union-find with path halving (Tarjan & van Leeuwen 1984).
        while root[value] != value:
            root[value] = value = root[root[value]]
        return value

    for i, k in _alike(values[plain:]):
        root[top(k + plain)] = top(i + plain)
    tops = np.array([top(value) for value in range(len(values))], np.intp)
    return np.where(dhash == 0, len(values) + np.arange(len(dhash)), tops[which] if len(values) else which)


def difference_hash(body: bytes) -> int:
    """Return 64 bits: whether each of 8 x 8 cells is darker than its right neighbour (Krawetz 2013).

    Raises:
        ImageError: the image can't be decoded.
    """
    image = open_upright_rgb(body, 32)
    cells = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.BOX), np.int16)
    return int.from_bytes(np.packbits(cells[:, :-1] < cells[:, 1:]).tobytes(), "big")


def _alike(hashes: NDArray[np.uint64]) -> Iterator[Pair]:
    """Yield pairs of indices, the lower first, of hashes that differ in few bits."""
    # In blocks: the memory for all pairs at once grows with the square of the images.
    for start in range(0, len(hashes), _BLOCK):
        apart = np.bitwise_count(hashes[start : start + _BLOCK, None] ^ hashes[None, start:])
        first, second = np.nonzero(apart <= ALIKE_BITS)
        later = second > first
        yield from zip((start + first[later]).tolist(), (start + second[later]).tolist(), strict=True)


def inspect_images(dataset: Dataset, progress: Callable[[int], None] = lambda _: None) -> Inspection:
    """Read and decode every image once, on all cores."""
    hashes: list[str] = []
    gradients = np.zeros(len(dataset.names), np.uint64)
    problems: dict[int, str] = {}
    # Threads suffice: Pillow and hashlib release the interpreter's lock while they decode and hash.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for row, (digest, gradient, problem) in enumerate(
            pool.map(lambda name: _inspect(dataset, name), dataset.names)
        ):
            hashes.append(digest)
            gradients[row] = gradient
            if problem:
                problems[row] = problem
            progress(1)
    return Inspection(tuple(hashes), gradients, problems)


def across(pairs: Iterable[Pair], splits: tuple[str, ...]) -> list[Pair]:
    """Return the pairs whose images are in different splits."""
    return [(i, k) for i, k in pairs if splits[i] != splits[k]]


def pairs_of(groups: Iterable[list[int]]) -> list[Pair]:
    return [pair for group in groups for pair in combinations(group, 2)]


def _inspect(dataset: Dataset, name: str) -> tuple[str, int, str]:
    try:
        body = dataset.read(name)
    except DatasetError as error:
        return "", 0, error.detail
    digest = hashlib.sha256(body).hexdigest()
    try:
        return digest, difference_hash(body), ""
    except ImageError as error:
        return digest, 0, error.detail
