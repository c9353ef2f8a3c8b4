"""Files that appear complete or not at all, and the errors of writing them."""

import errno
import os
from pathlib import Path

from trainer.errors import DatasetError
from vignette_shared.errors import StorageFull, VignetteError

_FULL = (errno.ENOSPC, errno.EDQUOT)


def write_atomically(path: Path, body: bytes) -> None:
    """Write a file to a temporary name, sync it, and rename it; raises `OSError`."""
    # The process ID keeps two processes that write the same file apart.
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            stream.write(body)
            stream.flush()
            # Without it, a power failure can leave the final name on an empty file.
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def is_disk_full(error: OSError) -> bool:
    return error.errno in _FULL


def write_error(path: Path | str | None, error: OSError) -> VignetteError:
    """Return the error to raise for a failed write: `StorageFull` on a full disk, else `DatasetError`."""
    if is_disk_full(error):
        where = f" at {path}" if path else ""
        return StorageFull(f"The disk is full{where}: free some space, then run the command again.")
    return DatasetError(f"{path} can't be written: {error.strerror}.")
