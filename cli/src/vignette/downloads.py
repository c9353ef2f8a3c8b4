"""Download photos to files: resumable, verified, never overwriting another file."""

import hashlib
import os
import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import httpx

from vignette.api.client import Api
from vignette.api.problems import Json, read_problem
from vignette.errors import CommandError, FileError, Stopped, Unreachable
from vignette.files import MIB

EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/avif": ".avif",
}
# Names reserved by Windows, which may share the folder.
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


class Interrupted(Unreachable):
    """The connection broke during a download."""


class WrongContent(FileError):
    """The file does not have the photo's hash."""


@dataclass(frozen=True)
class Download:
    photo_id: str
    status: Literal["downloaded", "there", "failed"]
    path: str | None = None
    bytes: int = 0
    detail: str | None = None

    def as_json(self) -> Json:
        return asdict(self)


@dataclass(frozen=True)
class Downloader:
    """Downloads photos in one size into one folder."""

    api: Api
    folder: Path
    size: str
    username: str
    force: bool = False

    def fetch(self, photo: Json) -> Download:
        """Download one photo.

        Raises:
            FileError: another file has its name, the disk rejects it, or its bytes fail verification.
            CommandError: the photo has no file of this size for the account.
            Refused, Unreachable, Stopped: as `Api.send`.
        """
        photo_id = str(photo["id"])
        if self.size == "original" and not (photo.get("urls") or {}).get("original"):
            raise CommandError("its owner does not share the original: use --size preview.")
        # Others get the original without its location, whose bytes differ from the photo's hash.
        is_owner = (photo.get("owner") or {}).get("username") == self.username
        sha256 = str(photo["sha256"]) if self.size == "original" and is_owner else None
        # Renditions take their extension from the response, because the server chooses their format.
        extension = EXTENSIONS.get(str(photo.get("media_type")), ".bin") if self.size == "original" else None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # Named by photo and size, so that a resumed run never continues another file.
            part = self.folder / f".{photo_id}-{self.size}.part"
            if extension and sha256:
                target = self.folder / f"{file_stem(photo)}{extension}"
                if self._is_downloaded(target, sha256):
                    return Download(photo_id, "there", str(target))
            elif not self.force and (existing := self._find_earlier(photo)):
                return Download(photo_id, "there", str(existing))
            media_type = self._receive_all(photo_id, part, sha256)
            name = f"{file_stem(photo)}{self._suffix}{extension or EXTENSIONS.get(media_type, '.bin')}"
            target = self.folder / name
            _place(part, target, force=self.force)
        except OSError as error:
            raise FileError(f"{error.filename or self.folder}: {error.strerror}.") from error
        return Download(photo_id, "downloaded", str(target), target.stat().st_size)

    @property
    def _suffix(self) -> str:
        return "" if self.size == "original" else f"_{self.size}"

    def _find_earlier(self, photo: Json) -> Path | None:
        """Return the file of an earlier run, whose name contains the photo's id."""
        stem = f"{file_stem(photo)}{self._suffix}"
        paths = (self.folder / f"{stem}{extension}" for extension in EXTENSIONS.values())
        return next(filter(Path.exists, paths), None)

    def _is_downloaded(self, target: Path, sha256: str) -> bool:
        if not target.exists():
            return False
        if _hash(target) == sha256:
            return True
        if not self.force:
            raise FileError(f"{target} exists with different content: move it away, or use --force.")
        return False

    def _receive_all(self, photo_id: str, part: Path, sha256: str | None) -> str:
        """Fill `part`, resuming an earlier run if a hash can verify the result; return the media type."""

        def attempt() -> str:
            if sha256 is None:
                part.unlink(missing_ok=True)
            try:
                media_type = self._receive(photo_id, part, sha256)
            except httpx.TransportError as error:
                raise Interrupted(
                    f"The download was interrupted ({error}); run the same command again to resume."
                ) from error
            if sha256 is not None and _hash(part) != sha256:
                part.unlink()
                raise WrongContent("the downloaded bytes don't match the photo's hash; try again later.")
            return media_type

        retrying = self.api.policy.retrying(
            self.api.gate.sleep, lambda error: isinstance(error, Interrupted | WrongContent)
        )
        return retrying(attempt)

    def _receive(self, photo_id: str, part: Path, sha256: str | None) -> str:
        offset = part.stat().st_size if part.exists() else 0
        # The ETag is the hash: with `If-Range`, a resumed file never mixes bytes of two versions.
        headers = {"Range": f"bytes={offset}-", "If-Range": f'"{sha256}"'} if offset else {}
        with self.api.stream(
            f"photos/{photo_id}/file", {**headers, "Accept": "*/*"}, size=self.size
        ) as response:
            if response.status_code == 416:
                # The part is complete, or too long; the hash tells which.
                return str(response.headers.get("content-type", ""))
            if response.status_code not in (200, 206):
                response.read()
                raise read_problem(response)
            with part.open("ab" if response.status_code == 206 else "wb") as file:
                for data in response.iter_bytes(MIB):
                    if self.api.gate.stop.is_set():
                        raise Stopped("Stopped; run the same command again to resume.")
                    file.write(data)
                # Flushed before the rename, so that a file with its final name is always complete.
                file.flush()
                os.fsync(file.fileno())
            return str(response.headers.get("content-type", "")).split(";")[0]


def _place(part: Path, target: Path, *, force: bool) -> None:
    """Rename the finished file; a link fails atomically where a rename would replace another file."""
    if force:
        part.replace(target)
        return
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise FileError(f"{target} already exists: move it away, or use --force.") from error
    except OSError:  # a file system without hard links
        if target.exists():
            raise FileError(f"{target} already exists: move it away, or use --force.") from None
        part.replace(target)
        return
    part.unlink()


def file_stem(photo: Json) -> str:
    """Return a file name without extension: date, title, and enough of the id to be unique.

    A title can neither leave the folder, nor hide the file, nor form a name that another system rejects.
    """
    day = str(photo.get("taken_at") or photo.get("created_at") or "")[:10]
    text = unicodedata.normalize("NFC", str(photo.get("title") or ""))
    kept = "".join(c if c == "_" or unicodedata.category(c)[0] in "LMN" else "-" for c in text)
    title = re.sub(r"-{2,}", "-", kept).strip("-_")
    # File systems allow 255 bytes; date, id and extension need some 50 of them.
    title = title.encode()[:120].decode("utf-8", "ignore")
    if _RESERVED.match(title):
        title = f"{title}-"
    day = day if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else ""
    # A UUIDv7 begins with the time, so only its end distinguishes photos of one moment.
    return "_".join(filter(None, (day, title, re.sub(r"\W", "", str(photo["id"]))[-12:])))


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(MIB):
            digest.update(data)
    return digest.hexdigest()
