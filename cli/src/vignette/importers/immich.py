"""Read a folder of photos with XMP sidecars, such as an Immich library."""

import re
from collections.abc import Iterable
from pathlib import Path

from vignette.errors import FileError
from vignette.files import FileSource, readable, scan
from vignette.importers.details import Details, Plan, SidecarError
from vignette.importers.xmp import parse_xmp

DERIVED = frozenset(("thumbs", "encoded-video", "profile", "backups"))
"""Folders of files that Immich generates."""
SIDECARS = (".xmp",)

# "2024", "2024-05", "05-17", "20240517": folders of a storage template, which are not albums.
_DATE = re.compile(r"[\d\s._-]+")


def read_immich_folder(folder: Path, *, visibility: str | None, folder_albums: bool = False) -> Plan:
    """Plan the import of a library.

    Args:
        folder_albums: add each photo to an album named after its folder, unless that is a date or `folder`.

    Raises:
        FileError: the folder does not exist.
    """
    if not folder.is_dir():
        raise FileError(f"{folder}: {'not a folder' if folder.exists() else 'no such folder'}.")
    scanned = scan([folder], skip=DERIVED)
    plan = Plan(errors=[f"{path} can't be read" for path in scanned.unreadable])
    plan.ignored.update(
        {extension: n for extension, n in scanned.ignored.items() if extension not in SIDECARS}
    )
    sidecars: dict[Path, dict[str, Path]] = {}
    for file in scanned.files:
        parent = file.path.parent
        # Listed once per folder: case-insensitive names rule out a lookup per photo.
        if parent not in sidecars:
            sidecars[parent] = {
                path.name.lower(): path for path in parent.iterdir() if path.suffix.lower() in SIDECARS
            }
        details = _read_sidecar(file, sidecars[parent], plan)
        albums = _albums(parent, folder) if folder_albums else ()
        plan.add(file, details, albums=albums, visibility=visibility)
    return plan


def _read_sidecar(file: FileSource, sidecars: dict[str, Path], plan: Plan) -> Details | None:
    """Read `photo.jpg.xmp`, and `photo.xmp` for values that the first lacks."""
    details: Details | None = None
    for name in (f"{file.path.name}.xmp", f"{file.path.stem}.xmp"):
        path = sidecars.get(name.lower())
        if path is None:
            continue
        try:
            with FileSource.of(path).reading() as data:
                read = parse_xmp(data.read())
        except SidecarError as error:
            plan.errors.append(readable(f"{path}: {error}"))
        except FileError as error:
            plan.errors.append(error.detail)
        else:
            details = details.merged_with(read) if details else read
    return details


def _albums(parent: Path, root: Path) -> Iterable[str]:
    return () if parent == root or _DATE.fullmatch(parent.name) else (readable(parent.name),)
