"""Verify and unpack untrusted zip archives."""

import errno
import os
import shutil
import stat
import zipfile
import zlib
from pathlib import Path

from trainer.dataset.files import MEMBER_BYTES, inside, open_zip
from trainer.errors import DatasetError
from trainer.support.progress import TransferCallback
from vignette_shared.errors import StorageFull
from vignette_shared.storage import free_bytes

# What `zipfile` raises for damaged, encrypted and unsupported members.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_CHUNK = 1024 * 1024
# Bytes to leave free on the disk.
_RESERVE = 64 * 1024 * 1024


def damage_of(path: Path, progress: TransferCallback = lambda _done, _total: None) -> str:
    """Read every member and compare its checksum; return the first damage, or an empty string.

    Args:
        progress: called with the unpacked bytes read so far and the total.

    Raises:
        DatasetError: the file can't be opened.
    """
    if not zipfile.is_zipfile(path):
        return "it is not a zip archive, or is truncated"
    try:
        with open_zip(path) as archive:
            total = sum(entry.file_size for entry in archive.infolist())
            done = 0
            for entry in archive.infolist():
                with archive.open(entry) as member:
                    while chunk := member.read(_CHUNK):
                        done += len(chunk)
                        progress(done, total)
    except _BROKEN as error:
        return str(error) or type(error).__name__
    return ""


def unpack(path: Path, folder: Path, progress: TransferCallback = lambda _done, _total: None) -> int:
    """Unpack into `folder` and return the number of new files. Existing complete files are kept.

    Every entry is checked before the first file is written.

    Raises:
        DatasetError: an entry points outside the folder, is a link, is larger than 100 MiB, or is damaged.
        StorageFull: the disk has no room.
    """
    with open_zip(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        # Before anything is written: a malicious archive must leave nothing behind.
        for entry in entries:
            _check_entry(entry, path)
        missing = [entry for entry in entries if not _is_unpacked(folder / entry.filename, entry)]
        total = sum(entry.file_size for entry in missing)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if missing and total > free_bytes(folder) - _RESERVE:
                raise StorageFull(
                    f"The disk has no room to unpack the {total:,} bytes of {path}: free some space."
                )
            done = 0
            for entry in missing:
                _write(archive, entry, folder / entry.filename)
                done += entry.file_size
                progress(done, total)
        except _BROKEN as error:
            raise DatasetError(f"{path} is damaged ({error}): remove it and download it again.") from error
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull(f"The disk is full: free some space to unpack {path}.") from error
            raise DatasetError(f"{path} can't be unpacked to {folder}: {error.strerror}.") from error
    return len(missing)


def _check_entry(entry: zipfile.ZipInfo, path: Path) -> None:
    if not inside(entry.filename) or "\0" in entry.orig_filename:
        raise DatasetError(
            f"{path} holds {entry.orig_filename!r}, which is outside its folder: don't use this archive."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise DatasetError(f"{path} holds the link {entry.filename!r}: don't use this archive.")
    if entry.file_size > MEMBER_BYTES:
        raise DatasetError(f"{entry.filename} in {path} is larger than 100 MiB.")


def _is_unpacked(target: Path, entry: zipfile.ZipInfo) -> bool:
    # The size suffices, because `_write` gives only complete files their final name.
    return target.is_file() and target.stat().st_size == entry.file_size


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Write one member atomically."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with archive.open(entry) as member, temporary.open("wb") as file:
            shutil.copyfileobj(member, file)
        temporary.rename(target)
    finally:
        temporary.unlink(missing_ok=True)
