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
_AT_ONCE = 256
"""Images between two words of progress: a second or two."""
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

    An image that is damaged, or that can't be read at all, is left out, logged, and recorded in the cache's
    `skipped.json`. The latter is tried again by the next call.

    Args:
        folder: of the cache; shards lie in a subfolder named by the backbone's fingerprint.
        progress: called with the number of images done: embedded, there already, or skipped.

    Raises:
        DatasetError: not one image could be read.
        StorageError: the cache can't be written; `StorageFull` when the disk is full.
    """
    cache = Cache(folder, backbone.spec)
    hashes: dict[int, str] = {}
    missing: dict[str, NDArray[np.uint8]] = {}
    for row, name in enumerate(dataset.names):
        body = cache.read(dataset, name)
        digest = "" if body is None else hashlib.sha256(body).hexdigest()
        if body is None or digest in cache.skipped:
            progress(1)
            continue
        if digest in cache.rows or digest in missing:
            progress(1)
        else:
            try:
                missing[digest] = load_pixels(body, backbone.spec)
            except ImageError as error:
                cache.skip({digest: {"image": name, "code": error.code, "reason": error.detail}})
                progress(1)
                continue
        hashes[row] = digest
        if len(missing) == SHARD_ROWS:
            cache.embed(missing, backbone, progress)
            missing = {}
    cache.embed(missing, backbone, progress)
    if not hashes:
        raise DatasetError("Not one image of the dataset could be read.")
    found = np.stack([cache.rows[digest] for digest in hashes.values()])
    return Embedded(np.array(list(hashes), np.intp), found, tuple(hashes.values()))


def missing_images(dataset: Dataset, cache: "Cache", progress: Progress) -> Iterator[tuple[str, str, bytes]]:
    """Yield name, SHA-256 (hex) and file of the images that a cache lacks, each file once.

    One that can't be read is recorded in the cache and passed over.
    """
    seen: set[str] = set()
    for name in dataset.names:
        body = cache.read(dataset, name)
        digest = "" if body is None else hashlib.sha256(body).hexdigest()
        if body is None or digest in cache.rows or digest in cache.skipped or digest in seen:
            progress(1)
            continue
        seen.add(digest)
        yield name, digest, body


class Cache:
    """Rows by the SHA-256 of their image; `skipped` says why others have none.

    What could not even be read has no hash: it stands in `skipped` under `name:` and its name.

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

    def read(self, dataset: Dataset, name: str) -> bytes | None:
        """Return an image's file; None, and that is recorded, for one that is missing or can't be read."""
        key = f"name:{name}"
        try:
            body = dataset.read(name)
        except DatasetError as error:
            self.skip({key: {"image": name, "code": error.code, "reason": error.detail}})
            return None
        if key in self.skipped:  # it has come since
            self.skipped = {known: why for known, why in self.skipped.items() if known != key}
            self._write_skipped()
        return body

    def embed(
        self, pixels: Mapping[str, NDArray[np.uint8]], backbone: Backbone, progress: Progress = lambda _: None
    ) -> None:
        """Embed and keep; `progress` is called with the number of images embedded."""
        if not pixels:
            return
        images, parts = list(pixels.values()), []
        for first in range(0, len(images), _AT_ONCE):
            parts.append(backbone.embed(np.stack(images[first : first + _AT_ONCE])))
            progress(len(parts[-1]))
        self.keep(dump_shard(list(pixels), np.concatenate(parts)), shard_name(list(pixels)))

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
        self._write_skipped()

    def size(self) -> int:
        """Return the bytes of all shards."""
        return sum(path.stat().st_size for path in self.folder.glob("*.safetensors"))

    def _read_skipped(self) -> dict[str, dict[str, str]]:
        try:
            found: dict[str, dict[str, str]] = json.loads((self.folder / SKIPPED_FILE).read_text())
        except (OSError, ValueError):
            return {}
        return found

    def _write_skipped(self) -> None:
        self._write(SKIPPED_FILE, json.dumps(self.skipped, indent=1, sort_keys=True).encode())

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
