"""Embeddings of a dataset, computed once a backbone and image, kept as safetensors shards."""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.dataset import Dataset
from trainer.errors import DatasetError
from vignette_shared.errors import ImageError, ModelDamaged, StorageError, StorageFull
from vignette_shared.observability.logs import get_logger
from vignette_shared.vision.backbone import Backbone, BackboneSpec
from vignette_shared.vision.preprocess import load_pixels
from vignette_shared.vision.shards import dump_shard, parse_shard, shard_name

log = get_logger(__name__)

CACHE = "bottlenecks"
"""Folder of the cache in a work folder."""
SHARD_ROWS = 2048
"""8 MiB a shard: what an interruption loses at most."""
SKIPPED_FILE = "skipped.json"
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

    A damaged image is left out, logged, and recorded in the cache's `skipped.json`.

    Args:
        folder: of the cache; shards lie in a subfolder named by the backbone's fingerprint.
        progress: called with the number of images done.

    Raises:
        DatasetError: not one image could be read.
        StorageError: the cache can't be written; `StorageFull` when the disk is full.
    """
    cache = Cache(folder, backbone.spec)
    hashes: dict[int, str] = {}
    missing: dict[str, NDArray[np.uint8]] = {}
    for row, name in enumerate(dataset.names):
        progress(1)
        body = dataset.read(name)
        digest = hashlib.sha256(body).hexdigest()
        if digest in cache.skipped:
            continue
        if digest not in cache.rows and digest not in missing:
            try:
                missing[digest] = load_pixels(body, backbone.spec)
            except ImageError as error:
                cache.skip({digest: {"image": name, "code": error.code, "reason": error.detail}})
                continue
        hashes[row] = digest
        if len(missing) == SHARD_ROWS:
            cache.embed(missing, backbone)
            missing = {}
    cache.embed(missing, backbone)
    if not hashes:
        raise DatasetError("Not one image of the dataset could be read.")
    found = np.stack([cache.rows[digest] for digest in hashes.values()])
    return Embedded(np.array(list(hashes), np.intp), found, tuple(hashes.values()))


def missing_images(dataset: Dataset, cache: "Cache", progress: Progress) -> Iterator[tuple[str, str, bytes]]:
    """Yield name, SHA-256 (hex) and file of the images that a cache lacks, each file once."""
    seen: set[str] = set()
    for name in dataset.names:
        body = dataset.read(name)
        digest = hashlib.sha256(body).hexdigest()
        if digest in cache.rows or digest in cache.skipped or digest in seen:
            progress(1)
            continue
        seen.add(digest)
        yield name, digest, body


class Cache:
    """Rows by the SHA-256 of their image; `skipped` says why others have none.

    Several processes may add to one cache: a shard appears whole or not at all, and its name tells what is in
    it.
    """

    def __init__(self, folder: Path, spec: BackboneSpec) -> None:
        self.folder = folder / spec.fingerprint
        self._features = spec.features
        self._make_folder()
        self.rows: dict[str, NDArray[np.float16]] = {}
        self.skipped: dict[str, dict[str, str]] = self._read_skipped()
        self.refresh()

    def refresh(self) -> None:
        """Read the shards again; one that is damaged or of another width is removed."""
        for path in sorted(self.folder.glob("*.safetensors")):
            try:
                self.rows.update(parse_shard(path.read_bytes(), self._features))
            except (ModelDamaged, OSError) as error:
                log.warning("shard_discarded", shard=path.name, reason=str(error))
                path.unlink(missing_ok=True)

    def embed(self, pixels: Mapping[str, NDArray[np.uint8]], backbone: Backbone) -> None:
        """Embed and keep."""
        if pixels:
            embeddings = backbone.embed(np.stack(list(pixels.values())))
            self.keep(dump_shard(list(pixels), embeddings), shard_name(list(pixels)))

    def keep(self, shard: bytes, name: str) -> None:
        """Write a shard; raises `ModelDamaged` for what is none, `StorageError` when it can't be written."""
        self.rows.update(parse_shard(shard, self._features))
        self._write(f"{name}.safetensors", shard)

    def skip(self, why: Mapping[str, dict[str, str]]) -> None:
        """Record images that can't be embedded: by hash, `image`, `code` and `reason`."""
        for story in why.values():
            log.warning("image_skipped", **story)
        # Another process may have added some since.
        self.skipped = {**self._read_skipped(), **self.skipped, **why}
        self._write(SKIPPED_FILE, json.dumps(self.skipped, indent=1, sort_keys=True).encode())

    def size(self) -> int:
        """Return the bytes of all shards."""
        return sum(path.stat().st_size for path in self.folder.glob("*.safetensors"))

    def _read_skipped(self) -> dict[str, dict[str, str]]:
        try:
            found: dict[str, dict[str, str]] = json.loads((self.folder / SKIPPED_FILE).read_text())
        except (OSError, ValueError):
            return {}
        return found

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"The folder {self.folder} can't be made: {error.strerror}.") from error

    def _write(self, name: str, body: bytes) -> None:
        temporary = self.folder / f".{name}.{os.getpid()}"
        try:
            temporary.write_bytes(body)
            temporary.rename(self.folder / name)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull(
                    f"The disk is full: free some space for {self.folder}, then embed again."
                ) from error
            raise StorageError(f"{self.folder / name} can't be written: {error.strerror}.") from error
