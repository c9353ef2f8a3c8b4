"""Embeddings of a dataset, computed once a backbone and image, kept as safetensors shards."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from trainer.dataset import Dataset
from trainer.errors import DatasetError
from vignette_shared.errors import ImageError
from vignette_shared.observability.logs import get_logger
from vignette_shared.vision.backbone import Backbone
from vignette_shared.vision.preprocess import load_pixels

log = get_logger(__name__)

SHARD_ROWS = 2048
"""8 MiB a shard: what an interruption loses at most."""
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Embedded:
    """float16[n, features] of the images that could be read, with their rows in the dataset."""

    rows: NDArray[np.intp]
    embeddings: NDArray[np.float16]
    sha256: tuple[str, ...]


def embed_dataset(
    dataset: Dataset, backbone: Backbone, folder: Path, progress: Progress = lambda _: None
) -> Embedded:
    """Return the embeddings of a dataset, computing only those that `folder` lacks.

    A damaged image is logged and left out.

    Args:
        folder: of the cache; shards lie in a subfolder named by the backbone's fingerprint.
        progress: called with the number of images done.

    Raises:
        DatasetError: not one image could be read.
    """
    cache = _Cache(folder / backbone.spec.fingerprint, backbone.spec.features)
    hashes: dict[int, str] = {}
    missing: dict[str, NDArray[np.uint8]] = {}
    for row, name in enumerate(dataset.names):
        progress(1)
        body = dataset.read(name)
        digest = hashlib.sha256(body).hexdigest()
        if digest not in cache.rows and digest not in missing:
            try:
                missing[digest] = load_pixels(body, backbone.spec)
            except ImageError as error:
                log.warning("image_skipped", image=name, code=error.code, reason=error.detail)
                continue
        hashes[row] = digest
        if len(missing) == SHARD_ROWS:
            cache.add(missing, backbone)
            missing = {}
    cache.add(missing, backbone)
    if not hashes:
        raise DatasetError("Not one image of the dataset could be read.")
    found = np.stack([cache.rows[digest] for digest in hashes.values()])
    return Embedded(np.array(list(hashes), np.intp), found, tuple(hashes.values()))


class _Cache:
    """Rows by the SHA-256 of their image."""

    def __init__(self, folder: Path, features: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._features = features
        self.rows: dict[str, NDArray[np.float16]] = {}
        for path in sorted(folder.glob("*.safetensors")):
            self.rows.update(self._read(path))

    def add(self, pixels: dict[str, NDArray[np.uint8]], backbone: Backbone) -> None:
        """Embed and keep; a shard appears whole or not at all."""
        if not pixels:
            return
        embeddings = backbone.embed(np.stack(list(pixels.values()))).astype(np.float16)
        hashes = np.frombuffer(bytes.fromhex("".join(pixels)), np.uint8).reshape(-1, 32)
        name = hashlib.sha256(hashes.tobytes()).hexdigest()[:16]
        temporary = self._folder / f".{name}.{os.getpid()}"
        save_file({"embeddings": embeddings, "sha256": hashes.copy()}, temporary)
        temporary.rename(self._folder / f"{name}.safetensors")
        self.rows.update(zip(pixels, embeddings, strict=True))

    def _read(self, path: Path) -> Iterator[tuple[str, NDArray[np.float16]]]:
        try:
            shard = load_file(path)
            embeddings, hashes = shard["embeddings"], shard["sha256"]
        except (SafetensorError, KeyError, OSError) as error:
            log.warning("shard_discarded", shard=path.name, reason=str(error))
            path.unlink()
            return
        if embeddings.shape == (len(hashes), self._features):
            yield from zip((row.tobytes().hex() for row in hashes), embeddings, strict=True)
