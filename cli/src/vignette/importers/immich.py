"""A folder of photos with XMP beside them: Immich's library, or any other that keeps to files."""

import re
from collections.abc import Iterable
from pathlib import Path

from vignette.errors import FileTrouble
from vignette.files import FileSource, readable, scan
from vignette.importers.details import Details, Plan, SidecarTrouble
from vignette.importers.xmp import parse_xmp

DERIVED = frozenset(("thumbs", "encoded-video", "profile", "backups"))
"""Immich's folders of things that it makes itself."""
SIDECARS = (".xmp",)

# "2024", "2024-05", "05-17", "20240517": folders of a storage template that sort by date, no albums.
_DATE = re.compile(r"[\d\s._-]+")


def read_immich_folder(folder: Path, *, visibility: str | None, folder_albums: bool = False) -> Plan:
    """Plan the import of a library that Immich (or a program like it) left on the disk.

    Args:
        folder_albums: a photo goes to the album with its folder's name, unless that is a date or `folder`.

    Raises:
        FileTrouble: there is no such folder.
    """
    if not folder.is_dir():
        raise FileTrouble(f"{folder}: {'not a folder' if folder.exists() else 'no such folder'}.")
    found = scan([folder], skip=DERIVED)
    plan = Plan(troubles=[f"{path} can't be read" for path in found.unreadable])
    plan.left_aside.update(
        {ending: count for ending, count in found.left_aside.items() if ending not in SIDECARS}
    )
    beside: dict[Path, dict[str, Path]] = {}
    for file in found.files:
        parent = file.path.parent
        if parent not in beside:
            beside[parent] = {
                path.name.lower(): path for path in parent.iterdir() if path.suffix.lower() in SIDECARS
            }
        details = _read_sidecar(file, beside[parent], plan)
        albums = _albums(parent, folder) if folder_albums else ()
        plan.add(file, details, albums=albums, visibility=visibility)
    return plan


def _read_sidecar(file: FileSource, beside: dict[str, Path], plan: Plan) -> Details | None:
    """Read `photo.jpg.xmp`, and `photo.xmp` for what the first does not say."""
    details: Details | None = None
    for name in (f"{file.path.name}.xmp", f"{file.path.stem}.xmp"):
        path = beside.get(name.lower())
        if path is None:
            continue
        try:
            with FileSource.of(path).reading() as data:
                read = parse_xmp(data.read())
        except SidecarTrouble as trouble:
            plan.troubles.append(readable(f"{path}: {trouble}"))
        except FileTrouble as trouble:
            plan.troubles.append(trouble.detail)
        else:
            details = details.over(read) if details else read
    return details


def _albums(parent: Path, root: Path) -> Iterable[str]:
    return () if parent == root or _DATE.fullmatch(parent.name) else (readable(parent.name),)
