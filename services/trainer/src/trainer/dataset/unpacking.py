"""Zip archives of strangers: read to the end, unpacked only where they may write."""

import errno
import os
import shutil
import stat
import zipfile
import zlib
from pathlib import Path

from trainer.dataset.files import MEMBER_BYTES, inside, open_zip
from trainer.errors import DatasetError
from trainer.support.progress import Transfer
from vignette_shared.errors import StorageFull
from vignette_shared.storage import free_bytes

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for damaged, encrypted and unknown members."""
_CHUNK = 1024 * 1024
_RESERVE = 64 * 1024 * 1024
"""Bytes that are left free on the disk."""


def damage_of(path: Path, progress: Transfer = lambda _done, _total: None) -> str:
    """Read every member and compare its checksum; returns what is wrong, or nothing.

    Args:
        progress: called with the unpacked bytes that were read, and those of all members.

    Raises:
        DatasetError: the file can't be opened.
    """
    if not zipfile.is_zipfile(path):
        return "it is no zip archive, or was cut off"
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


def unpack(path: Path, folder: Path, progress: Transfer = lambda _done, _total: None) -> int:
    """Unpack into `folder`; returns how many files are new. What is there in full stays.

    Raises:
        DatasetError: an entry points outside the folder, is a link, larger than 100 MiB or damaged. All
            entries are looked at first, so that nothing is written in the first three cases.
        StorageFull: there is no room.
    """
    with open_zip(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        for entry in entries:
            _refuse_unsafe(entry, path)
        missing = [entry for entry in entries if not _is_there(folder / entry.filename, entry)]
        total = sum(entry.file_size for entry in missing)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if missing and total > free_bytes(folder) - _RESERVE:
                raise StorageFull(f"There is no room to unpack {total:,} bytes of {path}: free some space.")
            done = 0
            for entry in missing:
                _write(archive, entry, folder / entry.filename)
                done += entry.file_size
                progress(done, total)
        except _BROKEN as error:
            raise DatasetError(f"{path} is damaged ({error}): remove it and download it again.") from error
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull(f"The disk is full while {path} is unpacked: free some space.") from error
            raise DatasetError(f"{path} can't be unpacked to {folder}: {error.strerror}.") from error
    return len(missing)


def _refuse_unsafe(entry: zipfile.ZipInfo, path: Path) -> None:
    if not inside(entry.filename) or "\0" in entry.orig_filename:
        raise DatasetError(
            f"{path} would write to {entry.orig_filename!r}, outside its folder: don't use it."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise DatasetError(f"{path} holds the link {entry.filename!r}: don't use it.")
    if entry.file_size > MEMBER_BYTES:
        raise DatasetError(f"{entry.filename} in {path} is larger than 100 MiB.")


def _is_there(target: Path, entry: zipfile.ZipInfo) -> bool:
    return target.is_file() and target.stat().st_size == entry.file_size


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Write one member; it appears whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with archive.open(entry) as member, temporary.open("wb") as file:
            shutil.copyfileobj(member, file)
        temporary.rename(target)
    finally:
        temporary.unlink(missing_ok=True)
