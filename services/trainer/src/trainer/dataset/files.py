"""Read the images of a folder, or of MIRFLICKR's archive in it."""

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from trainer.errors import DatasetError

IMAGES_ZIP = "mirflickr25k.zip"
# The largest archive member to read: the size limit of an upload.
MEMBER_BYTES = 100 * 1024 * 1024


def image_reader(folder: Path) -> Callable[[str], bytes]:
    """Return a function that reads an image by its name relative to `folder`.

    An image that isn't a file there is read from the archive that `dataset download` saved.
    """
    path = folder / IMAGES_ZIP
    archive = open_zip(path) if path.is_file() else None
    # By base name: MIRFLICKR nests its images in a folder, annotations may not.
    members = {} if archive is None else {PurePosixPath(name).name: name for name in archive.namelist()}

    def read(name: str) -> bytes:
        member = members.get(PurePosixPath(name).name)
        if archive is not None and member is not None and not (folder / name).is_file():
            return read_member(archive, member)
        return read_file(folder / name)

    return read


def inside(name: str) -> bool:
    """Return whether a relative name stays inside its folder."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open an archive; raises `DatasetError`."""
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        raise DatasetError(
            f"{path} can't be read ({error.strerror}): put MIRFLICKR-25K's archives there."
        ) from error
    except zipfile.BadZipFile as error:
        raise DatasetError(f"{path} is not a complete zip archive ({error}): download it again.") from error


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read one member, at most 100 MiB; raises `DatasetError`."""
    # Before reading: a small archive can expand to more than the memory holds.
    if archive.getinfo(name).file_size > MEMBER_BYTES:
        raise DatasetError(f"{name} in {archive.filename} is larger than 100 MiB.")
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{name} in {archive.filename} is damaged: {error}.") from error


def read_file(path: Path) -> bytes:
    """Read a whole file; raises `DatasetError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path} can't be read: {error.strerror}.") from error


def read_text(path: Path) -> str:
    """Read a UTF-8 file, with or without a byte order mark; raises `DatasetError`."""
    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not UTF-8 text: save it as UTF-8.") from error
