"""What is to be uploaded: files on the disk, and members of archives that are read where they lie."""

import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from vignette.errors import FileTrouble

_JPEG = (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo")
IMAGES = frozenset(
    (*_JPEG, ".png", ".apng", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".hif", ".avif")
)
"""Endings that are taken from a folder. A file that is named itself is sent whatever its ending."""


class Source(Protocol):
    """Bytes with a name. People know it by `shown`; `fingerprint` changes when the bytes may have."""

    @property
    def name(self) -> str: ...
    @property
    def shown(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    def reading(self) -> AbstractContextManager[IO[bytes]]:
        """Open it at its start. Raises `FileTrouble` when the bytes can't be read."""


def readable(name: str) -> str:
    """Replace what is no UTF-8 in a file's name, which the system hands over as lone surrogates."""
    return name.encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class FileSource:
    path: Path
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> "FileSource":
        """Raises `FileTrouble`: it is not there or may not be seen."""
        try:
            status = path.stat()
        except OSError as error:
            raise FileTrouble(f"{readable(str(path))}: {error.strerror}.") from error
        return cls(path, status.st_size, status.st_mtime_ns)

    @property
    def name(self) -> str:
        return readable(self.path.name)

    @property
    def shown(self) -> str:
        return readable(str(self.path))

    @property
    def fingerprint(self) -> str:
        path = str(self.path.absolute()).encode("utf-8", "backslashreplace").decode()
        return f"{path}|{self.size}|{self.modified_ns}"

    @contextmanager
    def reading(self) -> Iterator[IO[bytes]]:
        try:
            with self.path.open("rb") as file:
                yield file
        except OSError as error:
            raise FileTrouble(f"{self.shown}: {error.strerror or error}.") from error


@dataclass(frozen=True)
class ZipSource:
    """A member of an archive. Its name is data: nothing is ever written under it."""

    archive: zipfile.ZipFile
    member: zipfile.ZipInfo

    @property
    def name(self) -> str:
        return self.member.filename.rsplit("/", 1)[-1]

    @property
    def shown(self) -> str:
        return self.member.filename

    @property
    def size(self) -> int:
        return self.member.file_size

    @property
    def fingerprint(self) -> str:
        return f"zip|{self.member.filename}|{self.member.file_size}|{self.member.CRC}"

    @contextmanager
    def reading(self) -> Iterator[IO[bytes]]:
        try:
            with self.archive.open(self.member) as file:
                yield file
        except (
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            RuntimeError,
            NotImplementedError,
            EOFError,
        ) as error:
            raise FileTrouble(f"{self.shown} can't be read from its archive: {error}.") from error


@dataclass
class Scan:
    """What a walk through folders found."""

    files: list[FileSource] = field(default_factory=list)
    left_aside: dict[str, int] = field(default_factory=dict)
    """Ending -> number of files that are no images by their name."""
    unreadable: list[str] = field(default_factory=list)

    def leave(self, path: Path) -> None:
        ending = path.suffix.lower() or "no ending"
        self.left_aside[ending] = self.left_aside.get(ending, 0) + 1


def scan(paths: Sequence[Path], skip: frozenset[str] = frozenset()) -> Scan:
    """Find the images under `paths`, each once, in the order of their names; hidden ones are passed over.

    Args:
        skip: names of folders that are not entered.

    Raises:
        FileTrouble: one of `paths` is not there.
    """
    found = Scan()
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            for file in _walk(path, skip, found):
                _take(file, seen, found)
        elif path.is_file():
            if path.absolute() not in seen:
                seen.add(path.absolute())
                found.files.append(FileSource.of(path))
        else:
            raise FileTrouble(
                f"{path}: {'not a file or folder' if path.exists() else 'no such file or folder'}."
            )
    return found


def _take(path: Path, seen: set[Path], found: Scan) -> None:
    if path.suffix.lower() not in IMAGES:
        found.leave(path)
        return
    if path.absolute() in seen:
        return
    seen.add(path.absolute())
    try:
        found.files.append(FileSource.of(path))
    except FileTrouble:  # it went away, or is a link to nothing
        found.unreadable.append(readable(str(path)))


def _walk(folder: Path, skip: frozenset[str], found: Scan) -> Iterator[Path]:
    """Links to folders are not followed: they may lead in a circle."""

    def note(error: OSError) -> None:
        found.unreadable.append(readable(str(error.filename)))

    for root, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in skip)
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(root, name)
