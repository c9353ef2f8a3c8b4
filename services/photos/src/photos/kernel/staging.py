"""Staged files: uploads on the local disk before they are stored."""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from vignette_shared.errors import SettingsError, StorageError, StorageFull, TooLarge
from vignette_shared.observability.logs import get_logger
from vignette_shared.storage import BlobStore, free_bytes

log = get_logger(__name__)
ABANDONED = timedelta(hours=6)
"""Age from which a staged file counts as left by a crash: no request takes this long."""


# Not `upload-`: `remove_abandoned` removes those after six hours, and partial files live for a day.
PARTIAL = "partial-"


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A complete file; `sha256` in hex."""

    path: Path
    sha256: str
    bytes: int


class StagingFile:
    """Receives an upload in chunks, hashing and counting; a context manager that removes the file on exit."""

    def __init__(self, folder: Path, limit: int, min_free_bytes: int) -> None:
        self._folder = folder
        self._limit = limit
        self._min_free_bytes = min_free_bytes
        self._hash = hashlib.sha256()
        self._bytes = 0

    def __enter__(self) -> Self:
        with disk_errors():
            handle, name = tempfile.mkstemp(prefix="upload-", dir=self._folder)
        self._path = Path(name)
        # Unbuffered: the chunks are large, and a full disk must show at the write that fills it.
        self._file = os.fdopen(handle, "wb", buffering=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def expect(self, announced: int) -> None:
        """Refuse early when the announced size exceeds the limit or the free disk space."""
        if announced > self._limit:
            raise too_large(self._limit)
        require_free(self._folder, announced, self._min_free_bytes)

    def write(self, data: bytes) -> None:
        """Append; raises `TooLarge`, `StorageFull`, `StorageError`."""
        self._bytes += len(data)
        if self._bytes > self._limit:
            raise too_large(self._limit)
        # At every chunk, since the declared length may be missing or wrong.
        require_free(self._folder, 0, self._min_free_bytes)
        self._hash.update(data)
        with disk_errors():
            self._file.write(data)

    def complete(self) -> StagedFile:
        return StagedFile(self._path, self._hash.hexdigest(), self._bytes)


def partial_path(folder: Path, upload_id: str) -> Path:
    """Return the file of a resumable upload's bytes so far."""
    return folder / f"{PARTIAL}{upload_id}"


def require_free(folder: Path, more: int, min_free_bytes: int) -> None:
    """Raise `StorageFull` if `more` bytes would leave less than `min_free_bytes` on the folder's disk."""
    if free_bytes(folder) - more < min_free_bytes:
        raise StorageFull("The storage is full: free some space, then try again.")


def open_folder(folder: Path, now: datetime) -> None:
    """Create the staging folder and remove abandoned files; raises `SettingsError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder, now)
    except OSError as error:
        raise SettingsError(f"The staging folder {folder} can't be used: {error.strerror}.") from error
    # Checked at start: otherwise the first upload would fail with a less helpful error.
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"The staging folder {folder} is not writable; change its owner or the setting.")


def remove_abandoned(folder: Path, now: datetime) -> None:
    """Remove the staged files of processes that were killed; raises `OSError`."""
    for left in folder.glob("upload-*"):
        try:
            if left.stat().st_mtime < (now - ABANDONED).timestamp():
                shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        except FileNotFoundError:
            continue  # its request was still running and has just removed it


@contextmanager
def local_copy(store: BlobStore, key: str, folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield a local copy of a blob and an empty folder for the decoder's output; remove both afterwards."""
    with disk_errors():
        # The prefix of staged files, so that a killed process's folder is removed with them.
        workspace = tempfile.TemporaryDirectory(prefix="upload-", dir=folder)
    with workspace as name:
        source, results = Path(name, "original"), Path(name, "out")
        with disk_errors():
            results.mkdir()
            with source.open("wb") as file:
                for chunk in store.read(key):
                    file.write(chunk)
        yield source, results


def too_large(limit: int) -> TooLarge:
    return TooLarge(f"The file is larger than {limit / 2**20:g} MiB.")


@contextmanager
def disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("The disk is full: free some space, then try again.") from error
        raise StorageError(f"The staging folder failed: {error.strerror}.") from error
