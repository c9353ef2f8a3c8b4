"""Files that appear whole or not at all, and what is said when they can't be written."""

import errno
import os
from pathlib import Path

from trainer.errors import DatasetError
from vignette_shared.errors import StorageFull, VignetteError

_FULL = (errno.ENOSPC, errno.EDQUOT)


def write_whole(path: Path, body: bytes) -> None:
    """Let a file appear whole or not at all; raises `OSError`."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def is_full(error: OSError) -> bool:
    return error.errno in _FULL


def unwritable(place: Path | str | None, error: OSError) -> VignetteError:
    """Return what to raise: `StorageFull`, with what to do, where there is no room; else `DatasetError`."""
    if is_full(error):
        where = f" at {place}" if place else ""
        return StorageFull(f"The disk is full{where}: free some space, then run the command again.")
    return DatasetError(f"{place} can't be written: {error.strerror}.")
