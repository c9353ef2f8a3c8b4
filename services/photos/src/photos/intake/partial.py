"""A resumable upload's bytes so far: one file, whose size is the offset and the only record of it."""

import fcntl
import hashlib
import os
import tempfile
from base64 import b64encode
from pathlib import Path
from types import TracebackType
from typing import Self

from photos.kernel.staging import StagedFile, disk_errors, partial_path, require_free
from vignette_shared.errors import ChunkMismatch, UploadLocked

PIECE = 1024 * 1024


def bytes_on_disk(path: Path) -> int:
    """Return how much has arrived and would survive a power cut; 0 when there is no file."""
    with disk_errors():
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return 0
        try:
            os.fsync(handle)
            return os.fstat(handle).st_size
        finally:
            os.close(handle)


class PartialFile:
    """The file, open for its one writer among all processes; the lock ends with the process that holds it.

    Args:
        folder: the staging folder.
        min_free_bytes: what must stay free on its disk.

    Raises:
        UploadLocked: someone else is writing.
        StorageFull, StorageError: as every method.
    """

    def __init__(self, folder: Path, upload_id: str, min_free_bytes: int) -> None:
        self.path = partial_path(folder, upload_id)
        self._min_free_bytes = min_free_bytes
        with disk_errors():
            # Unbuffered: what was written is the file's, whatever becomes of this process.
            self._file = os.fdopen(_open_locked(self.path), "r+b", buffering=0)
            self._file.seek(0, os.SEEK_END)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def append(self, data: bytes) -> None:
        require_free(self.path.parent, len(data), self._min_free_bytes)
        with disk_errors():
            left = memoryview(data)
            while left:
                left = left[self._file.write(left) :]

    def flush(self) -> None:
        """Return when all of it is on the disk."""
        with disk_errors():
            os.fsync(self._file.fileno())

    def complete(self) -> StagedFile:
        """Return the whole file with its hash."""
        self.flush()
        with disk_errors(), self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return StagedFile(self.path, digest, self.size)

    def remove(self) -> None:
        with disk_errors():
            self.path.unlink(missing_ok=True)


class CheckedChunk:
    """Bytes that count only when their checksum is right.

    They wait in a file without a name: a process that is killed leaves nothing of them, and the upload's own
    file never holds a byte that was not checked.
    """

    def __init__(self, file: PartialFile, sha256: bytes, min_free_bytes: int) -> None:
        self._file = file
        self._wanted = sha256
        self._hash = hashlib.sha256()
        self._min_free_bytes = min_free_bytes
        with disk_errors():
            self._held = tempfile.TemporaryFile(dir=file.path.parent, buffering=0)  # noqa: SIM115 - see close
        self.size = 0

    def append(self, data: bytes) -> None:
        require_free(self._file.path.parent, len(data), self._min_free_bytes)
        self._hash.update(data)
        self.size += len(data)
        with disk_errors():
            left = memoryview(data)
            while left:
                left = left[self._held.write(left) :]

    def release(self) -> None:
        """Move the bytes to the upload; raises `ChunkMismatch`, and none of them counts."""
        if self._hash.digest() != self._wanted:
            arrived = b64encode(self._hash.digest()).decode()
            raise ChunkMismatch(f"The chunk that arrived has the sha256 {arrived}: send it again.")
        with disk_errors():
            self._held.seek(0)
            while piece := self._held.read(PIECE):
                self._file.append(piece)

    def close(self) -> None:
        self._held.close()


def _open_locked(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise UploadLocked(
                "Another request is writing to this upload: ask for its offset in a moment."
            ) from error
        if os.fstat(handle).st_nlink:
            return handle
        # Someone removed the file between our opening and locking it.
        os.close(handle)
