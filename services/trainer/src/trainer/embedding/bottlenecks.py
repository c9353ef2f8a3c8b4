"""The bottleneck cache: embeddings of a dataset, computed once per backbone and image."""

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.dataset import Dataset
from trainer.errors import DatasetError
from trainer.support.progress import CountCallback
from vignette_shared.errors import ImageError, ModelDamaged, StorageError, StorageFull
from vignette_shared.observability.logs import get_logger
from vignette_shared.vision.backbone import Backbone, BackboneSpec
from vignette_shared.vision.preprocess import load_pixels
from vignette_shared.vision.shards import dump_shard, parse_shard, shard_name

log = get_logger(__name__)

# Name of the cache's folder in a work folder.
CACHE = "bottlenecks"
# Images per shard: 8 MiB, the most that an interruption loses.
SHARD_ROWS = 2048
# Images between two calls of `progress`: a second or two.
_PROGRESS_IMAGES = 256
SKIPPED_FILE = "skipped.json"


@dataclass(frozen=True, slots=True)
class Embedded:
    """Embeddings, float16[n, features], of the readable images, with their rows in the dataset."""

    rows: NDArray[np.intp]
    embeddings: NDArray[np.float16]
    sha256: tuple[str, ...]


def embed_dataset(
    dataset: Dataset, backbone: Backbone, folder: Path, progress: CountCallback = lambda _: None
) -> Embedded:
    """Return the embeddings of a dataset, computing only those that the cache lacks.

    A damaged or unreadable image is logged, skipped, and recorded in the cache's `skipped.json`. The next
    call tries unreadable images again, but not damaged ones.

    Args:
        folder: of the cache; each backbone has a subfolder named after its fingerprint.
        progress: called with the number of images embedded, found in the cache, or skipped.

    Raises:
        DatasetError: no image can be read.
        StorageError: the cache can't be written; `StorageFull` if the disk is full.
    """
    cache = Cache(folder, backbone.spec)
    hashes: dict[int, str] = {}
    # Embedded together once they fill a shard: many small shards would be slow to open.
    missing: dict[str, NDArray[np.uint8]] = {}
    for row, name in enumerate(dataset.names):
        body = cache.read(dataset, name)
        # By content rather than name: a renamed or repeated image is embedded once.
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
        # A full shard is written at once, which bounds both memory and what a kill loses.
        if len(missing) == SHARD_ROWS:
            cache.embed(missing, backbone, progress)
            missing = {}
    cache.embed(missing, backbone, progress)
    if not hashes:
        raise DatasetError("No image of the dataset can be read.")
    embeddings = np.stack([cache.rows[digest] for digest in hashes.values()])
    return Embedded(np.array(list(hashes), np.intp), embeddings, tuple(hashes.values()))


def missing_images(
    dataset: Dataset, cache: "Cache", progress: CountCallback
) -> Iterator[tuple[str, str, bytes]]:
    """Yield name, SHA-256 (hex) and bytes of the images that a cache lacks, each image once.

    An unreadable image is recorded in the cache and skipped.
    """
    yielded: set[str] = set()
    for name in dataset.names:
        body = cache.read(dataset, name)
        digest = "" if body is None else hashlib.sha256(body).hexdigest()
        if body is None or digest in cache.rows or digest in cache.skipped or digest in yielded:
            progress(1)
            continue
        yielded.add(digest)
        yield name, digest, body


class Cache:
    """Embeddings of one backbone by the SHA-256 of their image.

    Several processes may add to one cache: a shard is written atomically and named after its content.

    Attributes:
        rows: float16[features] by SHA-256.
        skipped: `image`, `code` and `reason` of the images without an embedding, by SHA-256, or by
            `name:<name>` if the file couldn't be read.
    """

    def __init__(self, folder: Path, spec: BackboneSpec) -> None:
        self.folder = folder / spec.fingerprint
        self._features = spec.features
        self._make_folder()
        self.rows: dict[str, NDArray[np.float16]] = {}
        self.skipped: dict[str, dict[str, str]] = self._read_skipped()
        self.refresh()

    def refresh(self) -> None:
        """Read the shards; remove those that are damaged or have the wrong width."""
        for path in sorted(self.folder.glob("*.safetensors")):
            try:
                self.rows.update(parse_shard(path.read_bytes(), self._features))
            except (ModelDamaged, OSError) as error:
                log.warning("shard_discarded", shard=path.name, reason=str(error))
                # Its images are embedded again; a damaged shard that stays would be reported by every run.
                path.unlink(missing_ok=True)

    def read(self, dataset: Dataset, name: str) -> bytes | None:
        """Return an image's bytes; record an unreadable image and return None."""
        key = f"name:{name}"
        try:
            body = dataset.read(name)
        except DatasetError as error:
            self.skip({key: {"image": name, "code": error.code, "reason": error.detail}})
            return None
        if key in self.skipped:  # the file was missing then and exists now
            self.skipped = {other: entry for other, entry in self.skipped.items() if other != key}
            self._write_skipped()
        return body

    def embed(
        self,
        pixels: Mapping[str, NDArray[np.uint8]],
        backbone: Backbone,
        progress: CountCallback = lambda _: None,
    ) -> None:
        """Embed pixels, uint8[N, N, 3] by SHA-256, and store them as one shard."""
        if not pixels:
            return
        images, parts = list(pixels.values()), []
        for first in range(0, len(images), _PROGRESS_IMAGES):
            parts.append(backbone.embed(np.stack(images[first : first + _PROGRESS_IMAGES])))
            progress(len(parts[-1]))
        self.add_shard(dump_shard(list(pixels), np.concatenate(parts)), shard_name(list(pixels)))

    def add_shard(self, shard: bytes, name: str) -> None:
        """Store a shard.

        Raises `ModelDamaged` if it can't be parsed, `StorageError` if it can't be written.
        """
        self.rows.update(parse_shard(shard, self._features))
        self._write(f"{name}.safetensors", shard)

    def skip(self, entries: Mapping[str, dict[str, str]]) -> None:
        """Record images that can't be embedded; see `skipped`."""
        for entry in entries.values():
            log.warning("image_skipped", **entry)
        # Another process may have recorded some since.
        self.skipped = {**self._read_skipped(), **self.skipped, **entries}
        self._write_skipped()

    def size(self) -> int:
        """Return the size of all shards in bytes."""
        return sum(path.stat().st_size for path in self.folder.glob("*.safetensors"))

    def _read_skipped(self) -> dict[str, dict[str, str]]:
        try:
            skipped: dict[str, dict[str, str]] = json.loads((self.folder / SKIPPED_FILE).read_text())
        except (OSError, ValueError):
            return {}
        return skipped

    def _write_skipped(self) -> None:
        self._write(SKIPPED_FILE, json.dumps(self.skipped, indent=1, sort_keys=True).encode())

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"The folder {self.folder} can't be created: {error.strerror}.") from error

    def _write(self, name: str, body: bytes) -> None:
        # Without the `fsync` of `write_atomically`: `refresh` discards a shard that a power failure has
        # truncated, and its images are embedded again.
        temporary = self.folder / f".{name}.{os.getpid()}"
        try:
            temporary.write_bytes(body)
            temporary.rename(self.folder / name)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull(
                    f"The disk is full: free some space for {self.folder}, then run the command again."
                ) from error
            raise StorageError(f"{self.folder / name} can't be written: {error.strerror}.") from error
