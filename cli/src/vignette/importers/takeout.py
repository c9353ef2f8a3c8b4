"""Read a Google Takeout: photos with JSON sidecars, in folders that are albums, in one or more archives."""

import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from vignette.errors import FileError
from vignette.files import IMAGES, MIB, FileSource, Source, ZipSource, readable
from vignette.importers.details import Details, Plan, SidecarError
from vignette.importers.sidecar_names import SidecarNames

MAX_SIDECAR = 4 * MIB
"""Bytes. Sidecars have a few hundred; more would be a bomb."""

# "Photos from 2019" in all languages of Google Photos: folders by year, which are not albums.
_YEAR = r"(19|20)\d{2}"
_BY_YEAR = re.compile(
    rf"(photos? (from|de|du|de l['’]année)|fotos? (von|aus|de|del|da|dal|do|din)|foto['’]s (uit|van)|"
    rf"zdjęcia z|фото(графии)? (из|за|с)|bilder (från|fra|von|aus)|billeder fra|kuvat|fotky z|fényképek|"
    rf"fotografie (z|dal)) {_YEAR}"
    rf"|{_YEAR} ?(年の写真|年的照片|년의 사진|년 사진|yılına ait fotoğraflar)",
    re.IGNORECASE,
)
_PHOTOS_ROOT = re.compile(r"google\s(photos|fotos?|foto's|foto’s|фото|フォト|相册|相簿|포토)", re.IGNORECASE)


@dataclass
class Folder:
    """One folder across all archives, because a photo and its sidecar may be in different ones."""

    path: str
    photos: list[Source] = field(default_factory=list)
    sidecars: dict[str, Source] = field(default_factory=dict)


def read_takeout(
    paths: Sequence[Path], archives: ExitStack, *, visibility: str | None, people: bool = False
) -> Plan:
    """Plan the import of one takeout; `archives` keeps its zip files open.

    Raises:
        FileError: a path does not exist, or is neither a folder nor a zip file.
    """
    plan = Plan()
    folders: dict[str, Folder] = {}
    for name, source in _entries(paths, archives):
        path = _inner(name)
        if path.name.startswith(".") or "__MACOSX" in path.parts:
            continue  # macOS metadata: "._IMG.jpg" is not an image
        folder = folders.setdefault(str(path.parent), Folder(str(path.parent)))
        extension = path.suffix.lower()
        if extension in IMAGES:
            folder.photos.append(source)
        elif extension == ".json":
            folder.sidecars.setdefault(path.name, source)
        else:
            plan.ignored[extension or "no extension"] += 1
    for folder in folders.values():
        _plan_folder(folder, plan, visibility=visibility, people=people)
    return plan


def _entries(paths: Sequence[Path], archives: ExitStack) -> Iterator[tuple[str, Source]]:
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file():
                    if file.suffix.lower() == ".zip":
                        yield from _members(file, archives)
                    else:
                        yield file.relative_to(path.parent).as_posix(), FileSource.of(file)
        elif path.is_file():
            yield from _members(path, archives)
        else:
            raise FileError(f"{path}: no such file or folder.")


def _members(path: Path, archives: ExitStack) -> Iterator[tuple[str, Source]]:
    try:
        archive = archives.enter_context(zipfile.ZipFile(path))
    except (zipfile.BadZipFile, OSError) as error:
        hint = (
            " Choose .zip at Google, or unpack the archive and import the folder."
            if path.name.endswith((".tgz", ".gz"))
            else ""
        )
        raise FileError(f"{path} is not a readable archive ({error}): download it again.{hint}") from error
    for member in archive.infolist():
        if not member.is_dir():
            yield member.filename, ZipSource(archive, member)


def _inner(name: str) -> PurePosixPath:
    """Return the path below "Google Photos", which is the same in every archive and folder."""
    parts = unicodedata.normalize("NFC", name).split("/")
    for index, part in enumerate(parts[:-1]):
        if _PHOTOS_ROOT.fullmatch(part):
            return PurePosixPath(*parts[index + 1 :])
    return PurePosixPath(*parts)


def _plan_folder(folder: Folder, plan: Plan, *, visibility: str | None, people: bool) -> None:
    parsed = {name: _load(source, plan) for name, source in folder.sidecars.items()}
    albums = tuple(filter(None, [_album_title(folder, parsed)]))
    names = SidecarNames(name for name, values in parsed.items() if _is_sidecar(values))
    sidecars = {
        source.name: names.find(unicodedata.normalize("NFC", source.name)) for source in folder.photos
    }
    # A sidecar whose photo was renamed still has the original file name as its title.
    unclaimed = set(names.names) - set(sidecars.values())
    by_title = {unicodedata.normalize("NFC", _text(parsed[name].get("title"))): name for name in unclaimed}
    for source in folder.photos:
        own = unicodedata.normalize("NFC", source.name)
        sidecar = sidecars[source.name] or by_title.get(own)
        details = _details(parsed[sidecar], own) if sidecar else None
        plan.add(source, details, albums=albums, visibility=visibility, people=people)


def _load(source: Source, plan: Plan) -> dict[str, Any]:
    """Read a JSON object; on failure, record the error and return {}."""
    try:
        if source.size > MAX_SIDECAR:
            raise SidecarError("the sidecar is too large")
        with source.reading() as file:
            values = json.loads(file.read(MAX_SIDECAR + 1))
        if not isinstance(values, dict):
            raise SidecarError("the sidecar is not a JSON object")
    except (ValueError, RecursionError) as error:
        plan.errors.append(f"{source.shown}: {error}")
        return {}
    except FileError as error:
        plan.errors.append(error.detail)
        return {}
    return values


def _is_sidecar(values: Mapping[str, Any]) -> bool:
    # The metadata of an album has a title, too, but none of these keys.
    return any(
        key in values for key in ("photoTakenTime", "creationTime", "geoData", "url", "googlePhotosOrigin")
    )


def _album_title(folder: Folder, parsed: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the title in the folder's JSON, whose name depends on the language; "" if it is not an album."""
    if _BY_YEAR.fullmatch(PurePosixPath(folder.path).name):
        return ""
    for values in parsed.values():
        if _is_sidecar(values):
            continue
        album = values.get("albumData")
        title = _text((album if isinstance(album, dict) else values).get("title"))
        if title and not _BY_YEAR.fullmatch(title):
            return title
    return ""


def _details(values: Mapping[str, Any], file_name: str) -> Details:
    title = _text(values.get("title"))
    # Google fills "title" with the file name, which is no title.
    if title == file_name or PurePosixPath(title).suffix.lower() in IMAGES:
        title = ""
    return Details(
        title=title,
        description=_text(values.get("description")),
        people=tuple(filter(None, (_text(_get(person, "name")) for person in _list(values.get("people"))))),
        dated=bool(_get(values.get("photoTakenTime"), "timestamp")),
        placed=any(_is_place(values.get(key)) for key in ("geoData", "geoDataExif")),
        trashed=values.get("trashed") is True,
    )


def _is_place(value: Any) -> bool:
    """Whether this is a location; Google writes 0, 0 for an unknown one."""
    numbers = (_get(value, "latitude"), _get(value, "longitude"))
    return any(isinstance(number, int | float) and number != 0 for number in numbers)


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """Return a text without lone surrogates, which JSON can contain but UTF-8 can't."""
    return readable(value).strip() if isinstance(value, str) else ""
