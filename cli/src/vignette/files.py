"""Files to upload: on the disk, or inside archives that are never unpacked."""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from vignette.errors import FileError, Stopped

MIB = 1024 * 1024

_JPEG = (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo")
IMAGES = frozenset(
    (*_JPEG, ".png", ".apng", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".hif", ".avif")
)
"""Extensions that are uploaded from a folder; a file given by name is uploaded whatever its extension."""


class Source(Protocol):
    """Bytes with a name. `shown` is the name in messages; `fingerprint` changes with the bytes."""

    @property
    def name(self) -> str: ...
    @property
    def shown(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    def reading(self) -> AbstractContextManager[IO[bytes]]:
        """Open the bytes at their start. Raises `FileError`."""


def readable(name: str) -> str:
    """Replace bytes of a file name that are not UTF-8, which Python represents as lone surrogates."""
    return name.encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class FileSource:
    path: Path
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> "FileSource":
        """Stat the file. Raises `FileError`."""
        try:
            status = path.stat()
        except OSError as error:
            raise FileError(f"{readable(str(path))}: {error.strerror}.") from error
        return cls(path, status.st_size, status.st_mtime_ns)

    @property
    def name(self) -> str:
        return readable(self.path.name)

    @property
    def shown(self) -> str:
        return readable(str(self.path))

    @property
    def fingerprint(self) -> str:
        # SQLite cannot store lone surrogates, which stand for bytes that are not UTF-8.
        path = str(self.path.absolute()).encode("utf-8", "backslashreplace").decode()
        return f"{path}|{self.size}|{self.modified_ns}"

    @contextmanager
    def reading(self) -> Iterator[IO[bytes]]:
        try:
            with self.path.open("rb") as file:
                yield file
        except OSError as error:
            raise FileError(f"{self.shown}: {error.strerror or error}.") from error


@dataclass(frozen=True)
class ZipSource:
    """A member of an archive. Its name is untrusted, and no file is ever written under it."""

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
        # The CRC identifies the content; the archive's own path and time change with every download.
        return f"zip|{self.member.filename}|{self.member.file_size}|{self.member.CRC}"

    @contextmanager
    def reading(self) -> Iterator[IO[bytes]]:
        try:
            with self.archive.open(self.member) as file:
                yield file
        # zipfile reports damage, encryption and unknown methods with different exceptions.
        except (
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            RuntimeError,
            NotImplementedError,
            EOFError,
        ) as error:
            raise FileError(f"{self.shown} can't be read from its archive: {error}.") from error


@dataclass
class Scan:
    """The result of a walk through folders."""

    files: list[FileSource] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    """Extension -> number of files that are not images by their name."""
    unreadable: list[str] = field(default_factory=list)

    def ignore(self, path: Path) -> None:
        extension = path.suffix.lower() or "no extension"
        self.ignored[extension] = self.ignored.get(extension, 0) + 1


def scan(paths: Sequence[Path], skip: frozenset[str] = frozenset()) -> Scan:
    """Find the images under `paths`, each once and sorted by name, without hidden files.

    Args:
        skip: names of folders to skip.

    Raises:
        FileError: one of `paths` does not exist.
    """
    result = Scan()
    # Arguments may overlap, such as a folder and a file in it.
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            for file in _walk(path, skip, result):
                _add(file, seen, result)
        elif path.is_file():
            if path.absolute() not in seen:
                seen.add(path.absolute())
                result.files.append(FileSource.of(path))
        else:
            raise FileError(
                f"{path}: {'not a file or folder' if path.exists() else 'no such file or folder'}."
            )
    return result


def _add(path: Path, seen: set[Path], result: Scan) -> None:
    if path.suffix.lower() not in IMAGES:
        result.ignore(path)
        return
    if path.absolute() in seen:
        return
    seen.add(path.absolute())
    try:
        result.files.append(FileSource.of(path))
    except FileError:  # deleted since, or a broken link
        result.unreadable.append(readable(str(path)))


def _walk(folder: Path, skip: frozenset[str], result: Scan) -> Iterator[Path]:
    """Yield files; links to folders are not followed, because they may form a cycle."""

    def note(error: OSError) -> None:
        result.unreadable.append(readable(str(error.filename)))

    for root, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in skip)
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(root, name)


def hash_file(source: Source, is_stopped: Callable[[], bool]) -> str:
    """Return the SHA-256 in hex. Raises `FileError`, and `Stopped` after Ctrl-C."""
    digest = hashlib.sha256()
    with source.reading() as file:
        while data := file.read(MIB):
            if is_stopped():
                raise Stopped
            digest.update(data)
    return digest.hexdigest()
