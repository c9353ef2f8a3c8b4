"""Blob storage on `file://`, `memory://` or `s3://`, over obstore.

Writes are atomic. On `file://`, `put` also syncs to disk before it returns: an upload that was answered with
201 survives a power failure.
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
"""Bytes per part of a multipart write, about twice of which are in memory. S3 accepts no smaller parts."""
LOCAL_PART = 512 * 1024
"""The same for local disks, which accept any size; smaller, because many uploads are stored at a time."""
# No leading dot in any segment, hence no `..` that could leave the folder of a `file://` store.
_KEY = re.compile(r"^[A-Za-z0-9_\-][A-Za-z0-9_.\-]*(/[A-Za-z0-9_\-][A-Za-z0-9_.\-]*)*$")


class BlobStore(Protocol):
    """A flat store of bytes by key. Every method may raise `StorageError`.

    Keys are names of letters, digits, `_`, `-` and `.`, joined by `/`.
    """

    def put(self, key: str, data: bytes | Path | IO[bytes], *, replace: bool = False) -> bool:
        """Store bytes, a local file or an open file. Return False, and change nothing, if the key exists.

        Files are written in parts and never held in memory whole. If two callers put a file larger than one
        part under the same new key at once, the later write may win. Callers avoid this: keys of large files
        are content hashes or belong to one caller.
        """
        ...

    def get(self, key: str) -> bytes:
        """Return the whole blob; raises `BlobMissing`."""
        ...

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield bytes `start` to `end` (exclusive) in chunks of up to 256 KiB; raises `BlobMissing`."""
        ...

    def size(self, key: str) -> int | None:
        """Return the blob's size in bytes, or None if it does not exist."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """Yield the keys in the folder `prefix`, sorted."""
        ...

    def list_entries(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield each key in the folder `prefix` with its time of last modification, unsorted.

        The listing is lazy: the first few entries are cheap however large the folder is.
        """
        ...

    def list_modified_before(self, prefix: str, before: datetime) -> Iterator[str]:
        """Yield the keys in the folder `prefix` that were last modified before a time, sorted."""
        ...

    def delete(self, key: str) -> None:
        """Delete a blob, if it exists."""
        ...


def open_store(url: str) -> BlobStore:
    """Open the store at `url`; a missing `file://` folder is created.

    Raises:
        SettingsError: the scheme is not supported or the folder is not writable.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        root = Path(unquote(parts.path))
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"Can't create the folder {root}: {error.strerror}.") from error
        if not os.access(root, os.W_OK | os.X_OK):
            raise SettingsError(f"The folder {root} is not writable. Change its owner or the setting.")
        return ObstoreBlobs(LocalStore(root), root=root)
    if parts.scheme == "memory":
        return ObstoreBlobs(MemoryStore())
    if parts.scheme == "s3":
        return ObstoreBlobs(from_url(url))
    raise SettingsError(
        f"The storage URL {url!r} is not supported. Use file:///folder, memory:// or s3://bucket/prefix."
    )


def open_read_only(folder: Path) -> BlobStore:
    """Open a folder for reading; unlike `open_store`, it need not be writable."""
    return ObstoreBlobs(LocalStore(folder))


class ObstoreBlobs:
    """A `BlobStore` over one obstore store; `root` is the folder of a `file://` store."""

    def __init__(self, store: ObjectStore, *, root: Path | None = None) -> None:
        self._store = store
        self._root = root
        self._part = PART if root is None else LOCAL_PART

    def put(self, key: str, data: bytes | Path | IO[bytes], *, replace: bool = False) -> bool:
        valid = _validate(key)
        try:
            # obstore writes in parts only in mode `overwrite`; `create` reads the whole file into memory.
            in_parts = not isinstance(data, bytes) and _length(data) > self._part
            if in_parts and not replace and self.size(key) is not None:
                return False
            mode: Literal["create", "overwrite"] = "overwrite" if replace or in_parts else "create"
            # One part at a time: the parts in flight are in memory.
            obstore.put(self._store, valid, data, mode=mode, chunk_size=self._part, max_concurrency=1)
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as error:
            raise _translate(error, key) from error
        self._flush(valid)
        return True

    def get(self, key: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, _validate(key)).bytes())
        except (BaseError, OSError) as error:
            raise _translate(error, key) from error

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        valid = _validate(key)
        # Not in the generator: a caller needs `BlobMissing` before it sends a status line.
        try:
            total = obstore.head(self._store, valid)["size"]
        except (BaseError, OSError) as error:
            raise _translate(error, key) from error
        stop = total if end is None else min(end, total)
        return self._chunks(valid, start, stop)

    def size(self, key: str) -> int | None:
        try:
            return int(obstore.head(self._store, _validate(key))["size"])
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
            obstore.delete(self._store, _validate(key))
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
        """Sync a new file and its folder to disk: obstore renames atomically but does not sync."""
        if self._root is None:
            return
        path = self._root / key
        # Without a sync of the folder, a power failure can lose the name of a synced file.
        for target in (path, path.parent):
            handle = os.open(target, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def free_bytes(folder: Path) -> int:
    """Return the free bytes on the disk that holds `folder`."""
    return shutil.disk_usage(folder).free


def _length(data: Path | IO[bytes]) -> int:
    """Return the size of a file in bytes; an open file is rewound."""
    if isinstance(data, Path):
        return data.stat().st_size
    length = data.seek(0, os.SEEK_END)
    data.seek(0)
    return length


def _validate(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise StorageError(f"The blob key {key!r} is invalid.")
    return key


def _translate(error: Exception, key: str) -> StorageError | StorageFull:
    if isinstance(error, NotFoundError | FileNotFoundError):
        return BlobMissing(f"The blob {key} does not exist.")
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    # obstore often reports a full disk only in the text of a generic error.
    if full or "No space left" in str(error) or "StorageFull" in str(error):
        return StorageFull("The disk is full. Free some space, then try again.")
    return StorageError(f"The storage failed for {key}: {type(error).__name__}.")
