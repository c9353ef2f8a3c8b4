"""Blobs behind one small protocol, over obstore: `file://`, `memory://`, `s3://`.

A blob appears whole or not at all. On `file://` it is also flushed to the disk before `put` returns,
so that what got a 201 survives a power cut.
"""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Literal, Protocol
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotFoundError,
)
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from vignette_shared.errors import BlobMissing, SettingsError, StorageError, StorageFull

CHUNK = 256 * 1024
PART = 5 * 1024 * 1024
"""bytes of a file that lie in memory, twice or so, while it is stored; S3 takes no smaller parts"""
LOCAL_PART = 512 * 1024
"""the same on a disk, which takes any: many may store at a time"""
_KEY = re.compile(r"^[A-Za-z0-9_\-][A-Za-z0-9_.\-]*(/[A-Za-z0-9_\-][A-Za-z0-9_.\-]*)*$")


class BlobStore(Protocol):
    """Keys are `/`-joined names of letters, digits, `_`, `-`, `.`; every method raises `StorageError`."""

    def put(self, key: str, data: bytes | Path | IO[bytes], *, replace: bool = False) -> bool:
        """Store bytes, a local file or an open one; False when the key is there already, and stays as it is.

        Files are stored part by part, never whole in memory. Of two that put a file larger than one part
        under one new key at once, the later may stay: such keys are content hashes, or nobody else's.
        """
        ...

    def get(self, key: str) -> bytes:
        """Return the whole blob; raises `BlobMissing`."""
        ...

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield bytes `start` to `end` (exclusive) in chunks of at most 256 KiB; raises `BlobMissing`."""
        ...

    def size(self, key: str) -> int | None:
        """Return the blob's bytes, or None when it isn't there."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """Yield the keys under the folder `prefix`, sorted."""
        ...

    def list_entries(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield each key under the folder `prefix` and when it was last written, in no order.

        Listed as they are asked for, so that a look at the first few costs little in any store.
        """
        ...

    def list_modified_before(self, prefix: str, before: datetime) -> Iterator[str]:
        """Yield the keys under the folder `prefix` that were last written before a time, sorted."""
        ...

    def delete(self, key: str) -> None:
        """Remove a blob; quietly when it isn't there."""
        ...


def open_store(url: str) -> BlobStore:
    """Open the store at `url`, making a `file://` folder when it is missing.

    Raises:
        SettingsError: a scheme that isn't supported, or a folder that can't be written.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        root = Path(unquote(parts.path))
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"The folder {root} can't be made: {error.strerror}.") from error
        if not os.access(root, os.W_OK | os.X_OK):
            raise SettingsError(f"The folder {root} is not writable; change its owner or the setting.")
        return ObstoreBlobs(LocalStore(root), root=root)
    if parts.scheme == "memory":
        return ObstoreBlobs(MemoryStore())
    if parts.scheme == "s3":
        return ObstoreBlobs(from_url(url))
    raise SettingsError(f"Storage address {url!r}: use file:///folder, memory:// or s3://bucket/prefix.")


def open_read_only(folder: Path) -> BlobStore:
    """Open a folder that need not be writable, such as what an image or a checkout ships."""
    return ObstoreBlobs(LocalStore(folder))


class ObstoreBlobs:
    """A `BlobStore` over one obstore store; `root` is the folder of a `file://` store."""

    def __init__(self, store: ObjectStore, *, root: Path | None = None) -> None:
        self._store = store
        self._root = root
        self._part = PART if root is None else LOCAL_PART

    def put(self, key: str, data: bytes | Path | IO[bytes], *, replace: bool = False) -> bool:
        checked = _checked(key)
        try:
            # Only overwriting goes part by part: `create` reads all of the file into memory.
            in_parts = not isinstance(data, bytes) and _length(data) > self._part
            if in_parts and not replace and self.size(key) is not None:
                return False
            mode: Literal["create", "overwrite"] = "overwrite" if replace or in_parts else "create"
            obstore.put(self._store, checked, data, mode=mode, chunk_size=self._part, max_concurrency=1)
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as error:
            raise _translate(error, key) from error
        self._flush(checked)
        return True

    def get(self, key: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, _checked(key)).bytes())
        except (BaseError, OSError) as error:
            raise _translate(error, key) from error

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        checked = _checked(key)
        try:
            total = obstore.head(self._store, checked)["size"]
        except (BaseError, OSError) as error:
            raise _translate(error, key) from error
        stop = total if end is None else min(end, total)
        return self._chunks(checked, start, stop)

    def size(self, key: str) -> int | None:
        try:
            return int(obstore.head(self._store, _checked(key))["size"])
        except (NotFoundError, FileNotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise _translate(error, key) from error

    def list(self, prefix: str) -> Iterator[str]:
        return iter(sorted(key for key, _ in self.list_entries(prefix)))

    def list_entries(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        try:
            for batch in obstore.list(self._store, prefix=prefix.rstrip("/") + "/"):
                for meta in batch:
                    yield meta["path"], meta["last_modified"]
        except (BaseError, OSError) as error:
            raise _translate(error, prefix) from error

    def list_modified_before(self, prefix: str, before: datetime) -> Iterator[str]:
        return iter(sorted(key for key, written in self.list_entries(prefix) if written < before))

    def delete(self, key: str) -> None:
        try:
            obstore.delete(self._store, _checked(key))
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise _translate(error, key) from error

    def _chunks(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        for begin in range(start, stop, CHUNK):
            try:
                chunk = obstore.get_range(self._store, key, start=begin, end=min(begin + CHUNK, stop))
            except (BaseError, OSError) as error:
                raise _translate(error, key) from error
            yield bytes(chunk)

    def _flush(self, key: str) -> None:
        """Flush a new file and its folder: obstore renames into place but leaves the rest to the system."""
        if self._root is None:
            return
        path = self._root / key
        for target in (path, path.parent):
            handle = os.open(target, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def free_bytes(folder: Path) -> int:
    """Return the bytes free to us on the disk of `folder`."""
    return shutil.disk_usage(folder).free


def _length(data: Path | IO[bytes]) -> int:
    """Return the bytes of a file; an open one is left at its start."""
    if isinstance(data, Path):
        return data.stat().st_size
    length = data.seek(0, os.SEEK_END)
    data.seek(0)
    return length


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise StorageError(f"{key!r} is not a blob key.")
    return key


def _translate(error: Exception, key: str) -> StorageError | StorageFull:
    if isinstance(error, NotFoundError | FileNotFoundError):
        return BlobMissing(f"There is no blob {key}.")
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or "No space left" in str(error) or "StorageFull" in str(error):
        return StorageFull("The disk is full. Free some space or move the state folder, then try again.")
    return StorageError(f"The storage failed on {key}: {type(error).__name__}.")
