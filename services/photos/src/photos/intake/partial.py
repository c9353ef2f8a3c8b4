"""The staged file of a resumable upload; its size is the offset, which is stored nowhere else."""

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
    """Return the bytes that are synced to disk; 0 if there is no file."""
    with disk_errors():
        try:
            handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return 0
        try:
            # The offset is a promise to the client that it need not send these bytes again.
            os.fsync(handle)
            return os.fstat(handle).st_size
        finally:
            os.close(handle)


class PartialFile:
    """The file, opened for writing and locked across processes; the lock ends with the process that holds it.

    Args:
        folder: the staging folder.
        min_free_bytes: bytes that must stay free on the folder's disk.

    Raises:
        UploadLocked: another request is writing.
        StorageFull, StorageError: the disk failed; every method may raise them.
    """

    def __init__(self, folder: Path, upload_id: str, min_free_bytes: int) -> None:
        self.path = partial_path(folder, upload_id)
        self._min_free_bytes = min_free_bytes
        with disk_errors():
            # Unbuffered: written bytes survive if this process is killed.
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
            # An unbuffered write may write only a part.
            while left:
                left = left[self._file.write(left) :]

    def flush(self) -> None:
        """Sync the file to disk."""
        with disk_errors():
            os.fsync(self._file.fileno())

    def complete(self) -> StagedFile:
        """Return the whole file with its hash."""
        self.flush()
        with disk_errors(), self.path.open("rb") as file:
            # Hashed at the end: earlier chunks may have arrived in another process, or before a restart.
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return StagedFile(self.path, digest, self.size)

    def remove(self) -> None:
        with disk_errors():
            self.path.unlink(missing_ok=True)


class CheckedChunk:
    """A chunk that is appended only if its checksum matches.

    It is buffered in an unnamed temporary file: a killed process leaves nothing behind, and the upload's file
    never holds unverified bytes.
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
        """Append the chunk to the upload, or discard it and raise `ChunkMismatch`."""
        if self._hash.digest() != self._wanted:
            arrived = b64encode(self._hash.digest()).decode()
            raise ChunkMismatch(f"The received chunk has the SHA-256 {arrived}. Send it again.")
        with disk_errors():
            self._held.seek(0)
            while piece := self._held.read(PIECE):
                self._file.append(piece)

    def close(self) -> None:
        self._held.close()


def _open_locked(path: Path) -> int:
    # Loop: between open and lock the sweeper may unlink the file, and a lock on that inode is worthless.
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise UploadLocked(
                "Another request is writing to this upload. Request its offset again in a moment."
            ) from error
        if os.fstat(handle).st_nlink:
            return handle
        # Another process removed the file after it was opened and before it was locked.
        os.close(handle)
